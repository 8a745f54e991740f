"""Interview notes beside the item they serve, and their way into its evidence. Reads; never writes.

For the review's evaluators only: callers have made sure (reviews/access/interviews.py) that the person takes part.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reviews.fields import key_in
from reviews.models import InterviewNote, Review
from scales.definition import Criterion, Guide, Question
from scales.models import GuideEdition


@dataclass(frozen=True)
class Quotation:
    """A note as it stands in the evidence, and the scale's code of the source ("" when the guide names none)."""

    text: str
    source: str


@dataclass(frozen=True)
class Note:
    """What one informant said. `pk` is text: templates would localise a number."""

    pk: str
    label: str
    role: str
    text: str


@dataclass(frozen=True)
class NotesOfQuestion:
    """A question that serves an item, with what was said to it in all interviews by its guide."""

    guide: Guide
    criterion: Criterion
    question: Question
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class NotesOfGuide:
    """A guide's questions for an item, the item's own first; none where the guide is silent."""

    guide: Guide
    questions: tuple[NotesOfQuestion, ...]


Said = Mapping[tuple[str, str], Sequence[Note]]  # by guide and question


def notes_by_guide(review: Review, number: int) -> tuple[NotesOfGuide, ...]:
    """Return every guide to the review's scale with its questions for an item and what was said. One query."""
    guides = GuideEdition.guides_to(review.scale.instrument)
    keys = {question.key for guide in guides for _, question in guide.questions_for(number)}
    return questions_by_guide(guides, number, _said(review, keys))


def questions_by_guide(guides: Iterable[Guide], number: int, said: Said | None = None) -> tuple[NotesOfGuide, ...]:
    """Return guides with their questions for an item, and with what was `said` to them, if anything was."""
    said = said or {}
    return tuple(
        NotesOfGuide(
            guide,
            tuple(
                NotesOfQuestion(guide, criterion, question, tuple(said.get((guide.slug, question.key), ())))
                for criterion, question in guide.questions_for(number)
            ),
        )
        for guide in guides
    )


def quotation_of(review: Review, note_id: str) -> Quotation | None:
    """Return a note of the review as a quotation; None where there is none with that number or nothing in it."""
    key = key_in(note_id)
    if key is None:
        return None
    found = InterviewNote.objects.filter(interview__review=review, pk=key).exclude(text="")
    note = found.select_related("interview__guide").defer("interview__guide__document").first()
    return _quotation(note, note.interview.guide.guide) if note else None


def _said(review: Review, keys: set[str]) -> Said:
    """Return the notes that hold something by guide and question, in the order of the interviews."""
    notes = InterviewNote.objects.filter(interview__review=review, question__in=keys).exclude(text="")
    found: defaultdict[tuple[str, str], list[Note]] = defaultdict(list)
    for note in notes.select_related("interview__guide").defer("interview__guide__document").order_by("interview"):
        interview = note.interview
        shown = Note(str(note.pk), interview.label, interview.informant_role, note.text)
        found[interview.guide.slug, note.question].append(shown)
    return found


def _quotation(note: InterviewNote, guide: Guide) -> Quotation:
    interview = note.interview
    return Quotation(f"«{note.text}» ({interview.label}, {interview.informant_role})", guide.source)
