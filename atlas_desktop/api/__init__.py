"""Speaks HTTP to an Atlas. ``transport`` is the only module that imports httpx, and it is imported late."""

from atlas_desktop.api.client import AsyncAtlas
from atlas_desktop.api.policy import Policy
from atlas_desktop.api.stream import stream_with_delivery

__all__ = ["AsyncAtlas", "Policy", "stream_with_delivery"]
