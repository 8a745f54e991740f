"""The page that shows all shared parts together, with made-up content. Only in the demo (DEBUG)."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from reviews.components.course import CourseStep
from reviews.components.links import Action, ActionBar, Download, Empty, Fact, Notice, Tab
from reviews.components.result import LastResult, ProgressHero, change_of, progress_bar, result_hero, score_bar
from reviews.workflow import Stage
from scales.models import ScaleEdition
from scales.scoring import score

TOTALS = ((71, None), (71, 52), (92, 101), (109, 103), (114, 122), (116, 122))  # now and last time
SIZES = ("4xl", "3xl", "2xl", "xl", "l", "m", "s", "xs")


@login_not_required
@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Show tokens and components."""
    scale = get_object_or_404(ScaleEdition.objects.current_first()[:1]).scale
    count = len(scale.items)
    heroes = []
    for total, before in TOTALS:
        values = {item.number: total // count + (place < total % count) for place, item in enumerate(scale.items)}
        result = score(scale, values)
        sections = {section.name: section.max * 3 // 4 for section in result.sections}
        heroes.append(result_hero(scale, result, LastResult(before, sections, date(2025, 11, 18)) if before else None))
    states = ("done", "done", "now", "then", "then")
    lines: tuple[list[str], ...] = (
        ["2 October"],
        ["19–25 November", "each alone"],
        ["20 decided"],
        ["by 15 December"],
        [],
    )
    context = {
        "sizes": SIZES,
        "heroes": heroes,
        "progress": ProgressHero(
            "12",
            f"of {count} scored",
            ("sum so far 43",),
            tuple(
                progress_bar(section.name, len(section.items) // 2, len(section.items)) for section in scale.sections
            ),
            scale.language,
        ),
        "bands": [(scale.rank(band), band.label) for band in reversed(scale.bands)],
        "course": [
            CourseStep(stage.value, str(stage.label), state, line)
            for stage, state, line in zip(Stage, states, lines, strict=True)
        ],
        "bar": ActionBar(
            actions=(Action("Open the action plan", "#", is_primary=True), Action("Score sheet", "#")),
            downloads=(Download("PDF", "Report", "#", "13 pages, signed 15 December"), Download("Word", "Report", "#")),
            more=(Action("History", "#"), Action("Correct a mistake …", "#")),
        ),
        "facts": (
            Fact("Evaluators", ("Ingrid Solvang", "Tor-Erik Lunde")),
            Fact("Scale", (scale.title,), url="#", language=scale.language),
            Fact("Next review due", ("18 November 2026",), action=Action("Change", "#")),
        ),
        "notices": (
            Notice("Sent to Marit Åsen on 1 December. She has until 15 December."),
            Notice("Nobody got the draft report.", is_warning=True, actions=(Action("Invite a team leader", "#"),)),
        ),
        "tabs": (
            Tab("Result", "#"),
            Tab("People", "#", is_current=True, pages=(Tab("Members", "#", is_current=True), Tab("Evaluators", "#"))),
        ),
        "empty": Empty("No reviews yet", "They appear here when one is planned.", (Action("Plan a review", "#"),)),
        "scores": [(str(value or "–"), score_bar(value)) for value in (None, 1, 2, 3, 4, 5)],
        "changes": [change_of(4, 3), change_of(3, 4), change_of(3, 3)],
    }
    return render(request, "components/style.html", context)
