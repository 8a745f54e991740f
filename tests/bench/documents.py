"""The processor time of PDFs: a sheet, an ordinary report, and the longest report that the limits allow."""

from uuid import uuid4

from django.template.loader import render_to_string

from ipsfidelity.pdf import render_pdf
from reviews.actionplan.services import ActionFields, add_action
from reviews.models import Review
from reviews.reports.report import report_of
from reviews.sheets.sheet import sheet_of
from tests.bench import Figures
from tests.bench.network import NOTE
from tests.bench.processor import milliseconds
from tests.builders import World, fresh, save


def measure(world: World) -> Figures:
    """Return the milliseconds of each document, from the rows to the file."""
    review = world.score_review(4)
    save(review, world.evaluator, {n: {"evidence": NOTE, "recommendation": NOTE[:300]} for n in range(1, 26)})
    longest = longest_review(world)
    return milliseconds(
        {
            "sheet": lambda: _sheet(review, with_notes=False),
            "sheet with notes": lambda: _sheet(review, with_notes=True),
            "report": lambda: _report(review),
        },
        rounds=9,
    ) | milliseconds({"longest report": lambda: _report(longest)}, rounds=3)


def _sheet(review: Review, *, with_notes: bool) -> bytes:
    return render_pdf(render_to_string("sheets/sheet_pdf.html", {"sheet": sheet_of(review), "with_notes": with_notes}))


def _report(review: Review) -> bytes:
    return render_pdf(render_to_string("reports/report_pdf.html", {"report": report_of(review)}))


def longest_review(world: World) -> Review:
    """Return a final review with 10,000 characters of notes in every item, twelve specialists and forty actions."""
    lines = "\n".join(NOTE[:240] for _ in range(30))[:5000]
    review = world.score_review(4)
    Review.objects.filter(pk=review.pk).update(specialists=[{"label": label} for label in "ABCDEFGHIJKL"])
    for number in range(1, 26):
        save(review, world.evaluator, {number: {"evidence": lines, "recommendation": lines}})
    world.hand_out(review)
    world.sign(review, render=render_pdf)
    for number in range(40):
        fields = ActionFields(NOTE[:500])
        add_action(review=fresh(review), by=world.coordinator, code=uuid4(), item_number=number % 25 + 1, fields=fields)
    return fresh(review)
