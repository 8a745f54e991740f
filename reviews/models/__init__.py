"""What is stored: fields, constraints and the rows a person may see. Rules of use are in the services."""

from reviews.models.dates import CalendarFeed, DueDate, PreparationStep, Reminder, TimelineStep
from reviews.models.events import AccessEvent, Act, Happening, ReviewEvent
from reviews.models.exchange import Export, Upload
from reviews.models.improvement import Action, ActionNote, Remark, ReportText
from reviews.models.interviews import Interview, InterviewNote
from reviews.models.invitations import Invitation
from reviews.models.organisations import Membership, Network, Organisation, User
from reviews.models.records import FinalRecord
from reviews.models.reviews import Review, ReviewEvaluator
from reviews.models.scores import ItemScore, Rating

__all__ = [
    "AccessEvent",
    "Act",
    "Action",
    "ActionNote",
    "CalendarFeed",
    "DueDate",
    "Export",
    "FinalRecord",
    "Happening",
    "Interview",
    "InterviewNote",
    "Invitation",
    "ItemScore",
    "Membership",
    "Network",
    "Organisation",
    "PreparationStep",
    "Rating",
    "Remark",
    "Reminder",
    "ReportText",
    "Review",
    "ReviewEvaluator",
    "ReviewEvent",
    "TimelineStep",
    "Upload",
    "User",
]
