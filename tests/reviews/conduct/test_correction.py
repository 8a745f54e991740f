"""A correction starts with a copy of all fields of the first review, except those that are named."""

from typing import Any

import pytest
from django.db.models import Field, Model

from reviews.conduct.correction import NOT_COPIED, copied, open_correction
from reviews.models import ItemScore, ReportText, Review
from tests.builders import World

pytestmark = pytest.mark.django_db


def copied_fields(model: type[Model]) -> list[Field]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    return [field for field in fields if field.name not in NOT_COPIED[model]]


@pytest.mark.parametrize("model", NOT_COPIED, ids=lambda model: model.__name__)
def test_only_fields_that_exist_are_left_out(model: type[Model]) -> None:
    assert NOT_COPIED[model] <= {field.name for field in model._meta.get_fields()}


def different_value(row: Model, field: Field) -> Any:
    """Return a value of the field that differs from the one in this row."""
    value = getattr(row, field.attname)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return f"other {value}"


@pytest.mark.parametrize("model", NOT_COPIED, ids=lambda model: model.__name__)
def test_every_field_is_copied_unless_it_is_named(world: World, model: type[Model]) -> None:
    review = world.final_review(4)
    row = {Review: review, ItemScore: review.scores.get(item_number=4), ReportText: review.report_text}[model]
    for field in copied_fields(model):
        setattr(row, field.attname, different_value(row, field))
    copy = copied(row)
    assert {f.name: getattr(copy, f.attname) for f in copied_fields(model)} == {
        f.name: getattr(row, f.attname) for f in copied_fields(model)
    }
    left_out = [field for field in model._meta.concrete_fields if field.name in NOT_COPIED[model]]
    assert all(callable(f.default) or getattr(copy, f.attname) == f.get_default() for f in left_out)
    assert copy.pk is None


def test_a_correction_starts_with_the_content_of_the_first_review(world: World) -> None:
    first = world.final_review(4)
    new = open_correction(review=first, by=world.evaluator, reason="Tallet gjaldt et annet team.")
    for model, before, after in (
        (Review, [first], [Review.objects.get(pk=new.pk)]),
        (ReportText, [first.report_text], [new.report_text]),
        (ItemScore, first.scores.order_by("item_number"), new.scores.order_by("item_number")),
    ):
        for one, other in zip(before, after, strict=True):
            for field in copied_fields(model):
                assert getattr(other, field.attname) == getattr(one, field.attname), field
