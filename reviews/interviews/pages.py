"""Read models of the interview pages: the list of interviews, and one step of an interview."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from reviews.interviews.forms import NotesForm, text_version
from reviews.interviews.retention import deletion_due
from reviews.models import Interview, InterviewNote, Review
from reviews.wording import Progress, saved_words
from scales.definition import OPENING, Guide
from scales.models import GuideEdition


@dataclass(frozen=True)
class InterviewEntry:
    """One interview in the list, with how much is written down."""

    interview: Interview
    progress: Progress


@dataclass(frozen=True)
class GuideOption:
    """A guide that a new interview can follow.

    `silent_on` lists the items for which it has no question, as text.
    """

    guide: Guide
    silent_on: str


@dataclass(frozen=True)
class InterviewsPage:
    """The list of a review's interviews, and the guides that another interview can follow.

    `deletion_due` is the day on which the notes are due for deletion. It is None before the review is final and after
    the notes are deleted.
    """

    review: Review
    entries: tuple[InterviewEntry, ...]
    guide_options: tuple[GuideOption, ...]
    deletion_due: date | None


@dataclass(frozen=True)
class QuestionField:
    """One question with the field for its note. `text` is "" for the field that belongs to no question.

    `also` lists the other items that the question serves. `version` and `was` are the hidden values that the next save
    starts from. `theirs` is the note that somebody else saved first, after a conflict.
    """

    key: str
    text: str
    condition: str
    also: str
    note: str
    version: str
    was: str
    errors: Sequence[str]
    theirs: InterviewNote | None


@dataclass(frozen=True)
class StepLink:
    """A link in the list of steps. `noted` of `count` notes have a text."""

    url: str
    number: str
    title: str
    noted: str
    count: str
    is_current: bool


@dataclass(frozen=True)
class StepPage:
    """One step of an interview: a form, or plain text once the review is final.

    `remark` is the guide's note to the interviewer. `is_behind` is true after a conflict. `refused` holds the sentences
    that explain why nothing was saved.
    """

    interview: Interview
    guide: Guide
    number: str
    title: str
    remark: str
    questions: tuple[QuestionField, ...]
    steps: tuple[StepLink, ...]
    progress: Progress
    saved: str
    previous: str
    next: str
    is_last: bool
    is_open: bool
    is_behind: bool
    refused: tuple[str, ...]


def interviews_page(review: Review, guides: Sequence[GuideEdition]) -> InterviewsPage:
    """Return the list of a review's interviews. A new one can follow any of `guides`. One query."""
    entries = []
    for interview in review.interviews.for_page().with_note_counts().select_related("conducted_by"):
        interview.review = review
        progress = Progress.noted(interview.answered, interview.guide.guide.question_count)
        entries.append(InterviewEntry(interview, progress))
    has_notes = review.is_closed and any(entry.interview.notes_deleted_at is None for entry in entries)
    return InterviewsPage(
        review=review,
        entries=tuple(entries),
        guide_options=tuple(_guide_option(review, edition.guide) for edition in guides),
        deletion_due=timezone.localdate(deletion_due(review)) if has_notes else None,
    )


def step_page(
    interview: Interview, step: int, form: NotesForm | None = None, theirs: Collection[InterviewNote] = ()
) -> StepPage:
    """Return a step with the text in `form` or, without one, the stored notes. One query.

    `theirs` are the notes that somebody else saved first: the page shows both texts.
    """
    guide, review = interview.guide.guide, interview.review
    notes = {note.question: note for note in interview.notes.all()}
    saved_times = [notes[key].saved_at for key in guide.keys_at(step)]
    behind = {note.question: note for note in theirs}
    previous, following = neighbour_urls(interview, step)
    return StepPage(
        interview=interview,
        guide=guide,
        number=str(step or ""),
        title=step_title(guide, step),
        remark=guide.by_number[step].note if step else "",
        questions=tuple(_question_field(guide, notes[key], form, behind.get(key)) for key in guide.keys_at(step)),
        steps=tuple(_step_link(interview, number, notes, is_current=number == step) for number in guide.steps),
        progress=_progress(guide, {key for key, note in notes.items() if note.text}),
        saved=saved_words(max(filter(None, saved_times))) if any(saved_times) else "",
        previous=previous,
        next=following,
        is_last=step == guide.steps[-1],
        is_open=not review.is_closed,
        is_behind=bool(behind),
        refused=tuple(form.sentences()) if form else (),
    )


def progress_of(interview: Interview) -> Progress:
    """Return how much of an interview is written down now. One query."""
    noted = interview.notes.exclude(text="").values_list("question", flat=True)
    return _progress(interview.guide.guide, noted)


def step_url(interview: Interview, step: int) -> str:
    """Return the URL of one step of an interview."""
    return reverse("interview_step", args=[interview.review.code, interview.code, step])


def neighbour_urls(interview: Interview, step: int) -> tuple[str, str]:
    """Return the URLs of the previous and the next step.

    The first step has no previous URL (""); after the last step comes the list of interviews.
    """
    steps = interview.guide.guide.steps
    position = steps.index(step)
    previous = step_url(interview, steps[position - 1]) if position else ""
    if position + 1 < len(steps):
        return previous, step_url(interview, steps[position + 1])
    return previous, reverse("interviews", args=[interview.review.code])


def step_title(guide: Guide, step: int) -> str:
    """Return the title of a step.

    A criterion's title is in the language of the guide. Step 0, which belongs to no criterion, has a title in the
    language of the reader.
    """
    if step:
        return guide.by_number[step].title
    return _("To begin with, and what was said besides") if guide.opening_question else _("What was said besides")


def _guide_option(review: Review, guide: Guide) -> GuideOption:
    numbers = guide.silent_on(item.number for item in review.scale.items)
    return GuideOption(guide, get_text_list([str(number) for number in numbers], _("and")))


def _question_field(
    guide: Guide, note: InterviewNote, form: NotesForm | None, theirs: InterviewNote | None
) -> QuestionField:
    """Return a question with its stored note, or with the text in `form` if the writer changed it."""
    key, question = note.question, guide.by_key.get(note.question)
    changed = form if form and form.is_changed(key) else None
    if changed and not theirs:
        version, was = changed.starting_versions(key)
    else:  # the page shows the stored note, after a conflict next to the writer's text: the next save starts from it
        version, was = str(note.version), text_version(note.text)
    return QuestionField(
        key=key,
        text=question.text if question else guide.opening_question if key == OPENING else "",
        condition=question.condition if question else "",
        also=", ".join(map(str, question.also)) if question else "",
        note=changed.sent_text(key) if changed else note.text,
        version=version,
        was=was,
        errors=tuple(map(str, form.errors.get(f"note-{key}", ()))) if form else (),
        theirs=theirs,
    )


def _step_link(interview: Interview, step: int, notes: dict[str, InterviewNote], *, is_current: bool) -> StepLink:
    guide = interview.guide.guide
    keys = guide.keys_at(step)
    noted = sum(1 for key in keys if notes[key].text)
    return StepLink(
        step_url(interview, step), str(step or ""), step_title(guide, step), str(noted), str(len(keys)), is_current
    )


def _progress(guide: Guide, noted: Iterable[str]) -> Progress:
    return Progress.noted(len(set(noted) & guide.by_key.keys()), guide.question_count)
