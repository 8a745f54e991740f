"""The database: fields, constraints, and querysets of the rows that a person may see. Services contain the rules."""

from reviews.models.actionplan import Action, ActionNote
from reviews.models.chained import ChainedLine, DeletedLine
from reviews.models.evaluators import ReviewEvaluator
from reviews.models.events import AccessAction, AccessEvent, EventType, ReviewEvent
from reviews.models.export_files import ExportChunk, ExportFile
from reviews.models.exports import Export
from reviews.models.imports import ColumnMatching, Upload, UploadPiece
from reviews.models.interviews import Interview, InterviewNote, QuickNote
from reviews.models.invitations import Invitation
from reviews.models.kept_posts import KeptPost
from reviews.models.maintenance import MaintenanceTask
from reviews.models.organisations import Membership, Network, Organisation, User
from reviews.models.queue import Job, Mail, PermanentFailure
from reviews.models.records import FinalRecord
from reviews.models.reports import Remark, ReportText
from reviews.models.reviews import Review
from reviews.models.schedule import CalendarFeed, DueDate, PreparationStep, Reminder, ReviewInterval, TimelineStep
from reviews.models.scores import ItemComment, ItemScore, Rating

__all__ = [
    "AccessAction",
    "AccessEvent",
    "Action",
    "ActionNote",
    "CalendarFeed",
    "ChainedLine",
    "ColumnMatching",
    "DeletedLine",
    "DueDate",
    "EventType",
    "Export",
    "ExportChunk",
    "ExportFile",
    "FinalRecord",
    "Interview",
    "InterviewNote",
    "Invitation",
    "ItemComment",
    "ItemScore",
    "Job",
    "KeptPost",
    "Mail",
    "MaintenanceTask",
    "Membership",
    "Network",
    "Organisation",
    "PermanentFailure",
    "PreparationStep",
    "QuickNote",
    "Rating",
    "Remark",
    "Reminder",
    "ReportText",
    "Review",
    "ReviewEvaluator",
    "ReviewEvent",
    "ReviewInterval",
    "TimelineStep",
    "Upload",
    "UploadPiece",
    "User",
]
