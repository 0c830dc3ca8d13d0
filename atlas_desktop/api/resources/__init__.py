"""What can be asked of an Atlas, by subject. Every method raises the errors of :mod:`atlas_desktop.api.errors`."""

from atlas_desktop.api.resources.analytics import Analytics
from atlas_desktop.api.resources.calls import Calls
from atlas_desktop.api.resources.chat import Chat
from atlas_desktop.api.resources.datasets import Datasets, Items
from atlas_desktop.api.resources.embeddings import EmbeddingVectors
from atlas_desktop.api.resources.evaluations import Evaluations
from atlas_desktop.api.resources.evaluators import Evaluators
from atlas_desktop.api.resources.feedback import Feedbacks
from atlas_desktop.api.resources.keys import Keys
from atlas_desktop.api.resources.models import Models
from atlas_desktop.api.resources.operations import Operations
from atlas_desktop.api.resources.providers import Providers
from atlas_desktop.api.resources.refunds import Refunds
from atlas_desktop.api.resources.releases import Releases

__all__ = [
    "Analytics",
    "Calls",
    "Chat",
    "Datasets",
    "EmbeddingVectors",
    "Evaluations",
    "Evaluators",
    "Feedbacks",
    "Items",
    "Keys",
    "Models",
    "Operations",
    "Providers",
    "Refunds",
    "Releases",
]
