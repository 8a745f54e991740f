"""Read model of who may review whom in a network: the work of each evaluator, and who could go to each organisation.

Reads; never writes. The number of queries does not depend on the number of rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.core.paginator import Paginator
from django.db.models import F
from django.utils import timezone

from reviews.conduct.evaluator_facts import Work, last_visits_to, visits_ahead, work_by_evaluator, workplaces
from reviews.conduct.evaluator_ranking import Candidate, OtherVisit, ranked
from reviews.models import Network, Organisation, Review, ReviewEvaluator, User
from reviews.wording import due_words, visit_words

MOST_NEXT = 3  # visits of an evaluator
MOST_SUGGESTED = 3  # evaluators for an organisation
PAGE = 30  # organisations, for each of which the evaluators with the least work are ranked


@dataclass(frozen=True)
class EvaluatorRow:
    """One evaluator. `workplaces` are the organisations that they may not review from outside."""

    name: str
    workplaces: tuple[str, ...]
    recent: str
    last_visit: date | None
    next_visits: tuple[str, ...]
    more_visits: str


@dataclass(frozen=True)
class OrganisationRow:
    """One organisation. `planned` is its next visit in words, "" without one; `could` are those who could review it."""

    organisation: Organisation
    last_visit: date | None
    reviewed_by: tuple[str, ...]
    due: str
    planned: str
    could: tuple[str, ...]


@dataclass(frozen=True)
class EvaluatorLoadPage:
    """The evaluators with the least work first, and a page of organisations, those that are due first.

    `previous` and `next` are page numbers, "" if there is none.
    """

    evaluators: tuple[EvaluatorRow, ...]
    organisations: tuple[OrganisationRow, ...]
    previous: str
    next: str


def evaluator_load_page(network: Network, reader: User, number: str) -> EvaluatorLoadPage:
    """Return the page. Nine queries at most."""
    today = timezone.localdate()
    people = list(User.objects.evaluators_of(network))
    keys = [user.pk for user in people]
    work, ahead, places = work_by_evaluator(), visits_ahead(reader), workplaces(keys, network.pk)
    load = {key: work.get(key, Work()) for key in keys}
    candidates = [
        Candidate(user.pk, str(user), recent=load[user.pk].recent, ahead=load[user.pk].ahead) for user in people
    ]
    by_load = ranked(candidates, from_outside=True)
    due = network.organisations.current().order_by(F("next_due").asc(nulls_first=True), "pk")
    page = Paginator(due, PAGE).get_page(number)
    organisations = list(page.object_list)
    return EvaluatorLoadPage(
        evaluators=tuple(
            _evaluator(one, places.get(one.key, {}).values(), load[one.key].last, ahead.get(one.key, ()))
            for one in by_load
        ),
        organisations=tuple(_organisation_rows(organisations, by_load, places, reader, today)),
        previous=str(page.previous_page_number()) if page.has_previous() else "",
        next=str(page.next_page_number()) if page.has_next() else "",
    )


def _evaluator(one: Candidate, places: Iterable[str], last: date | None, ahead: tuple[OtherVisit, ...]) -> EvaluatorRow:
    return EvaluatorRow(
        name=one.name,
        workplaces=tuple(places),
        recent=str(one.recent),
        last_visit=last,
        next_visits=tuple(_visit_at(visit) for visit in ahead[:MOST_NEXT]),
        more_visits=str(len(ahead) - MOST_NEXT) if len(ahead) > MOST_NEXT else "",
    )


def _visit_at(visit: OtherVisit) -> str:
    words = visit_words(visit.start, visit.end)
    return f"{visit.place}, {words}" if visit.place else words


def _organisation_rows(
    organisations: list[Organisation],
    evaluators: Sequence[Candidate],
    places: Mapping[int, Mapping[int, str]],
    reader: User,
    today: date,
) -> Iterable[OrganisationRow]:
    keys = [organisation.pk for organisation in organisations]
    last_here = last_visits_to(keys, [one.key for one in evaluators], reader)
    planned, by_review = _planned(keys, reader, today), _names_by_review(organisations)
    for organisation in organisations:
        elsewhere = (one for one in evaluators if organisation.pk not in places.get(one.key, ()))
        here = (
            replace(one, last_here=last_here.get((one.key, organisation.pk))) for one in _with_least_work(elsewhere)
        )
        yield OrganisationRow(
            organisation=organisation,
            last_visit=organisation.last_visit,
            reviewed_by=tuple(by_review.get(organisation.last_review_id or 0, ())),
            due=due_words(organisation.next_due),
            planned=planned.get(organisation.pk, ""),
            could=tuple(one.name for one in ranked(here, from_outside=True)[:MOST_SUGGESTED]),
        )


def _with_least_work(by_load: Iterable[Candidate]) -> Iterable[Candidate]:
    """Yield the evaluators who may be among the first MOST_SUGGESTED: those, and all who have as little work."""
    first: list[Candidate] = []
    for one in by_load:
        if len(first) == MOST_SUGGESTED and one.load > first[-1].load:
            break
        if len(first) < MOST_SUGGESTED:
            first.append(one)
        yield one


def _planned(organisations: list[int], reader: User, today: date) -> Mapping[int, str]:
    """Return the next visit of each organisation in words. One query."""
    parts = Organisation.objects.parts_of(organisations).values("pk")
    reviews = Review.objects.open().visible_to(reader).filter(organisation__in=parts, visit_end__gte=today)
    planned: dict[int, str] = {}
    for review in reviews.select_related("organisation__joined_to").order_by("visit_start", "pk"):
        planned.setdefault(review.organisation.current_id, review.visit)
    return planned


def _names_by_review(organisations: list[Organisation]) -> Mapping[int, list[str]]:
    """Return the names of the evaluators of each organisation's last review, by its key. One query."""
    last = [organisation.last_review_id for organisation in organisations if organisation.last_review_id]
    names: dict[int, list[str]] = {}
    for row in ReviewEvaluator.objects.filter(review__in=last).select_related("user"):
        names.setdefault(row.review_id, []).append(str(row))
    return names
