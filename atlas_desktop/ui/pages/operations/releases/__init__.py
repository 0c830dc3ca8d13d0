"""Releases of an operation: where each is, how it stands on its gates, who moved it."""
