"""The screen: PySide6 widgets over the program in ``app``. Qt is imported here and nowhere else."""

# Before Qt: once PySide6 is there, it reads the source of every module that is imported after it, to see whether that
# one uses PySide6. 481 files instead of 86, and 15 MB that are never given back.
import atlas_desktop.app.session  # noqa: F401
