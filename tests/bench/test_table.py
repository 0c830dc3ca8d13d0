"""What is printed and judged."""

from tests.bench import table


def _row(name: str, values: list[float]) -> table.Line:
    return table.lines({name: values}, {"clock": [2.0, 9.0]})[0]


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(each) for each in range(1, 101)]
    assert [table.percentile(values, part) for part in (0.5, 0.95, 1.0)] == [50, 95, 100]
    assert table.percentile([7.0], 0.95) == 7


def test_a_limit_on_the_95th_lets_one_in_twenty_be_late_and_one_on_all_does_not() -> None:
    late = [1.0] * 95 + [1_000.0] * 5
    assert _row("rate", late).ok is True
    assert _row("rate", [*late, 1_000.0]).ok is False
    assert _row("scroll", late).ok is False


def test_of_throughput_more_is_better() -> None:
    assert _row("import_http", [6_000.0, 9_000.0]).ok is True
    slow = _row("import_http", [4_999.0, 9_000.0])
    assert (slow.ok, slow.worst, slow.p95) == (False, 4_999, 4_999)


def test_without_a_limit_there_is_no_verdict() -> None:
    line = _row("reimport", [1.0])
    assert line.ok is None
    assert table.within([line])
    assert not table.within([line, _row("sync_gap", [51.0])])


def test_what_is_over_is_said() -> None:
    lines = [_row("sync_gap", [51.0]), _row("undo", [3.0])]
    text = table.text(lines, {"clock": [2.0, 9.0]})
    gap, undo = text.splitlines()[1:3]
    assert gap.endswith("OVER")
    assert gap.split()[-2] == "9.0"  # the floor of gaps is their worst
    assert undo.endswith("ok")
