"""Prepared querysets answer as the querysets do that they are made of, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from ipsfidelity.prepared import prepared
from reviews.models import Organisation, Review, ReviewEvaluator, User
from tests.builders import World

pytestmark = pytest.mark.django_db


def of_evaluator(user: int, since: date, *, is_open: bool) -> QuerySet[Review]:
    reviews = Review.objects.filter(participations__user=user, visit_start__gte=since).order_by("pk")
    reviews = reviews.select_related("organisation").annotate(people=Count("participations"))
    return reviews.open() if is_open else reviews.finished()


def with_code(code: UUID) -> QuerySet[Review]:
    return Review.objects.filter(code=code)


def parts_of(*organisations: int) -> QuerySet[Organisation, str]:
    return Organisation.objects.parts_of(organisations).values_list("name", flat=True)


def created_after(moment: datetime, name: str) -> QuerySet[Review]:
    return Review.objects.filter(created_at__gt=moment, created_by__name=name)


def seen(reviews: Any) -> list[tuple[Any, ...]]:
    return [(review.pk, review.code, str(review.organisation), review.people) for review in reviews]


def test_it_returns_what_the_queryset_returns_for_each_value(world: World) -> None:
    days = [date(2026, month, 1) for month in (3, 6, 9)]
    reviews = [world.plan_review(visit_start=day, visit_end=day) for day in days]
    world.final_review(3)
    ask = prepared(of_evaluator)
    for user in (world.evaluator, world.colleague, world.coordinator):
        for since in (date(2020, 1, 1), date(2026, 5, 1), date(2030, 1, 1)):
            for is_open in (True, False):
                assert seen(ask(user.pk, since, is_open=is_open)) == seen(of_evaluator(user.pk, since, is_open=is_open))
    assert [review.pk for review in ask(world.evaluator.pk, date(2026, 5, 1), is_open=True)] == [
        review.pk for review in reviews[1:]
    ]


def test_it_finds_by_code_by_time_and_by_text(world: World) -> None:
    review = world.plan_review()
    ask, after = prepared(with_code), prepared(created_after)
    assert [ask(review.code), ask(uuid4()), ask(review.code)] == [[review], [], [review]]
    author = str(review.created_by)
    assert after(review.created_at - timedelta(microseconds=1), author) == [review]
    assert after(review.created_at, author) == []
    assert after(datetime(2020, 1, 1, tzinfo=UTC), f"{author}'") == []


def test_any_number_of_values_is_possible(world: World) -> None:
    ask = prepared(parts_of)
    others = [Organisation.objects.create(network=world.network, name=f"Tjeneste {n}") for n in range(3)]
    keys = [each.pk for each in others]
    assert sorted(ask(*keys)) == ["Tjeneste 0", "Tjeneste 1", "Tjeneste 2"]
    assert ask(keys[1]) == ["Tjeneste 1"]
    assert ask() == []


def test_a_value_may_be_none(world: World) -> None:
    for month in (3, 6):
        world.plan_review(visit_start=date(2026, month, 1), visit_end=date(2026, month, 2))

    def within(first: date | None, last: date | None, organisation: int | None) -> QuerySet[Review]:
        reviews = Review.objects.order_by("pk")
        reviews = reviews.filter(visit_start__gte=first) if first else reviews
        reviews = reviews.filter(visit_start__lte=last) if last else reviews
        return reviews.filter(organisation=organisation) if organisation else reviews

    ask = prepared(within)
    for first in (None, date(2026, 5, 1), date(2026, 3, 1)):
        for last in (date(2026, 5, 1), None):
            for organisation in (None, world.sister.pk, world.organisation.pk):
                assert ask(first, last, organisation) == list(within(first, last, organisation))


def test_rows_are_read_at_each_call_and_the_query_is_composed_once(world: World) -> None:
    composed = []

    def evaluators(review: int) -> QuerySet[ReviewEvaluator]:
        composed.append(review)
        return ReviewEvaluator.objects.filter(review=review).select_related("user")

    ask, review = prepared(evaluators), world.plan_review()
    before = ask(review.pk)
    User.objects.filter(pk=before[0].user_id).update(name="Nytt navn")
    with CaptureQueriesContext(connection) as queries:
        assert str(ask(review.pk)[0].user) == "Nytt navn"
    assert (len(queries), len(composed)) == (1, 1)


def test_names_are_in_the_order_of_each_readers_alphabet(world: World) -> None:
    names = [Organisation.objects.create(network=world.others.network, name=name).name for name in ("Ärla", "Åmot")]

    def organisations(network: int) -> QuerySet[Organisation, str]:
        return Organisation.objects.filter(network=network, name__in=names).values_list("name", flat=True)

    ask = prepared(organisations)
    for language, in_order in (("nb", ["Ärla", "Åmot"]), ("sv", ["Åmot", "Ärla"]), ("nb", ["Ärla", "Åmot"])):
        with translation.override(language):
            assert ask(world.others.network.pk) == in_order


def test_a_value_that_does_not_reach_the_sql_is_refused() -> None:
    def all_of_them(user: int) -> QuerySet[Review]:
        return Review.objects.filter(pk__gt=int(user > 0))

    with pytest.raises(TypeError, match="must become a parameter"):
        prepared(all_of_them)(1)


def test_a_query_that_reads_the_clock_is_refused() -> None:
    def recent(user: int) -> QuerySet[Review]:
        return Review.objects.filter(created_by=user, created_at__gt=timezone.now())

    with pytest.raises(TypeError, match="clock"):
        prepared(recent)(1)


@pytest.mark.django_db(transaction=True)
def test_threads_use_their_own_connections(world: World) -> None:
    ask, reviews = prepared(with_code), [world.plan_review() for _ in range(4)]

    def find(review: Review) -> bool:
        try:
            return all(ask(review.code) == [review] for _ in range(20))
        finally:
            connection.close()

    assert ask(reviews[0].code) == [reviews[0]]
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(find, reviews))
