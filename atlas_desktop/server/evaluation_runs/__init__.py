"""Runs of evaluations: planned, taken turns at, scored in processes beside, written once, resumed after a restart."""
