"""Trends: how many calls passed, by whom and when; and the way back to those that did not."""
