"""Qt models over what ``app`` holds in memory. QtCore only: no widget, no SQL, no waiting."""
