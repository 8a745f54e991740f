"""What is stored: fields, constraints and the rows a person may see. Rules of use are in the services."""

from reviews.models.events import AccessEvent, Act, Happening, ReviewEvent
from reviews.models.interviews import Interview, InterviewNote
from reviews.models.invitations import Invitation
from reviews.models.organisations import Membership, Network, Organisation, User
from reviews.models.records import FinalRecord
from reviews.models.reviews import Review, ReviewEvaluator
from reviews.models.scores import ItemScore, Rating

__all__ = [
    "AccessEvent",
    "Act",
    "FinalRecord",
    "Happening",
    "Interview",
    "InterviewNote",
    "Invitation",
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
