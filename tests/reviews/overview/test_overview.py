"""The list of reviews, its filters, and the page of an organisation with its chart."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from reviews.charts.trend import MOST_DRAWN
from reviews.models import ItemScore, Review
from reviews.overview import lists
from reviews.overview.organisation_page import MOST_LISTED
from reviews.records import protection
from reviews.schedule.organisation_summary import refresh_summary
from reviews.workflow import Kind
from scales.loading import load
from tests.builders import SCALE, World, document_of, many_finals

pytestmark = pytest.mark.django_db


def reviews_of(page: lists.ReviewList) -> list[Review]:
    return [Review.objects.get(code=row.url.split("/")[-2]) for row in page.rows]


def listed(client: Client, **query: object) -> list[Review]:
    return reviews_of(client.get(reverse("reviews"), query).context["page"])


def test_reviews_are_listed_newest_first(world: World) -> None:
    days = (date(2025, 1, 1), date(2026, 1, 1), date(2024, 1, 1))
    old, new, oldest = (world.plan_review(visit_start=day, visit_end=day) for day in days)
    assert listed(world.client_of("coordinator")) == [new, old, oldest]


def test_a_coordinator_filters_the_networks_reviews(world: World) -> None:
    final = world.final_review(4)
    peer = world.plan_review(kind=Kind.PEER, organisation=world.sister)
    early = world.plan_review(visit_start=date(2024, 5, 5), visit_end=date(2024, 5, 5))
    client = world.client_of("coordinator")
    assert listed(client, status="final") == [final]
    assert listed(client, kind="peer") == [peer]
    assert listed(client, organisation=str(world.sister.code)) == [peer]
    assert listed(client, year="2024") == [early]
    assert listed(client, status="final", kind="peer") == []


@pytest.mark.parametrize("query", [{"status": "lost"}, {"year": "x"}, {"year": "99999"}, {"organisation": "x"}])
def test_an_invalid_filter_is_refused_in_words(world: World, query: dict[str, str]) -> None:
    world.plan_review()
    answer = world.client_of("coordinator").get(reverse("reviews"), query)
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()


def test_a_stranger_cannot_filter_by_an_organisation_they_may_not_know(world: World) -> None:
    answer = world.client_of("stranger").get(reverse("reviews"), {"organisation": str(world.organisation.code)})
    assert answer.status_code == 422


def test_pages_of_a_long_list_neither_lose_nor_repeat_a_review(world: World) -> None:
    like, start, count = world.plan_review(visit_start=date(2020, 1, 1)), date(2020, 1, 1), 2 * lists.PAGE + 1
    same = {name: getattr(like, name) for name in ("organisation", "edition", "kind", "method", "created_by")}
    days = ((start + timedelta(days=n // 2), date(2026, 1, 1)) for n in range(count - 1))
    more = Review.objects.bulk_create(Review(visit_start=first, visit_end=last, **same) for first, last in days)
    made = [like, *more]
    client = world.client_of("coordinator")
    seen, after = [], ""
    for _ in range(3):
        page = client.get(reverse("reviews"), {"after": after} if after else {}).context["page"]
        seen += reviews_of(page)
        after = page.older
    assert seen == sorted(made, key=lambda review: (review.visit_start, review.pk), reverse=True)
    assert after == ""


@pytest.mark.parametrize("after", ["x", "00000000-0000-4000-8000-000000000000"])
def test_a_forged_page_cursor_is_not_found(world: World, after: str) -> None:
    assert world.client_of("coordinator").get(reverse("reviews"), {"after": after}).status_code == 404


def test_open_reviews_show_their_progress(world: World, as_evaluator: Client) -> None:
    world.score_review({1: 4, 2: 3})
    world.plan_review()
    page = as_evaluator.get(reverse("reviews")).content.decode()
    assert "2 av 25 skåret" in page
    assert "0 av 25 skåret" in page


def test_the_organisations_page_draws_totals_with_one_line_for_each_kind(world: World) -> None:
    for year, scores, kind in ((2023, 3, Kind.INDEPENDENT), (2024, 4, Kind.INDEPENDENT), (2025, 5, Kind.SELF)):
        world.final_review(scores, kind=kind, visit_start=date(year, 3, 1), visit_end=date(year, 3, 2))
    answer = world.client_of("coordinator").get(world.organisation.get_absolute_url())
    drawn = answer.context["page"].trend
    assert [(line.kind_label, [point.total for point in line.points]) for line in drawn.series] == [
        ("uavhengig vurdering", ["75", "100"]),
        ("egenvurdering", ["125"]),
    ]
    page = answer.content.decode()
    svg = next(part for part in page.split("<svg")[1:] if 'aria-labelledby="trend-title' in part).split("</svg>")[0]
    root = ElementTree.fromstring(f"<svg{svg}</svg>")
    assert root.find("title") is not None
    assert root.find("desc") is not None


def test_an_organisation_with_many_reviews_shows_the_newest_and_links_to_all(world: World) -> None:
    like = world.final_review(4, visit_start=date(2023, 3, 1), visit_end=date(2023, 3, 2))
    client, url = world.client_of("coordinator"), world.organisation.get_absolute_url()
    assert client.get(url).context["page"].all_reviews == ""
    protection.remove()  # scores of final reviews are created in bulk
    copies = many_finals(like, MOST_DRAWN)
    ItemScore.objects.bulk_create(
        ItemScore(review=copy, item_number=n, value=4) for copy in copies for n in range(1, 26)
    )
    refresh_summary(world.organisation)
    page = client.get(url).context["page"]
    assert len(page.reviews) == MOST_LISTED
    assert len(page.trend.series[0].points) == len(page.development.visits) == MOST_DRAWN
    assert page.only_newest
    listed = client.get(page.all_reviews).context["page"].rows
    assert len(listed) == MOST_DRAWN + 1


def test_higher_totals_are_drawn_higher(world: World) -> None:
    for year, scores in ((2023, 2), (2024, 3), (2025, 5)):
        world.final_review(scores, visit_start=date(year, 3, 1), visit_end=date(year, 3, 2))
    context = world.client_of("coordinator").get(world.organisation.get_absolute_url()).context
    heights = [float(point.y) for point in context["page"].trend.series[0].points]
    assert heights == sorted(heights, reverse=True)


def test_another_edition_is_left_out_of_the_chart_and_the_page_says_so(world: World) -> None:
    other, _ = load(document_of(SCALE) | {"slug": "ips-25-other", "version": "2030"})
    world.final_review(3, edition=other, visit_start=date(2023, 3, 1), visit_end=date(2023, 3, 1))
    world.final_review(4)
    page = world.client_of("coordinator").get(world.organisation.get_absolute_url())
    assert [mark.total for line in page.context["page"].trend.series for mark in line.points] == ["100"]
    assert "1 vurdering etter en annen utgave" in page.content.decode()


def test_an_organisation_without_reviews_says_what_to_do(world: World, as_evaluator: Client) -> None:
    page = as_evaluator.get(world.organisation.get_absolute_url()).content.decode()
    assert "trend-title" not in page
    assert reverse("new_review", args=[world.organisation.code]) in page


def test_the_review_page_links_to_the_next_step(world: World, as_evaluator: Client) -> None:
    review = world.score_review(dict.fromkeys(range(1, 25), 4))
    assert reverse("item", args=[review.code, 25]) in as_evaluator.get(review.get_absolute_url()).content.decode()
    ItemScore.objects.filter(review=review, item_number=25).update(value=4)
    assert reverse("move", args=[review.code, "draft"]) in as_evaluator.get(review.get_absolute_url()).content.decode()


def test_a_person_who_may_not_score_sees_no_link_to_scoring(world: World) -> None:
    review = world.score_review(4)
    page = world.client_of("coordinator").get(review.get_absolute_url()).content.decode()
    assert reverse("entry", args=[review.code]) not in page
    assert reverse("move", args=[review.code, "draft"]) not in page
