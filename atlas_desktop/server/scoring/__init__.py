"""Scores made by the server: rules and models in processes beside, judges over HTTP; each with a deadline."""
