"""Read model of the first page: what waits for the reader, what the reader waits for, and what was finished last.

A review waits for one thing of each person at most: the next thing that they can do with it. Read-only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from ipsfidelity.prepared import prepared
from reviews.components.course import course_mini
from reviews.components.links import Action as Link
from reviews.components.links import Empty
from reviews.components.task import SOON, Task, days_left
from reviews.inbox.inbox_page import Inbox, inbox_of
from reviews.models import (
    Action,
    ItemScore,
    Membership,
    Organisation,
    PreparationStep,
    Remark,
    Review,
    ReviewEvaluator,
    User,
)
from reviews.models.names import name_columns
from reviews.models.organisations import current_organisation
from reviews.models.review_querysets import ReviewQuerySet
from reviews.overview.lists import ROW_FIELDS, ReviewRow, review_rows
from reviews.workflow import DRAFT, FINALISE, PLANNERS, EvaluatorPart, Role

MOST_OPEN = 40  # open reviews whose tasks are looked for, the earliest visits first
MOST_TASKS = 10
MOST_WAITS = 8
MOST_NEWS = 5
RECENT = 5  # finished reviews


@dataclass(frozen=True)
class Wait:
    """Something that others do next: who, what, a link, and since or until when."""

    who: str
    what: str
    url: str
    when: str


@dataclass(frozen=True)
class HomePage:
    """The first page of one reader. `title` says how many tasks wait. `more_…` count what is left out."""

    title: str
    today: date
    tasks: tuple[Task, ...]
    more_tasks: str
    waits: tuple[Wait, ...]
    more_waits: str
    news: Inbox
    news_title: str
    finished: tuple[ReviewRow, ...]
    plan: Link | None
    empty: Empty | None


class _Roles(NamedTuple):
    """What a person's memberships are: networks that they coordinate, organisations that they lead, may they plan."""

    coordinated: frozenset[int]
    led: frozenset[int]
    may_plan: bool


class _Evaluator(NamedTuple):
    """An evaluator of a review, with what their name is made of. `rated` counts their ratings."""

    review: int
    user: int
    part: str
    submitted_at: datetime | None
    name: str
    username: str
    deleted_at: datetime | None
    rated: int

    def __str__(self) -> str:
        return str(User(pk=self.user, name=self.name, username=self.username, deleted_at=self.deleted_at))


@dataclass(frozen=True)
class _Work:
    """All that the tasks of open reviews depend on. Keys are those of reviews."""

    user: User
    today: date
    roles: _Roles
    evaluators: Mapping[int, Sequence[_Evaluator]]

    def left(self, review: Any) -> int:
        """Return how many items the person has not scored yet, in the review or in their own ratings."""
        own = next((row for row in self.evaluators.get(review.pk, ()) if row.user == self.user.pk), None)
        scored = (own.rated if own else 0) if review.is_blind else review.scored
        return len(review.scale.items) - scored


def home_page(user: User) -> HomePage:
    """Return the first page of a person.

    Seven queries at most, whatever the number of reviews. One more for people who lead a service, and one for people
    who coordinate a network.
    """
    coordinates = getattr(user, "coordinates_somewhere", True)
    opened = _opened(user.pk, timezone.localdate(), coordinates=coordinates)
    work = _work(opened, user, timezone.localdate())
    steps = sorted((step for review in opened if (step := _step(review, work))), key=_urgency)
    tasks = [*(_task(step, work) for step in steps[:MOST_TASKS]), *_overdue_reviews(work), *_overdue_actions(work)]
    others = [review for review in opened if _waits_for_others(review, work)]
    finished = review_rows(_finished(user.pk, coordinates=coordinates), user)
    return HomePage(
        title=_title(len(tasks) + max(0, len(steps) - MOST_TASKS)),
        today=work.today,
        tasks=_in_order(tasks),
        more_tasks=_more(len(steps) - MOST_TASKS),
        waits=tuple(_wait(review, work) for review in others[:MOST_WAITS]),
        more_waits=_more(len(others) - MOST_WAITS),
        news=inbox_of(user, since=user.inbox_seen_at, limit=MOST_NEWS),
        news_title=_news_title(user.inbox_seen_at),
        finished=finished,
        plan=Link(_("Plan a review"), reverse("plan_review")) if work.roles.may_plan else None,
        empty=None if opened or finished or tasks else _empty(user, work.roles),
    )


def _listed(user: int, *, coordinates: bool) -> ReviewQuerySet:
    reader = User(pk=user)
    reader.coordinates_somewhere = coordinates
    return Review.objects.listed_to(reader).for_page(reader).only(*ROW_FIELDS)


@prepared
def _finished(user: int, *, coordinates: bool) -> QuerySet[Review]:
    return _listed(user, coordinates=coordinates).finished().newest_first()[:RECENT]


