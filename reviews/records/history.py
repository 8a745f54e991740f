"""Read models of a review's history and of its access log, in plain language. Reads; never writes.

Internal events are shown to the evaluators and the coordinator only. While evaluators rate alone, the
events of a rating are shown to its own evaluator only.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, takewhile
from typing import Any, ClassVar, NamedTuple

from django.db.models import Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsfidelity.prepared import prepared
from reviews.components.rendered import Rendered
from reviews.models import AccessEvent, EventType, Organisation, Review, ReviewEvaluator, ReviewEvent, User
from reviews.records.event_types import FIELDS, INTERNAL, EventField, Show
from reviews.wording import day_words, format_time
from reviews.workflow import Actor
from scales.explanations import observation_words
from scales.models import GuideEdition, ScaleEdition

PAGE_SIZE = 50
SHOWN = (
    *("review", "at", "type", "item_number", "comment", "changes", "hash"),
    *("by__name", "by__username", "by__deleted_at"),
)
NOTHING = "–"  # in place of a value
START = 100  # characters that stand for a folded value
LONG = 300  # characters of the two values of a field, from which the history folds it
MOST_WORDS = 300  # longer texts are not compared word by word
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
POSITIONS = {field: position for position, field in enumerate(FIELDS)}
WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Names(NamedTuple):
    """The names of what events hold, by code, and the languages of those that are from an instrument."""

    words: dict[str, str]
    languages: dict[str, str]


@dataclass(frozen=True)
class DiffSegment:
    """Some words of a text that changed. `kind` is "" if they are unchanged, "del" or "ins"."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldChange(Rendered):
    """One field before and after. `marked` is the difference between two texts as HTML, "" for other fields.

    `url` is the address of the review that the field is about, "" for other fields. `language` is that of names from an
    instrument, "" for other fields. `is_long` folds it; a page renders it itself, so that no process keeps long texts.
    """

    template: ClassVar[str] = "records/_change.html"

    field: str
    before: str
    after: str
    marked: SafeString | str = ""
    url: str = ""
    language: str = ""

    @property
    def is_long(self) -> bool:
        return len(self.before) + len(self.after) > LONG

    @property
    def start(self) -> str:
        """The first words of what is folded."""
        text = self.after if self.after != NOTHING else self.before
        return text if len(text) <= START else f"{text[: START - 1]}…"

    @property
    def is_new(self) -> bool:
        """Whether there was nothing before."""
        return self.before == NOTHING


@dataclass(frozen=True)
class HistoryEntry(Rendered):
    """One event. `machine_time` is that of a `<time>`. `item`, in `language`, is "" if the event is about the review.

    `hashes` are shown with the event's own. A page renders an entry itself if it `is_long`, so that no process keeps
    long texts.
    """

    template: ClassVar[str] = "records/_entry.html"

    machine_time: str
    time: str
    by: str
    description: str
    item: str
    language: str
    comment: str
    changes: tuple[FieldChange, ...]
    hashes: tuple[FieldChange, ...]
    hash: str

    @property
    def is_long(self) -> bool:
        return len(self.comment) > LONG or any(change.is_long for change in self.changes)


@dataclass(frozen=True)
class HistoryDay:
    """The events of one day, newest first."""

    title: str
    entries: tuple[HistoryEntry, ...]


@dataclass(frozen=True)
class HistoryFilter:
    """Which events are asked for: by the code of a person, the number of an item and a type. "" asks for all."""

    person: str = ""
    item: str = ""
    kind: str = ""


@dataclass(frozen=True)
class FilterChoices:
    """What a history can be filtered by: values with labels, of the events that the reader may see."""

    people: tuple[tuple[str, str], ...]
    items: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class History:
    """One page of the history, newest first.

    `older` is the primary key from which the next page continues, "" on the last page. `is_whole` says whether the
    reader sees internal events too.
    """

    days: tuple[HistoryDay, ...]
    older: str
    is_whole: bool

    @property
    def entries(self) -> tuple[HistoryEntry, ...]:
        return tuple(entry for day in self.days for entry in day.entries)


def history_of(review: Review, user: User, chosen: HistoryFilter, before: int | None = None) -> History:
    """Return a page of a review's history. Three queries, and one for each kind of thing that the events name.

    `review` must have been fetched for `user` by `for_page`. `before` is the primary key of the previous page's last
    event.
    """
    events = _visible_events(review, user).select_related("by").only(*SHOWN).order_by("-at", "-pk")
    if chosen.person:
        events = events.filter(by__code=chosen.person)
    if chosen.item:
        events = events.filter(item_number=int(chosen.item))
    if chosen.kind:
        events = events.filter(type=chosen.kind)
    if before is not None:
        at = Subquery(ReviewEvent.objects.filter(review=review, pk=before).values("at")[:1])
        events = events.filter(Q(at__lt=at) | Q(at=at, pk__lt=before))
    rows = list(events[: PAGE_SIZE + 1])
    names = _names_in(rows[:PAGE_SIZE], review, user)
    items = _item_names(review)
    today = timezone.localdate()
    days = tuple(
        HistoryDay(day_words(day, today), tuple(_entry(event, review, items, names) for event in events_of_day))
        for day, events_of_day in groupby(rows[:PAGE_SIZE], lambda event: timezone.localdate(event.at))
    )
    return History(days, str(rows[PAGE_SIZE - 1].pk) if len(rows) > PAGE_SIZE else "", _is_whole(review))


