"""What is stored: fields, constraints and the rows a person may see. Rules of use are in the services."""

from reviews.models.events import Happening, ReviewEvent
from reviews.models.organisations import Membership, Network, Organisation, User
from reviews.models.reviews import Review, ReviewEvaluator
from reviews.models.scores import ItemScore, Rating

__all__ = [
    "Happening",
    "ItemScore",
    "Membership",
    "Network",
    "Organisation",
    "Rating",
    "Review",
    "ReviewEvaluator",
    "ReviewEvent",
    "User",
]
