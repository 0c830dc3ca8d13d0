"""How Python runs in a server's own process, and that it is left alone in others."""

import gc
import subprocess
import sys

from atlas_desktop.server.footing import stand_again

STAND = """
import gc, sys
from atlas_desktop.server.footing import stand, stand_again
gc.disable()
stand()
assert gc.isenabled()
before = gc.get_freeze_count()
more = [[] for _ in range(1000)]
stand_again()
print(before > 1000, gc.get_freeze_count() - before >= 1000, gc.get_threshold()[0], sys.getswitchinterval())
"""


def test_what_was_imported_is_never_looked_through_again() -> None:
    shown = subprocess.run([sys.executable, "-c", STAND], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["True", "True", "10000", "0.0005"]


def test_a_process_that_is_not_the_servers_is_left_alone() -> None:
    before = gc.get_freeze_count()
    stand_again()
    assert gc.get_freeze_count() == before
