"""Agreement in a network with more reviews that were rated apart than count."""

import pytest
from django.urls import reverse

from reviews.consensus.agreement_words import MOST_LOOKED_AT, MOST_REVIEWS, only_newest_note
from reviews.models import Review
from reviews.overview.benchmarks import MOST_ORGANISATIONS
from reviews.workflow import Method
from tests.builders import World
from tests.crowd import crowd
from tests.crowd_rows import fill_reviews

pytestmark = pytest.mark.django_db


def test_only_the_newest_reviews_count_and_both_pages_say_so(world: World) -> None:
    size = {"organisations": 40, "reviews": MOST_REVIEWS + 60}
    crowd(world.network, world.scale, world.coordinator, **size, scored=False)
    Review.objects.finished().update(method=Method.APART)
    fill_reviews(world.network, world.scale, world.coordinator)
    assert Review.objects.finished().rated_apart().count() > MOST_REVIEWS
    client = world.client_of("coordinator")
    page = client.get(reverse("agreement", args=[world.network.code]))
    assert page.context["report"].reviews == MOST_REVIEWS
    sentence = f"Bare de {MOST_REVIEWS} nyeste vurderingene teller med."
    assert sentence in page.content.decode()
    assert sentence in client.get(reverse("training", args=[world.network.code])).content.decode()


def test_notes_name_the_limit_that_left_reviews_out() -> None:
    assert only_newest_note(MOST_REVIEWS - 1, MOST_LOOKED_AT - 1) == ""
    assert str(MOST_LOOKED_AT) not in only_newest_note(MOST_REVIEWS, MOST_LOOKED_AT - 1)
    assert str(MOST_REVIEWS) not in only_newest_note(MOST_REVIEWS - 1, MOST_LOOKED_AT)


def test_figures_rest_on_the_organisations_that_were_reviewed_last_and_pages_say_so(world: World) -> None:
    size = {"organisations": MOST_ORGANISATIONS * 2, "reviews": MOST_ORGANISATIONS * 2}
    crowd(world.network, world.scale, world.coordinator, **size, scored=False)
    client = world.client_of("coordinator")
    sentence = f"Bare de {MOST_ORGANISATIONS} organisasjonene som sist ble vurdert, teller med."
    assert sentence in client.get(reverse("training", args=[world.network.code])).content.decode()
