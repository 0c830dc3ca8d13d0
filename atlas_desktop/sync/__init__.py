"""Keeps the local store and a server in step. `engine.Engine` is the door."""
