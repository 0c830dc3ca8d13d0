"""Labels beside points that lie close together: moved apart, as little as it takes, in the order of the points."""

from collections.abc import Sequence


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> tuple[float, ...]:
    """Where each label stands: at least ``gap`` apart, between ``low`` and ``high`` as far as there is room.

    Where there is not room for all, they stand as far apart as there is.
    """
    count = len(wanted)
    if count == 0:
        return ()
    if count > 1:
        gap = min(gap, (high - low) / (count - 1))
    order = sorted(range(count), key=lambda at: (wanted[at], at))
    # Groups of labels that touch: each stands around the middle of what its labels want (the pool-adjacent method).
    groups: list[list[float]] = []  # sum of wanted places less their offsets, and how many
    for place, at in enumerate(order):
        groups.append([wanted[at] - place * gap, 1])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] >= groups[-1][0] / groups[-1][1]:
            total, number = groups.pop()
            groups[-1][0] += total
            groups[-1][1] += number
    top = high - (count - 1) * gap
    starts = [min(max(total / number, low), top) for total, number in groups for _ in range(int(number))]
    found = [0.0] * count
    for place, at in enumerate(order):
        found[at] = starts[place] + place * gap
    return tuple(found)
