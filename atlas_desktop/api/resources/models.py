"""Models the gateway knows."""

from atlas_desktop.api.resources.resource import Resource
from atlas_desktop.contract.chat import Model, ModelList


class Models(Resource):
    """Models the gateway knows."""

    async def list(self) -> list[Model]:
        """All of them."""
        return (await self._exchange.ask("models.list", ModelList)).data
