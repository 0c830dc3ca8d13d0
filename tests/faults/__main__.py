"""Replay seeds: ``python -m tests.faults SEED [SEED…] [--trace]``, or time a range: ``FIRST-LAST``."""

import sys
import time
from contextlib import closing

from tests.faults.simulation import run_seed
from tests.faults.templates import Templates


def main(arguments: list[str]) -> int:
    seeds: list[int] = []
    for argument in arguments:
        first, _, last = argument.partition("-")
        if first.isdigit():
            seeds += range(int(first), int(last or first) + 1)
    bad = 0
    with closing(Templates()) as templates:
        began = time.process_time()
        for seed in seeds:
            outcome = run_seed(seed, templates)
            if "--trace" in arguments:
                for line in outcome.trace:
                    print(*line)
            if outcome.broken or len(seeds) == 1:
                print(outcome)
            bad += bool(outcome.broken)
        took = time.process_time() - began
    print(f"{len(seeds)} schedules, {bad} broken, {len(seeds) / took:.1f} a second of processor time")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
