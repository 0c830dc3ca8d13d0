"""Keys of providers: in the keyring, by name in the settings, over the pipe to the real child, in no file."""

from pathlib import Path

import psutil

from atlas_desktop.app.home import Home
from atlas_desktop.app.provider_draft import ModelDraft, ProviderDraft
from atlas_desktop.app.providers import Providers
from atlas_desktop.app.secrets import KeyVault
from atlas_desktop.app.session import Session
from atlas_desktop.contract.secret import Secret
from tests.app.test_local_server import assert_in_no_file
from tests.app.test_secrets import Ring
from tests.app.test_session import in_step, until

KEY = "sk-provider-77aa41c9d2"
DRAFT = ProviderDraft(
    name="one",
    base_url="http://127.0.0.1:9/v1",
    key_way="keyring",
    models=(ModelDraft(id="m", quantization="q8", open_weight=True),),
)


async def test_a_key_goes_into_the_keyring_and_to_each_child(tmp_path: Path) -> None:
    ring = Ring()
    for _ in range(2):
        session = Session(Home(tmp_path), vault=KeyVault(lambda: ring))
        session.begin()
        try:
            await session.start_local(with_sample=False)
            workspace = await until(session, in_step)
            providers = workspace.providers
            providers.show()
            await providers.settled()
            if not providers.state.providers:
                kept = await providers.save(DRAFT, Secret(KEY))
                assert kept is not None
                assert kept.where == "keyring"
                assert session.settings.current.provider_keys == {"one": "provider.one"}
            (listed,) = (await workspace.sync.ask(lambda client: client.providers.list())).data
            assert (listed.status.key, listed.status.usable) == ("present", True)
            child = psutil.Process(workspace.link.child_pid)
            assert KEY not in " ".join([*child.cmdline(), *child.environ().values()])
        finally:
            await session.close()
    assert_in_no_file(KEY, tmp_path)


async def test_a_key_that_came_into_the_keyring_later_is_handed_over_when_it_is_missed(
    tmp_path: Path,
) -> None:
    ring = Ring()
    session = Session(Home(tmp_path), vault=KeyVault(lambda: ring))
    session.begin()
    try:
        await session.start_local(with_sample=False)
        workspace = await until(session, in_step)
        providers = workspace.providers
        providers.show()
        await providers.settled()
        assert await providers.save(DRAFT) is None
        assert _keys(providers) == ["missing"]
        await session.vault.set("provider.one", Secret(KEY))
        providers.show()
        await providers.settled()
        assert _keys(providers) == ["present"]
        assert await providers.remove("one")
        assert await session.vault.get("provider.one") is None
        assert providers.state.providers == ()
    finally:
        await session.close()


def _keys(providers: Providers) -> list[str]:
    return [each.status.key for each in providers.state.providers]


async def test_only_entries_of_providers_are_ever_read(tmp_path: Path) -> None:
    ring = Ring()
    session = Session(Home(tmp_path), vault=KeyVault(lambda: ring))
    session.begin()
    try:
        await session.vault.set("local.judge", Secret("another's"))
        await session.settings.change(provider_keys={"evil": "local.judge"})
        assert await session.provider_keys.all() == {}
        assert await session.provider_keys.get("local.judge") is None
        assert await session.provider_keys.forget("local.judge")
        assert await session.vault.get("local.judge") is not None
    finally:
        await session.close()
