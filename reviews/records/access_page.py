"""Read model of the access log of a review, in plain language: who has opened which page. Reads; never writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext_lazy

from reviews.models import AccessEvent, Review
from reviews.wording import day_words, time_words

PAGES = {  # the URL names of all pages of a review, which the access log stores
    "review": gettext_lazy("the review's page"),
    "item": gettext_lazy("a scoring page"),
    "entry": gettext_lazy("the page for paper sheets"),
    "evidence": gettext_lazy("the evidence by source"),
    "hand_in": gettext_lazy("the page on which ratings are handed in"),
    "take_back": gettext_lazy("the page on which ratings are taken back"),
    "consensus": gettext_lazy("the consensus"),
    "agree": gettext_lazy("an item of the consensus"),
    "take_over": gettext_lazy("the consensus"),
    "ask": gettext_lazy("the consensus"),
    "comment": gettext_lazy("the consensus"),
    "pulse": gettext_lazy("the consensus"),
    "move": gettext_lazy("the page of a step"),
    "correct": gettext_lazy("the page for corrections"),
    "evaluators": gettext_lazy("the page on which evaluators are changed"),
    "change_plan": gettext_lazy("the page on which the plan is changed"),
    "cancel": gettext_lazy("the page on which the review is cancelled"),
    "interviews": gettext_lazy("the list of interviews"),
    "interview": gettext_lazy("an interview"),
    "interview_step": gettext_lazy("the notes of an interview"),
    "interview_head": gettext_lazy("the page on which an interview is changed"),
    "interview_remove": gettext_lazy("the removal of an interview"),
    "quick_notes": gettext_lazy("the quick notes of the visit"),
    "quick_notes_sort": gettext_lazy("the page on which quick notes are sorted"),
    "sheet": gettext_lazy("the score sheet"),
    "sheet_pdf": gettext_lazy("the score sheet as PDF"),
    "sheet_json": gettext_lazy("the data (JSON)"),
    "history": gettext_lazy("the history"),
    "access": gettext_lazy("the list of who has read it"),
    "access_csv": gettext_lazy("the list of who has read it"),
    "access_xlsx": gettext_lazy("the list of who has read it"),
    "verify": gettext_lazy("the page on which PDFs are checked"),
    "report": gettext_lazy("the report"),
    "report_pdf": gettext_lazy("the report as PDF"),
    "report_docx": gettext_lazy("the report as Word file"),
    "report_text": gettext_lazy("the page on which the report’s text is written"),
    "wall": gettext_lazy("the result for the wall"),
    "wall_pdf": gettext_lazy("the result for the wall as PDF"),
    "plan": gettext_lazy("the action plan"),
    "plan_begin": gettext_lazy("the action plan"),
    "plan_save": gettext_lazy("the action plan"),
    "plan_add": gettext_lazy("the page on which an action is added"),
    "plan_action": gettext_lazy("an action of the plan"),
    "plan_remove": gettext_lazy("the removal of an action"),
    "plan_pdf": gettext_lazy("the action plan as PDF"),
    "plan_csv": gettext_lazy("the action plan as a table"),
    "plan_xlsx": gettext_lazy("the action plan as a table"),
    "plan_before": gettext_lazy("what became of the last plan"),
    "due": gettext_lazy("the page on which the next review’s date is set"),
    "remarks": gettext_lazy("the remarks of the service"),
    "remark": gettext_lazy("the page on which a remark is changed"),
    "remark_answer": gettext_lazy("the answer to a remark"),
    "remark_withdraw": gettext_lazy("the withdrawal of a remark"),
    "facts_until": gettext_lazy("the page on which the day for remarks is set"),
    "preparation": gettext_lazy("the preparation"),
    "lay_out": gettext_lazy("the preparation"),
    "preparation_step": gettext_lazy("the preparation"),
    "tick": gettext_lazy("the preparation"),
    "exports": gettext_lazy(
        "a selection of reviews that includes this one"
    ),  # the only page that is not a review's own
    "compare": gettext_lazy("the comparison with another review"),
    "search": gettext_lazy("a note, by a search"),
}


@dataclass(frozen=True)
class Access:
    """A line of the access log. `action` and `page` say in words what was done."""

    at: datetime
    time: str
    by: str
    action: str
    page: str


@dataclass(frozen=True)
class AccessDay:
    """The lines of one day, newest first."""

    title: str
    lines: tuple[Access, ...]


def access_days(review: Review, most: int) -> tuple[AccessDay, ...]:
    """Return the last lines of a review's access log by day, newest first. One query."""
    today = timezone.localdate()
    lines = (
        Access(event.at, time_words(timezone.localtime(event.at)), str(event.by or "–"), action, page)
        for event, action, page in accesses_of(review, most)
    )
    by_day = groupby(lines, lambda line: timezone.localdate(line.at))
    return tuple(AccessDay(day_words(day, today), tuple(on_day)) for day, on_day in by_day)


def accesses_of(review: Review, most: int | None = None) -> Iterator[tuple[AccessEvent, str, str]]:
    """Yield the access events of a review, newest first, each with the labels of its action and page."""
    events = AccessEvent.objects.filter(review=review).select_related("by")
    for event in events[:most] if most else events.iterator():
        yield event, str(event.get_action_display()), str(PAGES[event.page])