def filter_choices(review: Review, user: User) -> FilterChoices:
    """Return the people, items and types of the events that `user` may see. Two queries."""
    rows = set(_visible_events(review, user).order_by().values_list("by", "item_number", "type").distinct())
    people = _people(*sorted({person for person, _item, _type in rows}))
    names = _item_names(review)
    return FilterChoices(
        people=tuple(sorted(((str(person.code), str(person)) for person in people), key=lambda pair: pair[1])),
        items=tuple((str(number), name) for number, name in names.items() if number in {row[1] for row in rows}),
        kinds=tuple((kind.value, str(kind.label)) for kind in EventType if kind in {row[2] for row in rows}),
    )


@prepared
def _people(*keys: int) -> QuerySet[User]:
    return User.objects.filter(pk__in=keys)


def _visible_events(review: Review, user: User) -> QuerySet[ReviewEvent]:
    events = ReviewEvent.objects.filter(review=review)
    if not _is_whole(review):
        events = events.exclude(type__in=INTERNAL)
    if review.is_rated_apart:
        events = events.exclude(~Q(by=user) & ~Q(by__in=_open_to_all(review)), type=EventType.RATED)
    return events


def _is_whole(review: Review) -> bool:
    return bool({Actor.EVALUATOR, Actor.COORDINATOR} & review.acting_as)


def _item_names(review: Review) -> dict[int, str]:
    """Return the number and short name of each item."""
    return {item.number: f"{item.number} {item.short}" for item in ScaleEdition.named_scale_of(review.edition_id).items}


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
        Access(event.at, _time_words(event.at), str(event.by or "–"), action, page)
        for event, action, page in accesses_of(review, most)
    )
    by_day = groupby(lines, lambda line: timezone.localdate(line.at))
    return tuple(AccessDay(day_words(day, today), tuple(on_day)) for day, on_day in by_day)


def _time_words(at: datetime) -> str:
    local = timezone.localtime(at)
    return format_time(local.hour, local.minute)


def accesses_of(review: Review, most: int | None = None) -> Iterator[tuple[AccessEvent, str, str]]:
    """Yield the access events of a review, newest first, each with the labels of its action and page."""
    events = AccessEvent.objects.filter(review=review).select_related("by")
    for event in events[:most] if most else events.iterator():
        yield event, str(event.get_action_display()), str(PAGES[event.page])


