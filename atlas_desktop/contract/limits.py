"""Numbers of the contract that are needed where its table of endpoints, 150 ms of models, is not."""

from typing import Final

API_BASE: Final = "/v1"
BODY_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a request's body."""
DEPTH_LIMIT: Final = 100
"""How deep JSON may nest."""
