"""Atlas Desktop: rate recorded LLM calls from the keyboard."""

__version__ = "0.1.0"
