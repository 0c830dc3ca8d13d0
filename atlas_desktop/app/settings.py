"""What the user chose. Each setting exists once: a field with a title and a description."""

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from atlas_desktop.app.daemon_thread import in_daemon_thread
from atlas_desktop.app.key_presets import Preset
from atlas_desktop.app.language import LanguageChoice
from atlas_desktop.app.problems import KnownError, Problem, reason_of
from atlas_desktop.app.saved_views import SavedView
from atlas_desktop.app.signals import Signal
from atlas_desktop.contract.ids import new_id
from atlas_desktop.domain.alerts import quiet_hours
from atlas_desktop.wording import tr

ThemeChoice = Literal["system", "light", "dark", "contrast"]
Density = Literal["comfortable", "compact"]


class Connection(BaseModel):
    """An Atlas the user works with. Its key is in the keyring, never here."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(default_factory=lambda: new_id("key_").removeprefix("key_"), pattern=r"^[a-z0-9-]{1,64}$")
    title: str = Field(title="Name", description="How this connection is called here.", min_length=1)
    kind: Literal["local", "remote"] = "remote"
    base_url: str = Field(default="", title="Address", description="The Atlas's base URL, ending in /v1.")
    reviewer: str | None = Field(
        default=None,
        title="Reviewer",
        description="The name your ratings carry: the key's, as the server says.",
    )
    organization: str | None = Field(
        default=None, description="The organization the first key belonged to; a key of another is refused."
    )

    @property
    def shown_title(self) -> str:
        """The name as it is shown: the local Atlas was named by the app, so it is called so in any language."""
        return tr(self.title) if self.kind == "local" else self.title


class Settings(BaseModel):
    """All of it, as written to ``settings.json``. Fields of a newer version are kept."""

    model_config = ConfigDict(frozen=True, extra="allow")

    theme: ThemeChoice = Field(
        default="system", title="Theme", description="Light, dark, high contrast, or as the system is."
    )
    density: Density = Field(
        default="comfortable", title="Row height", description="Comfortable rows, or compact ones."
    )
    auto_advance: bool = Field(
        default=True, title="Go on after a rating", description="A rating opens the next call at once."
    )
    rendered: bool = Field(
        default=True, title="Render text", description="Markdown and JSON laid out, or as they were recorded."
    )
    veil: bool = Field(
        default=False,
        title="Veil personal data",
        description="Covers e-mail addresses, numbers and secrets; holding a key shows them.",
    )
    offline: bool = Field(
        default=False, title="Work offline", description="Nothing is sent or fetched until you go online."
    )
    alerts: bool = Field(
        default=False,
        title="Tell when a pass rate falls",
        description="A notification when a customer's rate of the last 7 days falls below its gate, once a fall.",
    )
    quiet_hours: str = Field(
        default="22:00-07:00",
        title="Quiet hours",
        description="What falls then is told when they are over. Left empty: there are none.",
    )
    language: LanguageChoice = Field(
        default="system", title="Language", description="The words of the app. Calls stay as they are."
    )
    key_preset: Preset = Field(
        default="atlas", title="Keys", description="The key map of a program you know, or Atlas's own."
    )
    key_changes: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, title="Changed keys", description="Keys you gave to commands, by command."
    )
    views: tuple[SavedView, ...] = Field(
        default=(), title="Saved views", description="Filters you gave a name, in the order of their keys."
    )
    recent_commands: tuple[str, ...] = Field(
        default=(), title="Recent commands", description="Shown first in the command palette."
    )
    connections: tuple[Connection, ...] = Field(
        default=(), title="Connections", description="The Atlases you work with."
    )
    judge_address: str = Field(
        default="", title="Judge", description="The endpoint the Atlas on this computer asks to judge."
    )
    judge_model: str = Field(
        default="", title="Judge's model", description="Asked where an evaluator names none."
    )
    provider_keys: dict[str, str] = Field(
        default_factory=dict,
        title="Keys of providers",
        description="Under which name the keyring keeps a provider's key; the key itself is never here.",
    )
    last_connection: str | None = Field(
        default=None, title="Last connection", description="Opened at the next start."
    )
    window: dict[str, Any] = Field(
        default_factory=dict, title="Window", description="Where the window was, and how it was divided."
    )

    @field_validator("quiet_hours")
    @classmethod
    def _hours(cls, text: str) -> str:
        """As hours are written here, or nothing."""
        if not text.strip():
            return ""
        if (quiet := quiet_hours(text)) is None:
            raise ValueError("hours are written as 22:00-07:00")
        return str(quiet)

    def connection(self, connection_id: str | None) -> Connection | None:
        """The connection of this id, if there is one."""
        return next((each for each in self.connections if each.id == connection_id), None)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read. ``problem`` says that a broken file was set aside and defaults are used."""

    settings: Settings
    problem: Problem | None = None


