"""Datasets: from calls to a list with expected outputs, to its gates, to golden."""
