"""The screen: PySide6 widgets over the program in ``app``. Qt is imported here and nowhere else."""

from atlas_desktop.ui.process import read_no_sources

read_no_sources()
