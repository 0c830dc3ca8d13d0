"""The provider table: its file, its presets, the keys that belong to it."""
