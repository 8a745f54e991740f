"""The processor time of exports, a review, and of reading the records alone."""

from django.db import transaction

from reviews.exports.formats import csv_of, json_lines_of, workbook_of
from reviews.models import FinalRecord
from tests.bench import Figures
from tests.bench.network import NOTE
from tests.bench.processor import milliseconds
from tests.builders import World, fresh, many_finals, save

REVIEWS = 400


def measure(world: World) -> Figures:
    """Return the milliseconds a review of each file, for reviews with 800 characters at each item."""
    with transaction.atomic():  # the copies have no scores: other pages do not know such reviews
        review = world.score_review(4)
        save(review, world.evaluator, {n: {"evidence": NOTE, "recommendation": NOTE[:200]} for n in range(1, 26)})
        world.hand_out(review)
        world.sign(review)
        keys = [copy.pk for copy in many_finals(fresh(review), REVIEWS, pdf=b"")]
        times = milliseconds(
            {
                "records alone": lambda: list(
                    FinalRecord.objects.filter(review__in=keys).values_list("content", flat=True)
                ),
                "JSON lines": lambda: sum(map(len, json_lines_of(keys))),
                "item scores as CSV": lambda: sum(map(len, csv_of(keys, "items"))),
                "workbook": lambda: sum(map(len, workbook_of(keys))),
            },
            rounds=5,
        )
        transaction.set_rollback(True)
    return {name: round(time / REVIEWS, 3) for name, time in times.items()}
