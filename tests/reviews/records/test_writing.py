"""The protocol of writing: what a lock returns, when a write is stale, and what an event records."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from reviews.models import Organisation
from reviews.records.writing import Stale, changes_between, identity_of, lock, update_if, version_of
from tests.builders import World

pytestmark = pytest.mark.django_db


def stale(request: HttpRequest) -> HttpResponse:
    raise Stale


urlpatterns = [path("stale/", stale), path("", include("ipsfidelity.urls"))]


@pytest.mark.urls(__name__)
def test_a_stale_write_that_no_view_handles_is_answered_with_409_and_its_sentence(world: World) -> None:
    client = world.client_of("evaluator")
    sentence = "En annen kom først, så teksten din er ikke lagret. Siden viser det som er lagret, og teksten din."
    page = client.post("/stale/", {"text": "Min lange tekst"})
    assert page.status_code == 409
    assert sentence in page.content.decode()
    assert "Min lange tekst" in page.content.decode()
    answer = client.post("/stale/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()) == (409, {"error": sentence, "url": ""})


def test_a_lock_returns_the_row_as_it_is_stored_now(world: World) -> None:
    Organisation.objects.filter(pk=world.organisation.pk).update(name="IPS Nytt navn")
    with transaction.atomic():
        locked = lock(world.organisation, "network")
    assert (world.organisation.name, locked.name) == ("IPS Øyvær", "IPS Nytt navn")
    assert locked.network == world.network


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_refused(world: World) -> None:
    with transaction.atomic():
        assert lock(world.organisation) == world.organisation
    with pytest.raises(TransactionManagementError):
        lock(world.organisation)


def test_the_lock_of_a_row_that_was_deleted_says_so(world: World) -> None:
    organisation = Organisation.objects.create(name="IPS Borte", network=world.network)
    gone = Organisation.objects.get(pk=organisation.pk)
    organisation.delete()
    with transaction.atomic(), pytest.raises(Organisation.DoesNotExist):
        lock(gone)


def test_a_write_based_on_an_old_version_changes_nothing_and_carries_the_row(world: World) -> None:
    row = world.plan_review().scores.get(item_number=4)
    update_if(row, row.version, evidence="Den første")
    with pytest.raises(Stale) as refused:
        update_if(row, row.version, evidence="Den andre")
    assert refused.value.stored == row
    row.refresh_from_db()
    assert (row.evidence, row.version) == ("Den første", 1)


def test_changes_name_what_differs_as_plain_data() -> None:
    before = {"due": date(2026, 3, 1), "text": "Møte", "state": "open"}
    after = {"due": date(2026, 4, 1), "text": "Møte", "state": "open"}
    assert changes_between(before, after) == {"due": ["2026-03-01", "2026-04-01"]}
    assert changes_between(before, after | {"due": None}) == {"due": ["2026-03-01", None]}
    assert changes_between(before, before, always=["text"]) == {"text": ["Møte", "Møte"]}


def test_a_repeated_send_has_the_same_identity_and_any_other_content_a_new_one() -> None:
    change = uuid4()
    identity = identity_of(change, {"value": 4, "day": date(2026, 3, 1)})
    assert identity_of(change, {"day": date(2026, 3, 1), "value": 4}) == identity
    assert identity_of(change, {"value": 5, "day": date(2026, 3, 1)}) != identity
    assert identity_of(uuid4(), {"value": 4, "day": date(2026, 3, 1)}) != identity


def test_a_version_of_values_changes_with_each_value_and_their_boundaries() -> None:
    assert version_of("a", 1) == version_of("a", 1)
    assert len({version_of("a", 1), version_of("a", 2), version_of("a1"), version_of("a", "1")}) == 4
