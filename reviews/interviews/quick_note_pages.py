"""Read models of the quick notes: the page on which they are written, and the one on which they are sorted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.interviews.quick_note_forms import QuickNoteForm, SortingForm, place_key
from reviews.interviews.retention import deletion_due
from reviews.models import Interview, QuickNote, Review
from reviews.models.interviews import HAS_TEXT
from reviews.wording import Progress


@dataclass(frozen=True)
class NoteLine:
    """One written note. `place` names the item or the interview, "" if it is not sorted. `edit_url` is "" if closed.

    `language` is that of the place if it is an item, else "".
    """

    written: str
    by: str
    text: str
    place: str
    language: str
    edit_url: str


@dataclass(frozen=True)
class OpenNote:
    """The note that is being written: the hidden values that the next save starts from, its text and its errors."""

    code: str
    version: str
    text: str
    errors: tuple[str, ...]


@dataclass(frozen=True)
class QuickNotesPage:
    """The notes of a review, the newest first, and the field for one more or for a change.

    `field` is None once the review is closed. `theirs` is the note that somebody else saved first, after a conflict.
    `refused` says why nothing was saved. `sort_url` is "" if there is nothing to sort.
    """

    review: Review
    field: OpenNote | None
    is_change: bool
    lines: tuple[NoteLine, ...]
    progress: Progress
    sort_url: str
    theirs: QuickNote | None
    refused: tuple[str, ...]
    deletion_due: date | None

    @property
    def is_stopped(self) -> bool:
        """Whether nothing is saved until the person decides."""
        return bool(self.theirs or self.refused)


@dataclass(frozen=True)
class PlaceOption:
    """A place in the select of a note."""

    value: str
    label: str


@dataclass(frozen=True)
class NoteToSort:
    """A note with the place that its select shows, and the one that is stored."""

    pk: str
    line: NoteLine
    chosen: str
    was: str


@dataclass(frozen=True)
class SortingPage:
    """All notes with a select each, those that are not sorted first; and what the selects offer, under headings."""

    review: Review
    notes: tuple[NoteToSort, ...]
    options: tuple[tuple[str, str, tuple[PlaceOption, ...]], ...]
    progress: Progress


def written_notes(review: Review) -> list[QuickNote]:
    """Return the quick notes of a review that have a text, the oldest first. One query."""
    notes = review.quick_notes.filter(HAS_TEXT).select_related("written_by", "interview")
    return list(notes.order_by("pk"))


def quick_notes_page(
    review: Review, note: QuickNote | None = None, form: QuickNoteForm | None = None, theirs: QuickNote | None = None
) -> QuickNotesPage:
    """Return the page for a new note, or for the change of `note`, with the values in `form` if it was refused."""
    notes = written_notes(review)
    return QuickNotesPage(
        review=review,
        field=None if review.is_closed else _field(note, form, theirs),
        is_change=note is not None,
        lines=tuple(_line(review, each) for each in reversed(notes) if each != note),
        progress=_progress(notes),
        sort_url=reverse("quick_notes_sort", args=[review.code]) if notes and not review.is_closed else "",
        theirs=theirs,
        refused=tuple(form.sentences()) if form else (),
        deletion_due=timezone.localdate(deletion_due(review)) if review.is_closed and notes else None,
    )


def sorting_page(review: Review, notes: list[QuickNote], interviews: list[Interview], form: SortingForm) -> SortingPage:
    """Return the page on which notes are sorted. No query."""
    to_sort = [NoteToSort(str(note.pk), _line(review, note), form.chosen(note), place_key(note)) for note in notes]
    language = review.scale.language
    options = [
        (section.name, language, _options("item", ((item.number, item.title) for item in section.items)))
        for section in review.scale.sections
    ]
    if interviews:
        whom = _options("interview", ((interview.pk, str(interview)) for interview in interviews))
        options.append((_("Interviews"), "", whom))
    return SortingPage(
        review, tuple(sorted(to_sort, key=lambda each: bool(each.was))), tuple(options), _progress(notes)
    )


def progress_of(review: Review) -> Progress:
    """Return how many notes are written and sorted now. One query."""
    return _progress(written_notes(review))


def _progress(notes: Iterable[QuickNote]) -> Progress:
    places = [place_key(note) for note in notes]
    done, count = sum(map(bool, places)), len(places)
    sentence = ngettext("%(count)s note, %(done)s sorted", "%(count)s notes, %(done)s sorted", count)
    return Progress(sentence % {"count": count, "done": done}, str(round(100 * done / count) if count else 0))


def _line(review: Review, note: QuickNote) -> NoteLine:
    at = timezone.localtime(note.written_at)
    day = "" if at.date() == timezone.localdate() else date_format(at, "SHORT_DATE_FORMAT")
    url = reverse("quick_notes", args=[review.code])
    return NoteLine(
        written=f"{day} {time_format(at, 'TIME_FORMAT')}".strip(),
        by=str(note.written_by),
        text=note.text,
        place=_place(review, note),
        language=review.scale.language if note.item_number else "",
        edit_url="" if review.is_closed else f"{url}?note={note.code}",
    )


def _place(review: Review, note: QuickNote) -> str:
    if note.item_number:
        return f"{note.item_number} {review.scale.by_number[note.item_number].title}"
    return str(note.interview) if note.interview else ""


def _field(note: QuickNote | None, form: QuickNoteForm | None, theirs: QuickNote | None) -> OpenNote:
    if form:
        version = str(theirs.version) if theirs else str(form.data.get("version", ""))
        errors = tuple(map(str, form.errors.get("text", ())))
        return OpenNote(str(form.data.get("code", "")), version, str(form.data.get("text", "")), errors)
    if note:
        return OpenNote(str(note.code), str(note.version), note.text, ())
    return OpenNote(str(uuid4()), "0", "", ())


def _options(kind: str, labelled: Iterable[tuple[int, str]]) -> tuple[PlaceOption, ...]:
    prefix = "{number} {label}" if kind == "item" else "{label}"
    return tuple(
        PlaceOption(f"{kind}-{number}", prefix.format(number=number, label=label)) for number, label in labelled
    )
