"""Read models of the interviews' pages: what a template shows, asked for once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from reviews.interviews.forms import StepForm, text_version
from reviews.interviews.retention import due_on
from reviews.models import Interview, InterviewNote, Review
from reviews.wording import Progress, saved_words
from scales.definition import OPENING, OTHER, Guide
from scales.models import GuideEdition


@dataclass(frozen=True)
class Line:
    """One interview in the list."""

    interview: Interview
    progress: Progress


@dataclass(frozen=True)
class Choice:
    """A guide that an interview can follow. `silent_on` names the items for which it has no question."""

    guide: Guide
    questions: int
    silent_on: str


@dataclass(frozen=True)
class InterviewsPage:
    """The list of a review's interviews. `due` is the day on which the notes go, None until it is final and
    once they have gone."""

    review: Review
    lines: tuple[Line, ...]
    choices: tuple[Choice, ...]
    due: date | None


@dataclass(frozen=True)
class Asked:
    """One question with the field for its note. `text` is "" for what was said besides.

    `version` and `was` are those that the next save starts from; `theirs` is what somebody else saved first.
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
class StepLine:
    """One step in the list beside the form: "2/4" of what can be noted there is."""

    url: str
    number: str
    title: str
    noted: str
    count: str
    is_here: bool


@dataclass(frozen=True)
class StepPage:
    """The page on which one step of an interview is written down, or read once the review is final.

    `refused` says why nothing could be saved.
    """

    interview: Interview
    guide: Guide
    number: str
    title: str
    remark: str
    questions: tuple[Asked, ...]
    lines: tuple[StepLine, ...]
    progress: Progress
    saved: str
    previous: str
    next: str
    is_last: bool
    is_open: bool
    is_behind: bool
    refused: tuple[str, ...]


def interviews_page(review: Review, guides: Sequence[GuideEdition]) -> InterviewsPage:
    """Return the list of a review's interviews with the guides that another one can follow. One query."""
    found = review.interviews.for_page().counted().select_related("conducted_by")
    lines = []
    for interview in found:
        interview.review = review
        lines.append(Line(interview, Progress.noted(interview.answered, len(interview.guide.guide.question_keys))))
    is_kept = review.is_final and any(line.interview.notes_deleted_at is None for line in lines)
    return InterviewsPage(
        review=review,
        lines=tuple(lines),
        choices=tuple(_choice(review, edition.guide) for edition in guides),
        due=timezone.localdate(due_on(review)) if is_kept else None,
    )


def step_page(
    interview: Interview, step: int, form: StepForm | None = None, theirs: Collection[InterviewNote] = ()
) -> StepPage:
    """Return a step with what `form` holds or else with what is stored. One query.

    `theirs` are notes that somebody else saved first: the page shows both.
    """
    guide, review = interview.guide.guide, interview.review
    notes = {note.question: note for note in interview.notes.all()}
    saved = [notes[key].saved_at for key in guide.keys_at(step)]
    behind = {note.question: note for note in theirs}
    previous, following = neighbours(interview, step)
    return StepPage(
        interview=interview,
        guide=guide,
        number=str(step or ""),
        title=title_of(guide, step),
        remark=guide.by_number[step].note if step else "",
        questions=tuple(_asked(guide, notes[key], form, behind.get(key)) for key in guide.keys_at(step)),
        lines=tuple(_line(interview, number, notes, is_here=number == step) for number in guide.steps),
        progress=_progress(guide, {key for key, note in notes.items() if note.text}),
        saved=saved_words(max(filter(None, saved))) if any(saved) else "",
        previous=previous,
        next=following,
        is_last=step == guide.steps[-1],
        is_open=not review.is_final,
        is_behind=bool(behind),
        refused=tuple(form.sentences()) if form else (),
    )


def progress_of(interview: Interview) -> Progress:
    """Return how much is written down now. One query."""
    said = interview.notes.exclude(text="").values_list("question", flat=True)
    return _progress(interview.guide.guide, set(said))


def step_url(interview: Interview, step: int) -> str:
    return reverse("interview_step", args=[interview.review.code, interview.code, step])


def neighbours(interview: Interview, step: int) -> tuple[str, str]:
    """Return the addresses of the steps before and after; the last leads to the list of interviews."""
    steps = interview.guide.guide.steps
    at = steps.index(step)
    previous = step_url(interview, steps[at - 1]) if at else ""
    if at + 1 < len(steps):
        return previous, step_url(interview, steps[at + 1])
    return previous, reverse("interviews", args=[interview.review.code])


def title_of(guide: Guide, step: int) -> str:
    """Return a criterion's title, in the guide's language, or ours for what belongs to no criterion."""
    if step:
        return guide.by_number[step].title
    return _("To begin with, and what was said besides") if guide.opening_question else _("What was said besides")


def _choice(review: Review, guide: Guide) -> Choice:
    numbers = guide.silent_on(item.number for item in review.scale.items)
    return Choice(guide, len(guide.question_keys), get_text_list([str(number) for number in numbers], _("and")))


def _asked(guide: Guide, note: InterviewNote, form: StepForm | None, theirs: InterviewNote | None) -> Asked:
    """Return a question with what is stored, except where the writer has typed something else."""
    key, question = note.question, guide.by_key.get(note.question)
    typed = form if form and form.is_touched(key) else None
    # What was typed goes on from where its writer began, unless both texts are shown.
    begun = typed.begun(key) if typed and not theirs else (str(note.version), text_version(note.text))
    return Asked(
        key=key,
        text=question.text if question else guide.opening_question if key == OPENING else "",
        condition=question.condition if question else "",
        also=", ".join(map(str, question.also)) if question else "",
        note=typed.typed(key) if typed else note.text,
        version=begun[0],
        was=begun[1],
        errors=tuple(map(str, form.errors.get(f"note-{key}", ()))) if form else (),
        theirs=theirs,
    )


def _line(interview: Interview, step: int, notes: dict[str, InterviewNote], *, is_here: bool) -> StepLine:
    guide = interview.guide.guide
    keys = guide.keys_at(step)
    noted = sum(1 for key in keys if notes[key].text)
    return StepLine(
        step_url(interview, step), str(step or ""), title_of(guide, step), str(noted), str(len(keys)), is_here
    )


def _progress(guide: Guide, said: Iterable[str]) -> Progress:
    return Progress.noted(len(set(said) - {OTHER}), len(guide.question_keys))
