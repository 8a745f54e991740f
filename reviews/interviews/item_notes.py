"""Interview notes by item: for the page on which an item is scored, and as quotations in its evidence.

This module only reads, and it checks no access. Notes are for the evaluators of the review only: callers must have
checked that the user is one of them (reviews/access/interviews.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reviews.fields import parse_key
from reviews.models import InterviewNote, QuickNote, Review
from reviews.models.interviews import HAS_TEXT
from scales.definition import Criterion, Guide, Question
from scales.models import GuideEdition


@dataclass(frozen=True)
class Quotation:
    """A note as text for the evidence. `source` is the code of its data source, "" if the guide names none."""

    text: str
    source: str


@dataclass(frozen=True)
class InformantNote:
    """What one informant said, or a quick note with the name of its writer in place of the role.

    `key` names the note in the request that quotes it (`quotation_of`).
    """

    key: str
    label: str
    role: str
    text: str


@dataclass(frozen=True)
class QuestionNotes:
    """A question about an item, with the notes on it from all interviews that follow the guide."""

    guide: Guide
    criterion: Criterion
    question: Question
    notes: tuple[InformantNote, ...]


@dataclass(frozen=True)
class GuideNotes:
    """The questions of a guide about an item: first the item's own, then those of other items that also serve it."""

    guide: Guide
    questions: tuple[QuestionNotes, ...]


@dataclass(frozen=True)
class ItemNotes:
    """The interview notes on an item: those on questions by guide, then those without a question."""

    guides: tuple[GuideNotes, ...]
    free: tuple[InformantNote, ...] = ()


QUICK = "quick-"  # begins the key of a quick note
NotesByQuestion = Mapping[tuple[str, str], Sequence[InformantNote]]  # by slug of the guide and key of the question


def item_notes(review: Review, number: int) -> ItemNotes:
    """Return the notes on an item, with the questions about it of all guides to the review's scale. Two queries."""
    guides = GuideEdition.guides_to(review.scale.instrument)
    own_key = ("", str(number))  # of the note on the item in interviews without a guide
    keys = {question.key for guide in guides for _criterion, question in guide.questions_for(number)} | {own_key[1]}
    notes = _notes_by_question(review, keys)
    quick_notes = review.quick_notes.filter(HAS_TEXT, item_number=number).select_related("written_by")
    free = (*notes.get(own_key, ()), *map(quick_informant_note, quick_notes))
    return ItemNotes(questions_by_guide(guides, number, notes), free)


def quick_informant_note(note: QuickNote) -> InformantNote:
    """Return a quick note as it is shown among the notes of informants."""
    return InformantNote(f"{QUICK}{note.pk}", _("Quick note"), str(note.written_by), note.text)


def questions_by_guide(
    guides: Iterable[Guide], number: int, notes: NotesByQuestion | None = None
) -> tuple[GuideNotes, ...]:
    """Return guides with their questions about an item, and with `notes` on these questions."""
    notes = notes or {}
    return tuple(
        GuideNotes(
            guide,
            tuple(
                QuestionNotes(guide, criterion, question, tuple(notes.get((guide.slug, question.key), ())))
                for criterion, question in guide.questions_for(number)
            ),
        )
        for guide in guides
    )


def quotation_of(review: Review, note_id: str) -> Quotation | None:
    """Return a note of the review as a quotation, or None if there is no such note or it is empty."""
    key = parse_key(note_id.removeprefix(QUICK))
    if key is None:
        return None
    if note_id.startswith(QUICK):
        quick_note = review.quick_notes.filter(HAS_TEXT, pk=key).first()
        return Quotation(f"«{quick_note.text}»", "") if quick_note else None
    notes = InterviewNote.objects.filter(interview__review=review, pk=key).exclude(text="")
    note = notes.select_related("interview__guide").defer("interview__guide__document").first()
    return _quotation(note) if note else None


def _notes_by_question(review: Review, keys: set[str]) -> NotesByQuestion:
    """Return the notes that have a text, in the order of the interviews. One query."""
    notes = InterviewNote.objects.filter(interview__review=review, question__in=keys).exclude(text="")
    by_question: defaultdict[tuple[str, str], list[InformantNote]] = defaultdict(list)
    for note in notes.select_related("interview__guide").defer("interview__guide__document").order_by("interview"):
        interview = note.interview
        informant_note = InformantNote(str(note.pk), interview.label, interview.informant_role, note.text)
        by_question[interview.guide.slug if interview.guide else "", note.question].append(informant_note)
    return by_question


def _quotation(note: InterviewNote) -> Quotation:
    interview = note.interview
    source = interview.guide.guide.source if interview.guide else ""
    return Quotation(f"«{note.text}» ({interview.label}, {interview.informant_role})", source)
