"""Read models of the interview pages: the list of interviews, and one step of an interview."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reviews.interviews.forms import NotesForm, text_version
from reviews.interviews.item_notes import InformantNote, quick_informant_note
from reviews.interviews.retention import deletion_due
from reviews.models import Interview, InterviewNote, Review
from reviews.models.interviews import HAS_TEXT
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
    """A guide that a new interview can follow. `roles` and the items on which it is `silent_on` are lists as text."""

    guide: Guide
    roles: str
    silent_on: str


@dataclass(frozen=True)
class InterviewsPage:
    """The list of a review's interviews, and the guides that another interview can follow.

    `known_roles` are offered for the role of the informant: those of the guides and of the review's other interviews.
    `deletion_due` is the day on which the notes are due for deletion. It is None before the review is final and after
    the notes are deleted.
    """

    review: Review
    entries: tuple[InterviewEntry, ...]
    guide_options: tuple[GuideOption, ...]
    known_roles: tuple[str, ...]
    deletion_due: date | None


@dataclass(frozen=True)
class QuestionField:
    """One question with the field for its note. Without a question, `text` is "" and `label` says what the note is on.

    `also` lists the other items that the question serves. `version` and `was` are the hidden values that the next save
    starts from. `theirs` is the note that somebody else saved first, after a conflict.
    """

    key: str
    text: str
    label: str
    condition: str
    also: str
    note: str
    version: str
    was: str
    errors: Sequence[str]
    theirs: InterviewNote | None

    @property
    def described_by(self) -> str:
        """The ids of the elements that describe the field."""
        parts = {"theirs": self.theirs, "error": self.errors}
        return " ".join(["roles-hint", *(f"{name}-{self.key}" for name, shown in parts.items() if shown)])


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
class StepSection:
    """A section of the scale with its steps. `name` is "" for steps that belong to no item."""

    name: str
    steps: tuple[StepLink, ...]


@dataclass(frozen=True)
class StepPage:
    """One step of an interview: a form, or plain text once the review is final.

    `remark` is the guide's note to the interviewer, `description` the item's in an interview without a guide.
    `quick_notes` are those that were sorted under the interview; the step that belongs to no item shows them.
    `noted` of `count` notes of the step have a text. `is_behind` is true after a conflict. `refused` holds the
    sentences that explain why nothing was saved.
    """

    interview: Interview
    guide: Guide
    number: str
    title: str
    remark: str
    description: str
    quick_notes: tuple[InformantNote, ...]
    questions: tuple[QuestionField, ...]
    noted: str
    count: str
    sections: tuple[StepSection, ...]
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
        entries.append(InterviewEntry(interview, _progress_words(interview, interview.answered)))
    has_notes = review.is_closed and any(entry.interview.notes_deleted_at is None for entry in entries)
    roles = [role for edition in guides for role in edition.guide.roles]
    roles += [entry.interview.informant_role for entry in entries]
    return InterviewsPage(
        review=review,
        entries=tuple(entries),
        known_roles=tuple(dict.fromkeys(roles)),
        guide_options=tuple(_guide_option(review, edition.guide) for edition in guides),
        deletion_due=timezone.localdate(deletion_due(review)) if has_notes else None,
    )


def fitting_first(guides: Iterable[GuideEdition], role: str) -> list[GuideEdition]:
    """Return guides in the order in which a form offers them: those that fit the role, those in the reader's language,
    the others, each by title."""
    language = get_language()
    return sorted(
        guides, key=lambda each: (not each.guide.fits(role), each.language != language, each.guide.title.casefold())
    )


def step_page(
    interview: Interview, step: int, form: NotesForm | None = None, theirs: Collection[InterviewNote] = ()
) -> StepPage:
    """Return a step with the text in `form` or, without one, the stored notes. One query, two for step 0.

    `theirs` are the notes that somebody else saved first: the page shows both texts.
    """
    guide, review = interview.outline, interview.review
    notes = {note.question: note for note in interview.notes.all()}
    saved_times = [notes[key].saved_at for key in guide.keys_at(step)]
    behind = {note.question: note for note in theirs}
    previous, following = neighbour_urls(interview, step)
    links = [_step_link(interview, number, notes, is_current=number == step) for number in guide.steps]
    current = links[guide.steps.index(step)]
    return StepPage(
        interview=interview,
        guide=guide,
        number=str(step or ""),
        title=step_title(guide, step),
        remark=guide.by_number[step].note if step else "",
        description=review.scale.by_number[step].description if step and not interview.guide else "",
        quick_notes=() if step else _quick_notes(interview),
        questions=tuple(_question_field(guide, notes[key], form, behind.get(key)) for key in guide.keys_at(step)),
        noted=current.noted,
        count=current.count,
        sections=_sections(review, guide, links),
        progress=_progress(interview, {key for key, note in notes.items() if note.text}),
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
    return _progress(interview, noted)


def step_url(interview: Interview, step: int) -> str:
    """Return the URL of one step of an interview."""
    return reverse("interview_step", args=[interview.review.code, interview.code, step])


def neighbour_urls(interview: Interview, step: int) -> tuple[str, str]:
    """Return the URLs of the previous and the next step.

    The first step has no previous URL (""); after the last step comes the list of interviews.
    """
    steps = interview.outline.steps
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
    silent_on = get_text_list([str(number) for number in numbers], _("and"))
    return GuideOption(guide, ", ".join(guide.roles), silent_on)


def _quick_notes(interview: Interview) -> tuple[InformantNote, ...]:
    notes = interview.quick_notes.filter(HAS_TEXT).select_related("written_by")
    return tuple(map(quick_informant_note, notes))


def _sections(review: Review, guide: Guide, links: Sequence[StepLink]) -> tuple[StepSection, ...]:
    """Return the steps under the sections of the scale to which their items belong."""
    section_of, pairs = review.scale.section_of, zip(guide.steps, links, strict=True)
    by_name = groupby(pairs, key=lambda pair: section_of[pair[0]].name if pair[0] in section_of else "")
    return tuple(StepSection(name, tuple(link for _step, link in pairs)) for name, pairs in by_name)


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
        label=_("What was said about this item") if question else _("What was said besides"),
        condition=question.condition if question else "",
        also=", ".join(map(str, question.also)) if question else "",
        note=changed.sent_text(key) if changed else note.text,
        version=version,
        was=was,
        errors=tuple(map(str, form.errors.get(f"note-{key}", ()))) if form else (),
        theirs=theirs,
    )


def _step_link(interview: Interview, step: int, notes: dict[str, InterviewNote], *, is_current: bool) -> StepLink:
    guide = interview.outline
    keys = guide.keys_at(step)
    noted = sum(1 for key in keys if notes[key].text)
    return StepLink(
        step_url(interview, step), str(step or ""), step_title(guide, step), str(noted), str(len(keys)), is_current
    )


def _progress(interview: Interview, noted: Iterable[str]) -> Progress:
    return _progress_words(interview, len(set(noted) & interview.outline.by_key.keys()))


def _progress_words(interview: Interview, noted: int) -> Progress:
    progress = Progress.noted if interview.guide else Progress.noted_items
    return progress(noted, interview.outline.question_count)
