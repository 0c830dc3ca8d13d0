"""Keys for programs."""

from atlas_desktop.api.resources.resource import Resource
from atlas_desktop.contract.keys import ApiKeyCreate, ApiKeyMade


class Keys(Resource):
    """Made only by the app that runs the server. Feature ``keys``."""

    async def create(self, name: str, *, customer: str | None = None) -> ApiKeyMade:
        """A key of this name; its text is in this answer only. Asked twice, there are two."""
        body = ApiKeyCreate(name=name, customer=customer)
        return await self._exchange.ask("keys.create", ApiKeyMade, body=body)
