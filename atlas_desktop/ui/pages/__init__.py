"""One module a screen of the navigation rail."""