@prepared
def _opened(user: int, today: date, *, coordinates: bool) -> QuerySet[Any]:
    """Return open reviews with what their tasks depend on: scored items, unanswered remarks, the next step.

    `next_step` is when the next step of the preparation is due, today or later.
    """
    of_review = {"review": OuterRef("pk")}
    scores = ItemScore.objects.filter(**of_review, value__isnull=False)
    remarks = Remark.objects.filter(**of_review, answer="")
    steps = PreparationStep.objects.filter(**of_review, done_at__isnull=True, due__gte=today)
    annotated = (
        _listed(user, coordinates=coordinates)
        .open()
        .annotate(
            scored=_number_of(scores),
            unanswered=_number_of(remarks),
            next_step=Subquery(steps.order_by("due").values("due")[:1]),
        )
    )
    return annotated.order_by("visit_start", "pk")[:MOST_OPEN]


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("review").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _work(reviews: Sequence[Review], user: User, today: date) -> _Work:
    evaluators: dict[int, list[_Evaluator]] = {}
    for row in map(_Evaluator._make, _participations(*(review.pk for review in reviews))):
        evaluators.setdefault(row.review, []).append(row)
    return _Work(user, today, _roles(user), evaluators)


@prepared
def _participations(*reviews: int) -> QuerySet[ReviewEvaluator, Any]:
    rows = ReviewEvaluator.objects.filter(review__in=reviews).annotate(rated=Count("ratings__value"))
    return rows.values_list("review", "user", "part", "submitted_at", *name_columns("user"), "rated")


@prepared
def _memberships(user: int) -> QuerySet[Membership, Any]:
    return Membership.objects.filter(user=user).values_list("role", "network", current_organisation())


def _roles(user: User) -> _Roles:
    rows = _memberships(user.pk)
    return _Roles(
        coordinated=frozenset(network for role, network, _organisation in rows if role == Role.COORDINATOR),
        led=frozenset(organisation for role, _network, organisation in rows if role == Role.TEAM_LEADER),
        may_plan=any(role in PLANNERS for role, _network, _organisation in rows),
    )


class _Act(NamedTuple):
    """Something that a person does with a review: the title of the task, the label of its button, and the page."""

    title: Any
    label: Any
    page: str
    arguments: tuple[str, ...] = ()


ACTS = {
    "check": _Act(gettext_lazy("Check the facts of the draft report"), gettext_lazy("Check the draft"), "remarks"),
    "answer": _Act(
        ngettext_lazy("Answer %(n)s remark", "Answer %(n)s remarks", "n"), gettext_lazy("Answer"), "remarks"
    ),
    "prepare": _Act(gettext_lazy("Prepare the visit"), gettext_lazy("Open"), "preparation"),
    "score": _Act(ngettext_lazy("Score %(n)s item", "Score %(n)s items", "n"), gettext_lazy("Continue"), "review"),
    "hand_in": _Act(gettext_lazy("Hand in your ratings"), gettext_lazy("Hand in"), "hand_in"),
    "agree": _Act(
        ngettext_lazy("Agree on %(n)s item", "Agree on %(n)s items", "n"), gettext_lazy("Agree"), "consensus"
    ),
    "share": _Act(gettext_lazy("Share the draft report"), gettext_lazy("Share"), "move", (DRAFT.name,)),
    "sign": _Act(gettext_lazy("Sign the review"), gettext_lazy("Sign"), "move", (FINALISE.name,)),
}


class _Step(NamedTuple):
    """The next thing that a person can do with a review. `n` counts what is left, 0 if nothing is counted."""

    act: str
    review: Any
    deadline: date | None
    n: int = 0


def _step(review: Any, work: _Work) -> _Step | None:
    """Return the next thing that the person can do with a review, None if it waits for others."""
    deadline = review.next_step
    if review.takes_remarks and review.organisation.current_id in work.roles.led:
        return _Step("check", review, review.facts_until)
    if review.scorable_by_reader:
        return _scoring_step(review, work)
    if not (review.takes_part and review.is_handed_out):
        return None
    if review.unanswered:
        return _Step("answer", review, deadline, review.unanswered)
    if review.takes_remarks or FINALISE not in review.transitions or work.today < review.visit_end:
        return None
    return _Step("sign", review, deadline)


def _scoring_step(review: Any, work: _Work) -> _Step:
    """Return what an evaluator does before the draft report: prepare, score, agree, hand in, or share it."""
    if review.is_unscored and work.today < review.visit_start:
        return _Step("prepare", review, review.next_step or review.visit_start)
    if left := work.left(review):
        return _Step("agree" if review.is_in_consensus else "score", review, review.next_step, left)
    return _Step("hand_in" if review.is_blind else "share", review, review.next_step)


def _task(step: _Step, work: _Work) -> Task:
    """Return a step as the page shows it."""
    review, act = step.review, ACTS[step.act]
    url = reverse(act.page, args=[review.code, *act.arguments])
    return Task(
        title=str(act.title % {"n": step.n} if step.n else act.title),
        where=f"{review.organisation} · {_kind_words(review)}",
        visit=review.visit,
        action=Link(str(act.label), url, hint=f"{review.organisation}, {review.visit}"),
        deadline=step.deadline,
        days=days_left(step.deadline, work.today) if step.deadline else None,
        course=course_mini(review),
    )


def _kind_words(review: Review) -> str:
    kind = str(review.get_kind_display())
    return f"{_('Correction of')} {kind}" if review.supersedes_id else kind


