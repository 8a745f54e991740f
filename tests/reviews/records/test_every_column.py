"""A change of any column behind the program is found by `verify_records`, or the column is named here with a reason."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from reviews.actionplan.services import ActionFields, add_action, change_action
from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import plan_version
from reviews.conduct.correction import open_correction
from reviews.consensus.comments import add_comment
from reviews.consensus.decisions import ask_third
from reviews.maintenance import heads
from reviews.management.commands.verify_records import READ, faults_of, faults_of_editions, faults_of_summary
from reviews.models import (
    AccessEvent,
    Action,
    ActionNote,
    DueDate,
    Export,
    FinalRecord,
    Interview,
    ItemComment,
    ItemScore,
    Organisation,
    Rating,
    Remark,
    ReportText,
    Review,
    ReviewEvaluator,
    ReviewEvent,
)
from reviews.records import access_log, log_chain, protection
from reviews.reports.text_saving import save_text
from reviews.schedule.next_review import next_due
from reviews.schedule.services import set_due
from scales.models import GuideEdition, ScaleEdition
from tests.builders import World, answer, build_world, fresh, hold_interview, instrument, quick_note, rate, remark, save

pytestmark = pytest.mark.django_db


MODELS: tuple[type[models.Model], ...] = (
    *(Review, ReviewEvaluator, Rating, ItemScore, ItemComment, ReviewEvent, FinalRecord, ReportText, Remark),
    *(Action, ActionNote, DueDate, Interview, AccessEvent, Export, Organisation, ScaleEdition, GuideEdition),
)
# No event has the names of organisations, the places of interviews, or what the program only counts and compares by.
NOT_VERIFIED = {
    *("organisation.name", "organisation.search_key", "organisation.name_key", "organisation.name_key_number"),
    *("organisation.sort_norwegian", "organisation.sort_swedish", "organisation.sort_english"),
    *("organisation.code", "organisation.network"),
    *("rating.version", "itemscore.version", "action.version", "remark.version", "reporttext.version"),
    *("reporttext.change", "itemcomment.code", "remark.code", "interview.code"),
    *("interview.place", "interview.notes_deleted_at", "scaleedition.loaded_at", "guideedition.loaded_at"),
}
# Accounts and roles, which lines of the access log name; notes, which no event has; plans, and passing things.
TABLES_NOT_VERIFIED = {
    *("user", "network", "membership", "invitation", "calendarfeed"),
    *("interviewnote", "quicknote", "preparationstep", "timelinestep", "reviewinterval", "reminder"),
    *("upload", "uploadpiece", "columnmatching", "exportfile", "exportchunk", "job", "mail", "keptpost"),
    *("maintenancetask", "deletedline"),
}


@pytest.fixture(scope="module")
def built(module_transaction: None) -> World:
    """Return a world with reviews in each state, which together have a row in each table of reviews."""
    world = build_world(instrument())
    final = world.asked_review(4)
    answer(remark(final, world.team_leader, 3), world.evaluator)
    hold_interview(final, world.evaluator, {"5.3": "Sagt"})
    world.sign(final)
    fields = ActionFields("Møt NAV", "Teamleder", date(2026, 6, 1))
    action = add_action(review=fresh(final), by=world.coordinator, code=uuid4(), item_number=3, fields=fields)
    change_action(review=fresh(final), action=action, by=world.coordinator, seen=0, fields=fields, note="Begynt")
    due = next_due(fresh(final))
    set_due(review=fresh(final), by=world.coordinator, seen=due, on=due + timedelta(days=9), reason="Nytt team")
    opened = world.score_review(3)
    save(opened, world.evaluator, {7: {"evidence": "Sett", "sources": ["INT"], "recommendation": "Øv"}})
    given = {"summary": "Bra", "strengths": "Mye"}
    save_text(review=fresh(opened), by=world.evaluator, change=uuid4(), based_on=0, fields=given)
    hold_interview(opened, world.evaluator, {"5.3": "Sagt"})
    quick_note(opened, world.evaluator, "Sagt i gangen", item_number=5)
    asked = world.asked_review(4)
    answer(remark(asked, world.team_leader, 3), world.evaluator)
    agreed = world.consensus_review({**dict.fromkeys(range(1, 26), 4), 3: 2}, 4)
    add_comment(review=agreed, by=world.evaluator, code=uuid4(), number=3, text="Se planen.")
    ask_third(review=agreed, by=world.evaluator, number=3, person=world.coordinator)
    rating = world.apart_review()
    rate(rating, world.evaluator, 4)
    cancelled = world.plan_review()
    cancel(review=cancelled, by=world.coordinator, seen=plan_version(cancelled), reason="Flyttet")
    corrected = world.final_review(4, organisation=world.sister)
    correction = open_correction(review=corrected, by=world.evaluator, reason="Feil tall")
    save(correction, world.evaluator, {3: {"value": 2}})
    for person in (world.coordinator, world.evaluator):
        access_log.record_reading(person, fresh(final), "review")
        log_chain.append([Export(by=person, network=world.network, form=Export.Form.CSV, reviews=1)])
    heads.publish_heads(timezone.now() + timedelta(hours=2))
    connection.check_constraints()
    protection.remove()
    return world


def review_of(row: models.Model) -> Review | None:
    """Return the review that a row belongs to, None if it belongs to none."""
    for path in ("", "review", "evaluator.review", "interview.review", "action.review"):
        target: Any = row
        for name in filter(None, path.split(".")):
            target = getattr(target, name, None)
        if isinstance(target, Review):
            return target
    return None


def is_found(before: models.Model) -> bool:
    """Return whether `verify_records` finds a fault in what a changed row belongs to, or belonged to."""
    row = type(before)._base_manager.get(pk=before.pk)
    if isinstance(row, AccessEvent | Export):
        return any(log_chain.breaks(type(row)))
    if isinstance(row, ScaleEdition | GuideEdition):
        return any(faults_of_editions())
    organisations = {row} if isinstance(row, Organisation) else set()
    keys = {review.pk for review in map(review_of, (before, row)) if review}
    reviews = Review.objects.filter(pk__in=keys).prefetch_related(*READ)
    organisations |= {review.organisation for review in reviews}
    return any(any(faults_of(each)) for each in reviews) or any(any(faults_of_summary(each)) for each in organisations)


def others(field: models.Field, value: Any) -> Iterator[Any]:
    """Yield other values for a column, of which one may satisfy its constraints."""
    if field.is_relation:
        yield from field.related_model._base_manager.exclude(pk=value).values_list("pk", flat=True)[:3]
        yield None
        return
    yield from (choice for choice, _label in field.flatchoices)
    match value:
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1)
        case datetime() | date():
            yield value + timedelta(days=1)
        case str():
            yield from (f"{value}x"[-(field.max_length or 1_000) :], "x", "")
        case _:
            yield from (timezone.now(), timezone.localdate(), 1, "x", b"x", {"x": 1}, ["x"], uuid4())


def rows_of(model: type[models.Model]) -> list[models.Model]:
    """Return a row of a model for each state of the review that it belongs to."""
    chosen: dict[Any, models.Model] = {}
    for row in model._base_manager.order_by("saved_at" if hasattr(model, "saved_at") else "pk", "pk"):
        review = review_of(row)
        chosen[review and (review.status, review.supersedes_id)] = row
    return list(chosen.values())


def is_noticed(row: models.Model, field: models.Field) -> bool | None:
    """Change one column of a row. Return whether that is found, None if the database takes no other value."""
    value = getattr(row, field.attname)
    for other in others(field, value):
        if other != value and (found := is_found_with(row, field, other)) is not None:
            return found
    return None


def is_found_with(row: models.Model, field: models.Field, value: Any) -> bool | None:
    """Return whether this value is found, None if the database does not take it. The row stays as it is."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                type(row)._base_manager.filter(pk=row.pk).update(**{field.attname: value})
        except (DatabaseError, ArithmeticError, ValueError, TypeError, AttributeError, RuntimeWarning, ValidationError):
            return None
        found = is_found(row)
        transaction.set_rollback(True)
    return found


def test_a_change_of_any_column_is_found_unless_it_is_named(built: World) -> None:
    missed = set()
    for model in MODELS:
        for field in model._meta.concrete_fields:
            if not field.primary_key and any(is_noticed(row, field) is False for row in rows_of(model)):
                missed.add(f"{model._meta.model_name}.{field.name}")
    assert missed == NOT_VERIFIED


def test_every_other_table_is_named(built: World) -> None:
    every = {*apps.get_app_config("reviews").get_models(), *apps.get_app_config("scales").get_models()}
    assert {model._meta.model_name for model in every - {*MODELS}} == TABLES_NOT_VERIFIED
    assert [model for model in MODELS if not rows_of(model)] == []
