from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.domain.dataset_names import LONGEST, next_name


def test_names_count_up() -> None:
    assert next_name("Tickets", ()) == "Tickets v1"
    assert next_name("Tickets v2", ()) == "Tickets v3"
    assert next_name("Tickets v2", {"Tickets v3", "Tickets v4"}) == "Tickets v5"
    assert next_name("v2", ()) == "v2 v1"


@given(st.text(min_size=1, max_size=LONGEST), st.integers(0, 20))
def test_a_name_is_free_and_short_enough_and_goes_on(name: str, steps: int) -> None:
    taken: list[str] = []
    for _ in range(steps + 1):
        made = next_name(name, taken)
        assert made not in taken
        assert len(made) <= LONGEST
        taken.append(made)
