"""First chapters of the Word file: facts and totals, score sheet, chart of the items, totals over time.

Each `write_` function writes one chapter below its heading.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reviews.reports.facts import total_of
from reviews.reports.images import bars_png, trend_png
from reviews.reports.report import ItemReport, Report
from reviews.reports.text_runs import Text, TextRun, in_scale_language
from reviews.reports.word_file import WordFile
from reviews.reports.word_style import LABEL, WIDTH

NARROW = 27  # mm: width of a column of numbers; its longest heading fits on one line
BARS, TALLEST = 165, 225  # mm: width of the chart of the items, and the height of what a page holds


def write_in_short(file: WordFile, report: Report) -> None:
    """Write the facts, sums, summary and strengths."""
    sheet = report.sheet
    if sheet.not_final_words:
        file.paragraph(TextRun(sheet.not_final_words, strong=True))
    if report.is_replaced:
        replaced = _("This review is no longer valid: it was replaced by a correction. It stays readable as it was.")
        file.paragraph(TextRun(replaced, strong=True))
    if report.corrects:
        file.paragraph(report.corrects)
    file.fact_list((fact.label, fact.value) for fact in report.facts)
    if report.comparison_note:
        file.paragraph(report.comparison_note)
    file.table(
        _("Sections"),
        (_("Section"), _("Sum"), _("Of"), _("Mean")),
        [(in_scale_language(section.name), section.sum, section.max, section.mean) for section in report.sections],
        widths=(WIDTH - 3 * NARROW, NARROW, NARROW, NARROW),
        numbers=(1, 2, 3),
    )
    if report.summary:
        file.heading(2, _("Summary"))
        file.free_text(report.summary)
    if report.strengths or report.strengths_text:
        file.heading(2, _("Strengths"))
    if report.strengths_text:
        file.free_text(report.strengths_text)
    if report.strengths:
        file.paragraph(_("Items with the highest score:"))
        file.bullets(in_scale_language(item_title(item)) for item in report.strengths)


def write_score_sheet(file: WordFile, report: Report) -> None:
    """Write the score sheet with the quality bands."""
    sheet, scale = report.sheet, report.scale
    file.heading(2, in_scale_language(scale.sheet_title))
    file.paragraph(in_scale_language(f"{scale.title}, {scale.version}"))
    facts: list[tuple[str, Text]] = [
        (_("Evaluator"), ", ".join(sheet.evaluators)),
        (_("Organisation"), sheet.organisation),
        (_("Date"), sheet.visit_and_kind),
        (_("Total score"), total_of(report)),
    ]
    file.fact_list(facts)
    rows: list[list[Text]] = []
    for section in sheet.sections:
        reached = f"{sheet.unscored if section.sum is None else section.sum}/{section.max}"
        rows.append(["", in_scale_language(section.name, strong=True), TextRun(reached, strong=True)])
        for entry in section.items:
            score = sheet.unscored if entry.score is None else str(entry.score)
            rows.append([f"{entry.item.section_number}.", in_scale_language(entry.item.sheet_title), score])
    total = f"{report.total or sheet.unscored}/{sheet.result.max}"
    rows.append(["", TextRun(_("Total"), strong=True), TextRun(total, strong=True)])
    header = (_("No."), _("Item"), _("Score"))
    file.table(_("Scores"), header, rows, widths=(14, WIDTH - 14 - NARROW, NARROW), numbers=(2,))
    file.heading(3, _("Quality bands"))
    reached_bands = [index for index, entry in enumerate(sheet.legend) if entry.is_reached]
    file.fact_list(_bands(report), strong=reached_bands)


def _bands(report: Report) -> Iterable[tuple[str, Text]]:
    for entry in report.sheet.legend:
        reached = f" ← {_('reached by this review')}" if entry.is_reached else ""
        yield entry.range, [in_scale_language(entry.band.label), reached]


def write_pictures(file: WordFile, report: Report) -> None:
    """Write the chart of the items and a table of its numbers."""
    with_last = report.picture.has_last
    sentences = [_("One bar an item, from 1 to 5.")]
    sentences += [_("The ring is the score of the review before.")] if with_last else []
    sentences += [_("The same numbers stand in the table below.")]
    name = _("The score of every item")
    width = min(BARS, TALLEST * float(report.picture.width) / float(report.picture.height))
    file.picture(bars_png(report.picture), name=name, description=f"{name}. {' '.join(sentences)}", width=width)
    file.paragraph(_with_rings() if with_last else _without_rings())
    rows: list[list[Text]] = []
    for section in report.sections:
        rows.append([in_scale_language(section.name, strong=True), "", "", ""])
        rows.extend(
            [in_scale_language(item_title(item)), item.score, item.last or "–", item.change.signed or "–"]
            for item in section.items
        )
    file.table(
        _("The same numbers"),
        (_("Item"), _("Score"), _("Before"), pgettext("difference between two scores", "Change")),
        rows,
        widths=(WIDTH - 3 * NARROW, NARROW, NARROW, NARROW),
        numbers=(1, 2, 3),
    )


def _with_rings() -> str:
    return _("Bar: score of this review. Ring: score of the review before, of the same kind and by the same scale.")


def _without_rings() -> str:
    return _(
        "Bar: score of this review. There is no earlier review of the same kind and by the same scale to compare with."
    )


def write_over_time(file: WordFile, report: Report) -> None:
    """Write the chart of totals over time and a table of its numbers."""
    if report.trend:
        name = _("Total over time")
        description = f"{name}. {_('The same numbers stand in the table of reviews below.')}"
        file.picture(trend_png(report.trend), name=name, description=description, width=WIDTH)
        values = {"title": report.scale.title, "version": report.scale.version}
        legend = _("Final reviews by “%(title)s”, %(version)s. Each kind of review has its own line.") % values
        if report.trend.break_y:
            legend = f"{legend} {_('The lowest band is drawn smaller than the others.')}"
        file.paragraph(legend)
        file.table(
            _("The same numbers"),
            (_("Visit"), _("Kind"), _("Total"), _("Quality band")),
            [
                (
                    f"{row.visit} ({_('this review')})" if row.is_this_review else row.visit,
                    row.kind,
                    row.total,
                    in_scale_language(row.band),
                )
                for row in report.totals
            ],
            widths=(WIDTH - 2 * LABEL - NARROW, LABEL, NARROW, LABEL),
            numbers=(2,),
        )
    elif report.total:
        file.paragraph(_("There is no final review by this edition of the scale yet, so there is nothing to draw."))
    if report.left_out:
        file.paragraph(report.left_out)


def item_title(item: ItemReport) -> str:
    """Return number and title of an item, in the language of the scale."""
    return f"{item.number} {item.entry.item.sheet_title}"