def _overdue_reviews(work: _Work) -> Iterator[Task]:
    """Yield one task for each network whose organisations are overdue and have no review on the way."""
    if not work.roles.coordinated:
        return
    for name, code, n in _overdue_by_network(work.today, *work.roles.coordinated):
        title = ngettext("Plan a review of %(n)s service", "Plan reviews of %(n)s services", n) % {"n": str(n)}
        link = Link(_("Show"), f"{reverse('overview')}?network={code}&due=overdue", hint=name)
        yield Task(title, _("%(network)s · overdue, and none is planned") % {"network": name}, link)


@prepared
def _overdue_by_network(today: date, *networks: int) -> QuerySet[Organisation, Any]:
    on_the_way = Review.objects.open().values_list(current_organisation())
    overdue = Organisation.objects.current().filter(network__in=networks, next_due__lt=today)
    groups = overdue.exclude(pk__in=on_the_way).order_by().values_list("network__name", "network__code")
    return groups.annotate(n=Count("pk"))


def _overdue_actions(work: _Work) -> Iterator[Task]:
    """Yield one task for each action plan of a service that the person leads with actions due or overdue."""
    if not work.roles.led:
        return
    soon = work.today + timedelta(days=SOON)
    for code, name, n, due in _plans_with_due_actions(soon, *work.roles.led):
        title = ngettext("Follow up %(n)s action", "Follow up %(n)s actions", n) % {"n": str(n)}
        link = Link(_("Action plan"), reverse("plan", args=[code]), hint=name)
        yield Task(title, name, link, deadline=due, days=days_left(due, work.today))


@prepared
def _plans_with_due_actions(until: date, *organisations: int) -> QuerySet[Action, Any]:
    parts = Organisation.objects.parts_of(organisations)
    actions = Action.objects.filter(review__organisation__in=parts.values("pk"), state__in=Action.OPEN, due__lte=until)
    plans = actions.order_by().values_list("review__code", "review__organisation__name")
    return plans.annotate(n=Count("pk"), first=Min("due"))


def _waits_for_others(review: Review, work: _Work) -> bool:
    """Return whether the next step of a review is somebody else's."""
    if review.takes_remarks:
        return (review.takes_part or review.coordinated) and review.organisation.current_id not in work.roles.led
    return not (review.is_unscored or review.scorable_by_reader or review.is_handed_out)


def _wait(review: Review, work: _Work) -> Wait:
    """Return who does the next step of a review, and what it is."""
    rows = work.evaluators.get(review.pk, [])
    url, where = review.get_absolute_url(), {"organisation": str(review.organisation)}
    if review.takes_remarks and review.facts_until:
        day = date_format(review.facts_until, "MONTH_DAY_FORMAT")
        what = _("checks the draft report of %(organisation)s") % where
        return Wait(_("The service"), what, url, _("until %(date)s") % {"date": day})
    rating = [row for row in rows if row.part == EvaluatorPart.RATES and row.submitted_at is None]
    if review.is_blind and rating:
        count = len(review.scale.items)
        names = ", ".join(f"{row} ({row.rated}/{count})" for row in rating)
        return Wait(names, _("rates %(organisation)s") % where, url, review.visit)
    names = ", ".join(map(str, rows))
    what = _("agrees on scores for %(organisation)s") if review.is_in_consensus else _("scores %(organisation)s")
    return Wait(names, what % where, url, review.visit)


def _urgency(step: _Step) -> date:
    return step.deadline or date.max


def _more(left_out: int) -> str:
    return _("%(n)s more") % {"n": str(left_out)} if left_out > 0 else ""


def _in_order(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Return tasks by their deadlines, those without one last. Only the first has a primary action."""
    ordered = sorted(tasks, key=lambda task: task.deadline or date.max)
    return tuple(
        replace(task, action=replace(task.action, is_primary=place == 0)) for place, task in enumerate(ordered)
    )


def _title(n: int) -> str:
    if not n:
        return _("Nothing waits for you")
    return ngettext("%(n)s task waits for you", "%(n)s tasks wait for you", n) % {"n": str(n)}


def _news_title(seen_at: datetime | None) -> str:
    if seen_at is None:
        return _("New")
    return _("New since %(when)s") % {"when": date_format(timezone.localtime(seen_at), "SHORT_DATETIME_FORMAT")}


def _empty(user: User, roles: _Roles) -> Empty:
    """Return what a person reads who has no reviews at all, with the one next step for their role."""
    if user.is_superuser:
        networks = Link(_("Networks"), reverse("networks"), is_primary=True)
        return Empty(
            _("You have no reviews yet."),
            _("You run this installation: set up networks and invite people."),
            (networks,),
        )
    if roles.may_plan:
        organisations = Link(_("Organisations"), reverse("organisations"), is_primary=True)
        return Empty(
            _("You have no reviews yet."), _("Choose an organisation and plan its first review."), (organisations,)
        )
    return Empty(
        _("You have no reviews yet."),
        _(
            "Reviews appear here when you take part in one, or when your organisation has a final one. "
            "Ask the coordinator of your network if something is missing."
        ),
    )
