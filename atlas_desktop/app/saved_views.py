"""Saved views: a filter, its order, columns and folding, under a name. Kept in the settings, so on every connection."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from atlas_desktop.domain.filter import parse_query
from atlas_desktop.domain.query import Query

if TYPE_CHECKING:
    from atlas_desktop.app.settings import SettingsFile

LONGEST_NAME = 80


class SavedView(BaseModel):
    """One view. ``line`` is its filter and order as typed; ``columns`` empty: those of the list stay."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    line: str = ""
    columns: tuple[str, ...] = ()
    fold: bool = False

    @property
    def query(self) -> Query:
        """The filter and the order."""
        return parse_query(self.line)


class SavedViews:
    """The views in their order: the first nine have the keys ``G 1`` to ``G 9``."""

    def __init__(self, settings: "SettingsFile") -> None:
        self._settings = settings

    @property
    def all(self) -> tuple[SavedView, ...]:
        """Every view, in order."""
        return self._settings.current.views

    def named(self, name: str) -> SavedView | None:
        """The view of this name, if there is one."""
        return next((view for view in self.all if view.name == name), None)

    def numbered(self, number: int) -> SavedView | None:
        """The view of ``G number``, from 1."""
        return self.all[number - 1] if 1 <= number <= len(self.all) else None

    async def save(self, view: SavedView) -> None:
        """Keep a view; one of the same name is replaced where it is. Raises KnownError from the disk."""
        if self.named(view.name) is None:
            await self._keep((*self.all, view))
        else:
            await self._keep(tuple(view if each.name == view.name else each for each in self.all))

    async def rename(self, name: str, new: str) -> bool:
        """Call a view something else. False when there is none, or the new name is empty, too long or another's."""
        new = " ".join(new.split())
        view, taken = self.named(name), self.named(new)
        if view is None or taken not in (None, view) or not 0 < len(new) <= LONGEST_NAME:
            return False
        renamed = view.model_copy(update={"name": new})
        await self._keep(tuple(renamed if each is view else each for each in self.all))
        return True

    async def delete(self, name: str) -> SavedView | None:
        """Forget a view; what is returned can be put back with `restore`."""
        view = self.named(name)
        if view is not None:
            await self._keep(tuple(each for each in self.all if each is not view))
        return view

    async def restore(self, view: SavedView, position: int) -> None:
        """Put a deleted view back to where it was."""
        rest = [each for each in self.all if each.name != view.name]
        rest.insert(position, view)
        await self._keep(tuple(rest))

    async def move(self, name: str, position: int) -> None:
        """Give a view another place, from 0."""
        view = self.named(name)
        if view is not None:
            await self.restore(view, position)

    async def _keep(self, views: tuple[SavedView, ...]) -> None:
        await self._settings.change(views=views)
