"""The comments of the evaluators on an item while they agree."""

from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from ipsfidelity.errors import StateConflict
from reviews.consensus.comments import add_comment
from reviews.models import ItemComment, Review, ReviewEvent
from reviews.people.account_data import data_of
from tests.builders import World, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(world: World) -> Review:
    return world.consensus_review(4, 3)


def say(client: Client, review: Review, text: str, code: UUID | None = None, **headers: str) -> object:
    url = reverse("comment", args=[review.code, 4])
    return client.post(url, {"text": text, "code": str(code or uuid4()), "go": "list"}, headers=headers)


def test_a_comment_is_read_by_the_evaluators_and_the_coordinator_with_its_author(opened: Review, world: World) -> None:
    answer = say(world.client_of("evaluator"), opened, "Fikk du se skjemaet?")
    assert answer.headers["Location"].endswith("/consensus/#item-4")  # type: ignore[attr-defined]
    for who, name in (("colleague", "consensus"), ("coordinator", "consensus"), ("coordinator", "history")):
        page = world.client_of(who).get(reverse(name, args=[opened.code])).content.decode()
        assert "Fikk du se skjemaet?" in page
    page = world.client_of("colleague").get(reverse("agree", args=[opened.code, 4])).content.decode()
    assert "Fikk du se skjemaet?" in page
    assert "Evaluator" in page.split('class="talk-head"')[1]


def test_a_comment_that_is_sent_twice_is_written_once(opened: Review, world: World) -> None:
    code = uuid4()
    for _ in range(2):
        say(world.client_of("evaluator"), opened, "En gang", code)
    assert ItemComment.objects.count() == 1
    event = ReviewEvent.objects.get(review=opened, type="commented")
    assert (event.item_number, event.changes) == (4, {"item_comment": ["", "En gang"]})


@pytest.mark.parametrize("text", ["", "Klienten 01019010046 sa"])
def test_an_empty_comment_and_an_identity_number_are_refused(opened: Review, world: World, text: str) -> None:
    client = world.client_of("evaluator")
    assert say(client, opened, text).status_code == 422  # type: ignore[attr-defined]
    answer = say(client, opened, text, accept="application/json")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert answer.json()["error"]  # type: ignore[attr-defined]
    assert not ItemComment.objects.exists()


def test_nobody_comments_before_or_after_consensus(world: World) -> None:
    for review in (world.apart_review(), world.score_review(4)):
        with pytest.raises(StateConflict):
            add_comment(review=review, by=world.evaluator, code=uuid4(), number=4, text="For tidlig")


def test_a_comment_is_never_changed_and_none_is_added_to_a_final_review(world: World) -> None:
    review = world.agreed_review(4, 4)
    add_comment(review=review, by=world.evaluator, code=uuid4(), number=4, text="Slik var det")
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemComment.objects.update(text="Slik var det ikke")
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemComment.objects.all().delete()
    world.hand_out(review)
    world.sign(review)
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemComment.objects.create(review=fresh(review), item_number=4, author=world.evaluator, text="For sent")


def test_the_account_export_holds_what_a_person_said(opened: Review, world: World) -> None:
    say(world.client_of("evaluator"), opened, "Mitt ord")
    said = data_of(world.evaluator)["comments_on_items"]
    assert [(comment["item_number"], comment["text"]) for comment in said] == [(4, "Mitt ord")]
