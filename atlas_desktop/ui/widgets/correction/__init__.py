"""The correction editor on the screen."""
