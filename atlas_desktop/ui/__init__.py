"""The screen: PySide6 widgets over the program in ``app``. Qt is imported here and nowhere else."""
