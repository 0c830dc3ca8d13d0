"""Looks at the clock every 2 ms until its stdin closes, then says the gaps (ms) that were longer than 5."""

import select
import sys
import time

BEAT_MS = 2

gaps = []
last = time.perf_counter()
while not select.select([sys.stdin], [], [], BEAT_MS / 1000)[0]:
    now = time.perf_counter()
    if (now - last) * 1000 > 5:
        gaps.append(round((now - last) * 1000, 1))
    last = now
sys.stdout.write(str(gaps))
