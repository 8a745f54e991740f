"""`verify_records` accepts records that earlier versions wrote, and no record that somebody forged."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.management.commands.verify_records import faults_of, is_as_signed
from reviews.models import EventType, FinalRecord, Rating, Remark, Review, ReviewEvent
from reviews.records import chain, protection
from tests.builders import World, answer, fresh, remark, save

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def final(world: World) -> Review:
    """Return a signed review with something in every part of its record."""
    review = world.asked_review(4)
    answer(remark(review, world.team_leader), world.evaluator)
    Rating.objects.create(evaluator=review.participations.earliest("pk"), item_number=1, value=3)
    world.sign(review)
    return fresh(review)


def write_record(review: Review, change: Change) -> None:
    """Rewrite a record as another version would have signed it: with its fingerprint, and in the chain."""
    record = FinalRecord.objects.get(review=review)
    change(record.content)
    record.fingerprint = chain.digest(record.content)
    event = ReviewEvent.objects.select_related("by", "review").get(review=review, type=EventType.FINALISED)
    event.changes["fingerprint"][1] = record.fingerprint
    event.hash = chain.link(event)
    protection.remove()
    record.save()
    event.save()


def without(key: str) -> Change:
    """Return a change that removes a key: "conditions.period", or "items[].decision" from every object of a list."""
    part, _dot, name = key.partition(".")

    def change(content: dict[str, Any]) -> None:
        if not name:
            del content[part]
        for holder in content[part.removesuffix("[]")] if part.endswith("[]") else [content[part]] if name else ():
            del holder[name]

    return change


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key",
    [
        *("conditions", "conditions.period", "conditions.handed_in", "report", "report.strengths"),
        *("items[].observation", "items[].departure", "items[].decision"),
        *("ratings[].awaited", "ratings[].sources", "remarks[].kind", "remarks[].answered_at", "review.corrects"),
    ],
)
def test_a_record_without_a_key_of_a_later_version_is_in_order(final: Review, key: str) -> None:
    assert list(faults_of(final)) == []
    write_record(final, without(key))
    assert list(faults_of(fresh(final))) == []


FORGED: dict[str, tuple[Change, str]] = {
    "condition": (lambda content: content["conditions"].update(period=["2020-01-01", "2020-02-01"]), "conditions"),
    "condition that nothing stores": (lambda content: content["conditions"].update(weather="rain"), "conditions"),
    "summary": (lambda content: content["report"].update(summary="x"), "report"),
    "remark": (lambda content: content["remarks"][0].update(text="x"), "remarks"),
    "remark that nobody made": (lambda content: content["remarks"].append(content["remarks"][0]), "remarks"),
    "remark left out": (lambda content: content["remarks"].clear(), "remarks"),
    "all remarks left out": (without("remarks"), "remarks"),
    "rating": (lambda content: content["ratings"][0].update(score=5), "ratings"),
    "all ratings left out": (without("ratings"), "ratings"),
    "note": (lambda content: content["items"][3].update(evidence="x"), "notes"),
    "observation": (lambda content: content["items"][3].update(observation={"amount": "7"}), "observations"),
    "item left out": (lambda content: content["items"].pop(), "scores"),
    "day of the visit": (lambda content: content["review"].update(visit_end="2020-01-01"), "dates"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", FORGED)
def test_a_record_that_says_what_the_database_does_not_is_found(final: Review, what: str) -> None:
    change, told = FORGED[what]
    write_record(final, change)
    assert [fault for fault in faults_of(fresh(final)) if told in fault]


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["decision", "departure", "observation"])
def test_text_added_to_an_item_whose_record_has_no_such_key_is_found(final: Review, field: str) -> None:
    write_record(final, without(f"items[].{field}"))
    final.scores.filter(item_number=3).update(**{field: {"amount": "7"} if field == "observation" else "x"})
    assert [fault for fault in faults_of(fresh(final)) if "those that were signed" in fault]


@pytest.mark.django_db
def test_an_amount_added_to_a_signed_observation_is_found(world: World) -> None:
    """Only the keys of the format may be new. What people entered is compared as a whole."""
    review = world.score_review(4)
    save(review, world.evaluator, {3: {"observation": {"met": [1]}, "departure": "Sett i journalen."}})
    review = world.hand_out(review)
    world.sign(review)
    protection.remove()
    review.scores.filter(item_number=3).update(observation={"met": [1], "caps": ["x"]})
    assert [fault for fault in faults_of(fresh(review)) if "observations" in fault]


@pytest.mark.django_db
def test_a_remark_added_after_the_signature_is_found(final: Review) -> None:
    protection.remove()
    stored = Remark.objects.filter(review=final).first()
    assert stored
    stored.pk, stored.code = None, final.code
    stored.save(force_insert=True)
    assert [fault for fault in faults_of(fresh(final)) if "remarks" in fault]


PLAIN = st.dictionaries(
    st.text(max_size=3), st.integers() | st.text(max_size=3) | st.dictionaries(st.text(), st.none())
)


@given(signed=PLAIN, later=PLAIN)
def test_later_keys_make_no_difference_and_every_signed_value_does(
    signed: dict[str, Any], later: dict[str, Any]
) -> None:
    now = later | signed
    assert is_as_signed(signed, now)
    assert is_as_signed([signed], [now])
    assert not is_as_signed([signed], [])
    for key, value in signed.items():
        assert not is_as_signed(signed, {name: value for name, value in now.items() if name != key})
        assert not is_as_signed(signed, now | {key: [value]})
