"""Saying more than a verdict: tags and a note under the answer."""
