"""What the contract means: pure functions and frozen values; no I/O, no clock, no Qt."""