class SettingsFile:
    """The settings as they are now, and the file they live in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._current = Settings()
        self._writing = False
        self._unwritten = False
        self.changed: Signal[Settings] = Signal("settings changed")

    @property
    def current(self) -> Settings:
        """The settings now; frozen."""
        return self._current

    def load(self) -> Loaded:
        """Read the file, before the loop runs. A broken one is renamed and said, never overwritten."""
        loaded = load(self._path)
        self._current = loaded.settings
        return loaded

    async def change(self, **fields: Any) -> Settings:
        """Take new values at once and write them down. Raises ValidationError, or KnownError from the disk."""
        checked = Settings.model_validate({**dict(self._current), **fields})
        if checked == self._current:
            return checked
        self._current = checked
        self.changed.emit(checked)
        await self._write()
        return checked

    async def _write(self) -> None:
        self._unwritten = True
        if self._writing:
            return  # the one that writes now will write this too
        self._writing = True
        try:
            while self._unwritten:
                self._unwritten = False
                now = self._current
                await in_daemon_thread("settings", lambda now=now: save(self._path, now))  # type: ignore[misc]
        except OSError as error:
            raise KnownError(_not_saved(self._path, error)) from error
        finally:
            self._writing = False


def load(path: Path) -> Loaded:
    """Read settings; none there gives the defaults."""
    try:
        return Loaded(Settings.model_validate(orjson.loads(path.read_bytes())))
    except FileNotFoundError:
        return Loaded(Settings())
    except (orjson.JSONDecodeError, ValidationError) as error:
        return Loaded(Settings(), _set_aside(path, error))
    except OSError as error:
        raise KnownError(_not_read(path, error)) from error


def save(path: Path, settings: Settings) -> None:
    """Write atomically: a crash leaves the old file or the new one, whole. Raises OSError."""
    data = orjson.dumps(settings.model_dump(mode="json"), option=orjson.OPT_INDENT_2)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".settings-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    _fsync_dir(path.parent)


def _fsync_dir(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _set_aside(path: Path, error: Exception) -> Problem:
    aside = path.with_name(f"settings.broken-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.json")
    path.replace(aside)
    return Problem(
        code="settings_broken",
        title=tr("Your settings could not be read"),
        detail=tr("The settings file does not say what it should: {reason}", reason=reason_of(error)),
        safe=tr("Your ratings are not kept in it and are safe."),
        action=tr("The app starts with its defaults; the old file is kept as {name}.", name=aside.name),
        at="settings",
    )


def _not_saved(path: Path, error: OSError) -> Problem:
    return Problem(
        code="settings_not_saved",
        title=tr("Your settings could not be saved"),
        detail=tr("{name} could not be written: {reason}.", name=path.name, reason=reason_of(error)),
        safe=tr("They hold until you quit. Your ratings are kept elsewhere and are safe."),
        action=tr("Free some space or check the folder's permissions, then change the setting again."),
        at="settings",
    )


def _not_read(path: Path, error: OSError) -> Problem:
    return Problem(
        code="settings_unreadable",
        title=tr("Your settings could not be opened"),
        detail=tr("{name} could not be read: {reason}.", name=path, reason=reason_of(error)),
        safe=tr("Nothing was changed."),
        action=tr("Check that the file belongs to you, then start again."),
        at="settings",
    )
