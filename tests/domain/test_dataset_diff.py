from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.dataset_diff import compare, lineage

ITEMS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([b"1", b"2", b"3"]))


@dataclass(frozen=True)
class Version:
    id: str
    branched_from: str | None = None


@given(old=ITEMS, new=ITEMS)
def test_the_changes_lead_from_one_to_the_other(old: dict[str, bytes], new: dict[str, bytes]) -> None:
    told = compare(old, new)
    made = dict(old)
    for each in told.changes:
        assert (each.item in old, each.item in new) == {
            "added": (False, True), "removed": (True, False), "changed": (True, True)
        }[each.change]  # fmt: skip
        if each.change == "removed":
            del made[each.item]
        else:
            assert made.get(each.item) != new[each.item]
            made[each.item] = new[each.item]
    assert made == new
    assert told.same == len(old.keys() & new.keys()) - told.count("changed")


@given(ITEMS)
def test_nothing_differs_from_itself(items: dict[str, bytes]) -> None:
    assert compare(items, dict(items)).changes == ()


def test_versions_of_one_line_belong_together_and_no_others() -> None:
    versions = [
        Version("golden"), Version("branch", "golden"), Version("twig", "branch"), Version("other"),
        Version("orphan", "forgotten"),
    ]  # fmt: skip
    for each in ("golden", "branch", "twig"):
        assert lineage(versions, each) == ("golden", "branch", "twig")
    assert lineage(versions, "other") == ("other",)
    assert lineage(versions, "orphan") == ("orphan",)


@given(st.dictionaries(st.sampled_from("abcde"), st.none() | st.sampled_from("abcde")))
def test_every_version_is_in_its_own_line_also_where_they_run_in_circles(
    known: dict[str, str | None],
) -> None:
    versions = [Version(each, before) for each, before in known.items()]
    for each in known:
        assert each in lineage(versions, each)
