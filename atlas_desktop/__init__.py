"""Atlas Desktop: review, rate and correct production LLM calls."""

__version__ = "0.1.0"
