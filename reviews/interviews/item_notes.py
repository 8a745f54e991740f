"""Interview notes by item: for the page on which an item is scored, and as quotations in its evidence.

This module only reads, and it checks no access. Notes are for the evaluators of the review only: callers must have
checked that the user is one of them (reviews/access/interviews.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reviews.fields import parse_key
from reviews.models import InterviewNote, Review
from scales.definition import Criterion, Guide, Question
from scales.models import GuideEdition


@dataclass(frozen=True)
class Quotation:
    """A note as text for the evidence. `source` is the code of its data source, "" if the guide names none."""

    text: str
    source: str


@dataclass(frozen=True)
class InformantNote:
    """What one informant said to a question. `pk` is text because templates would format a number."""

    pk: str
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


NotesByQuestion = Mapping[tuple[str, str], Sequence[InformantNote]]  # by slug of the guide and key of the question


def notes_by_guide(review: Review, number: int) -> tuple[GuideNotes, ...]:
    """Return the guides to the review's scale, with their questions about an item and the notes. One query."""
    guides = GuideEdition.guides_to(review.scale.instrument)
    keys = {question.key for guide in guides for _, question in guide.questions_for(number)}
    return questions_by_guide(guides, number, _notes_by_question(review, keys))


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
    key = parse_key(note_id)
    if key is None:
        return None
    notes = InterviewNote.objects.filter(interview__review=review, pk=key).exclude(text="")
    note = notes.select_related("interview__guide").defer("interview__guide__document").first()
    return _quotation(note, note.interview.guide.guide) if note else None


def _notes_by_question(review: Review, keys: set[str]) -> NotesByQuestion:
    """Return the notes that have a text, in the order of the interviews. One query."""
    notes = InterviewNote.objects.filter(interview__review=review, question__in=keys).exclude(text="")
    by_question: defaultdict[tuple[str, str], list[InformantNote]] = defaultdict(list)
    for note in notes.select_related("interview__guide").defer("interview__guide__document").order_by("interview"):
        interview = note.interview
        informant_note = InformantNote(str(note.pk), interview.label, interview.informant_role, note.text)
        by_question[interview.guide.slug, note.question].append(informant_note)
    return by_question


def _quotation(note: InterviewNote, guide: Guide) -> Quotation:
    interview = note.interview
    return Quotation(f"«{note.text}» ({interview.label}, {interview.informant_role})", guide.source)