def text_difference(before: str, after: str) -> tuple[DiffSegment, ...]:
    """Return the difference between two texts, word by word.

    Compares only what lies between the common beginning and the common end. If that is longer than 300 words, it is
    returned as one deletion and one insertion, because comparing takes quadratic time.
    """
    old, new = WORDS.findall(before), WORDS.findall(after)
    prefix = _common_length(old, new)
    suffix = _common_length(old[prefix:][::-1], new[prefix:][::-1])
    beginning, end = old[:prefix], old[len(old) - suffix :]
    old, new = old[prefix : len(old) - suffix], new[prefix : len(new) - suffix]
    if max(len(old), len(new)) > MOST_WORDS:
        changes = [("replace", 0, len(old), 0, len(new))]
    else:
        changes = list(difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    segments = [("", beginning)]
    for kind, a, b, c, d in changes:
        segments += [("", old[a:b])] if kind == "equal" else [("del", old[a:b]), ("ins", new[c:d])]
    segments.append(("", end))
    return tuple(DiffSegment(kind, "".join(words)) for kind, words in segments if words)


def _marked(segments: tuple[DiffSegment, ...]) -> SafeString:
    """Return a difference as HTML. A screen reader hears what was taken out and put in."""
    words = {"del": _("taken out"), "ins": _("put in")}
    hidden = '<span class="visually-hidden">{}</span>'

    def mark(segment: DiffSegment) -> str:
        if not segment.kind:
            return escape(segment.text)
        html = f"<{segment.kind}>{hidden}{{}}{hidden}</{segment.kind}>"
        return format_html(html, f"[{words[segment.kind]}: ", segment.text, "]")

    return SafeString("".join(mark(each) for each in segments))


def _common_length(first: list[str], second: list[str]) -> int:
    """Return the number of equal words at the start of two texts."""
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def _open_to_all(review: Review) -> QuerySet[ReviewEvaluator, int]:
    """Return the evaluators whose ratings everybody may read: those who submitted, once all have.

    An evaluator who was replaced before that is not among them.
    """
    submitted = review.participations.filter(submitted_at__isnull=False)
    return (submitted.none() if review.is_blind else submitted).values_list("user", flat=True)


def _entry(event: ReviewEvent, review: Review, items: Mapping[int, str], names: Names) -> HistoryEntry:
    item = review.scale.by_number.get(event.item_number or 0)
    changes = dict(event.changes)
    if item and "observation" in changes:
        changes["observation"] = [
            observation_words(item, value, specialists_in(value)) for value in changes["observation"]
        ]
    shows = {field: _declared(field).show for field in sorted(changes, key=_position)}
    return HistoryEntry(
        machine_time=timezone.localtime(event.at).isoformat(timespec="seconds"),
        time=_time_words(event.at),
        by=_("The rule on keeping notes") if event.type == EventType.NOTES_DELETED else str(event.by),
        description=_description(event),
        item=items[item.number] if item else "",
        language=review.scale.language if item else "",
        comment=event.comment,
        changes=tuple(
            _field_change(field, changes[field], names)
            for field, show in shows.items()
            if show not in (Show.NOT, Show.HASH)
        ),
        hashes=tuple(_field_change(field, changes[field], names) for field, show in shows.items() if show == Show.HASH),
        hash=event.hash,
    )


def _declared(field: str) -> EventField:
    """Return the declaration of a field, a plain one for a field that is not declared any more."""
    return FIELDS.get(field) or EventField(field)


def _position(field: str) -> int:
    """Return the position of a field in an entry. A field that is not declared any more comes last."""
    return POSITIONS.get(field, len(POSITIONS))


def _description(event: ReviewEvent) -> str:
    """Return what happened, in words. Several changes share the type PREPARED; their fields distinguish them."""
    if event.type == EventType.PREPARED:
        if "steps" in event.changes:
            return _("laid out the steps of the preparation")
        if "step_due" in event.changes:
            is_new = not event.changes["step"][0]
            return _("added a step to the preparation") if is_new else _("moved a step of the preparation")
        if event.changes["step_done"] == [True, False]:
            return _("unticked a step of the preparation")
    return str(event.get_type_display())


def _field_change(field: str, both: list[Any], names: Names) -> FieldChange:
    before, after = (_value_words(field, value, names.words) for value in both)
    declared = _declared(field)
    marked = _marked(text_difference(*both)) if declared.show == Show.TEXT and all(both) else ""
    code = both[1] or both[0]
    url = reverse("review", args=[code]) if declared.show == Show.REVIEW and code in names.words else ""
    return FieldChange(str(declared.label), before, after, marked, url, _language(both, names))


def _language(both: list[Any], names: Names) -> str:
    """Return the language of what an instrument names in a field, "" for everything else."""
    parts = (part for value in both for part in (value if isinstance(value, list) else [value]))
    return next((names.languages[part] for part in parts if isinstance(part, str) and part in names.languages), "")


def _value_words(field: str, value: Any, names: dict[str, str]) -> str:
    """Return one value of a field as text. `names` maps the codes of what is stored by code to names."""
    declared = _declared(field)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return NOTHING
    if declared.choices:
        return str(declared.choices(value).label)
    if declared.show == Show.DAY:
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    unnamed = _("a review that you cannot open") if declared.show == Show.REVIEW else None
    separator = "; " if declared.show == Show.SOURCES else ", "  # names of sources contain commas
    return separator.join(
        str(names.get(part, unnamed or part)) for part in (value if isinstance(value, list) else [value])
    )


def specialists_in(observation: dict[str, Any]) -> tuple[str, ...]:
    """Return the labels of the specialists in an observation, including those who were left out of the review later."""
    return tuple(observation.get("specialists", ()))


def _names_in(events: list[ReviewEvent], review: Review, user: User) -> Names:
    """Return the names of what events hold by code: people, sources, organisations, editions, reviews by their visit.

    A review that the reader may not know of has no name. One query for each of these that occurs.
    """
    people, organisations, editions, reviews = (
        _codes_in(events, show) for show in (Show.PEOPLE, Show.ORGANISATION, Show.SCALE, Show.REVIEW)
    )
    guides = _codes_in(events, Show.GUIDE)
    names = {source.code: source.name.partition(":")[0].rstrip(".") for source in review.scale.sources}
    languages = dict.fromkeys(names, review.scale.language)
    names |= {str(row.code): str(row) for row in User.objects.filter(code__in=people)} if people else {}
    if organisations:
        names |= {str(row.code): row.name for row in Organisation.objects.filter(code__in=organisations)}
    if editions:
        scales = ScaleEdition.objects.filter(slug__in=editions).values_list("slug", "language", "title", "version")
        names |= {slug: f"{title} ({version})" for slug, _language, title, version in scales}
        languages |= {slug: language for slug, language, _title, _version in scales}
    if guides:
        titles = GuideEdition.objects.filter(slug__in=guides).values_list("slug", "language", "title")
        names |= {slug: title for slug, _language, title in titles}
        languages |= {slug: language for slug, language, _title in titles}
    if reviews:
        names |= {str(row.code): row.visit for row in Review.objects.visible_to(user).filter(code__in=reviews)}
    return Names(names, languages)


def _codes_in(events: list[ReviewEvent], show: Show) -> set[str]:
    """Return the codes in the fields of the events that are shown like this."""
    fields = [field for field, declared in FIELDS.items() if declared.show == show]
    sides = (side for event in events for field in fields for side in event.changes.get(field, ()))
    return {str(code) for side in sides for code in (side if isinstance(side, list) else [side]) if code}
