"""The first chapters of the Word file: what came out, as facts, score sheet, pictures and totals over time."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reviews.reports.images import bars_png, trend_png
from reviews.reports.report import ItemReport, Report
from reviews.reports.word import LABEL, WIDTH, Paper, Said, Words, of_scale

NARROW = 27  # mm of a column of numbers, in which the longest head does not break
BARS = 165  # mm that the picture of the items is wide


def in_short(paper: Paper, report: Report) -> None:
    sheet = report.sheet
    if not sheet.is_final:
        draft = _("Draft, not final (%(status)s). Scores may still change.") % {"status": sheet.status_label}
        paper.say(Said(draft, strong=True))
    if report.is_replaced:
        replaced = _("This review is no longer valid: it was replaced by a correction. It stays readable as it was.")
        paper.say(Said(replaced, strong=True))
    if report.corrects:
        paper.say(report.corrects)
    paper.facts(_facts(report))
    if report.not_compared:
        paper.say(report.not_compared)
    paper.table(
        _("Sections"),
        (_("Section"), _("Sum"), _("Of"), _("Mean")),
        [(of_scale(part.name), part.sum, part.max, part.mean) for part in report.parts],
        widths=(WIDTH - 3 * NARROW, NARROW, NARROW, NARROW),
        numbers=(1, 2, 3),
    )
    if report.summary:
        paper.heading(2, _("Summary"))
        paper.text(report.summary)
    if report.strengths or report.strengths_text:
        paper.heading(2, _("Strengths"))
    if report.strengths_text:
        paper.text(report.strengths_text)
    if report.strengths:
        paper.say(_("Items with the highest score:"))
        paper.bullets(of_scale(title_of(item)) for item in report.strengths)


def _facts(report: Report) -> Iterable[tuple[str, Words]]:
    sheet, before = report.sheet, report.before
    yield _("Organisation"), sheet.organisation
    yield _("Visit"), sheet.visit
    yield _("Kind"), sheet.kind_label
    if sheet.method_label:
        yield _("Method"), sheet.method_label
    yield _("Evaluators"), ", ".join(sheet.evaluators)
    if report.period:
        yield _("Period looked at"), report.period
    yield _("Asked, by role"), ", ".join(report.informants) or _("No interviews are on record here.")
    if report.specialists:
        yield _("Employment specialists"), report.specialists
    yield _("Scale"), of_scale(f"{report.scale.title}, {report.scale.version}")
    yield _("Total score"), _total(report)
    if report.to_next:
        band: list[str | Said] = [of_scale(report.next_band), ": "] if report.next_band else []
        yield _("Next quality band"), [*band, report.to_next]
    if report.mean:
        yield _("Mean item score"), report.mean
    if before:
        changed = f" ({_('change')} {report.change.signed})" if report.change.signed else ""
        yield _("The review before"), f"{before.visit}: {before.total}{changed}"


def _total(report: Report) -> Words:
    sheet = report.sheet
    if not report.total:
        return sheet.progress
    reached = _("of %(max)s") % {"max": sheet.result.max}
    return [Said(report.total, strong=True), f" {reached}: ", of_scale(report.band)]


def score_sheet(paper: Paper, report: Report) -> None:
    sheet, scale = report.sheet, report.scale
    paper.heading(2, of_scale(scale.sheet_title))
    paper.say(of_scale(f"{scale.title}, {scale.version}"))
    facts: list[tuple[str, Words]] = [
        (_("Evaluator"), ", ".join(sheet.evaluators)),
        (_("Organisation"), sheet.organisation),
        (_("Date"), f"{sheet.visit} ({'; '.join(filter(None, (sheet.kind_label, sheet.method_label)))})"),
        (_("Total score"), _total(report)),
    ]
    paper.facts(facts)
    rows: list[list[Words]] = []
    for part in sheet.sections:
        reached = f"{sheet.unscored if part.sum is None else part.sum}/{part.max}"
        rows.append(["", of_scale(part.name, strong=True), Said(reached, strong=True)])
        for line in part.items:
            score = sheet.unscored if line.score is None else str(line.score)
            rows.append([f"{line.item.section_number}.", of_scale(line.item.sheet_title), score])
    total = f"{report.total or sheet.unscored}/{sheet.result.max}"
    rows.append(["", Said(_("Total"), strong=True), Said(total, strong=True)])
    head = (_("No."), _("Item"), _("Score"))
    paper.table(_("Scores"), head, rows, widths=(14, WIDTH - 14 - NARROW, NARROW), numbers=(2,))
    paper.heading(3, _("Quality bands"))
    reached_band = [number for number, entry in enumerate(sheet.legend) if entry.is_reached]
    paper.facts(_bands(report), strong=reached_band)


def _bands(report: Report) -> Iterable[tuple[str, Words]]:
    for entry in report.sheet.legend:
        band = entry.band
        label = _("%(max)s and under") % {"max": band.max} if entry.is_lowest else f"{band.min}–{band.max}"
        reached = f" ← {_('reached by this review')}" if entry.is_reached else ""
        yield label, [of_scale(band.label), reached]


def pictures(paper: Paper, report: Report) -> None:
    with_last = report.picture.has_last
    told = [_("One bar an item, from 1 to 5.")]
    told += [_("The ring is the score of the review before.")] if with_last else []
    told += [_("The same numbers stand in the table below.")]
    name = _("The score of every item")
    paper.picture(bars_png(report.picture), name=name, description=f"{name}. {' '.join(told)}", width=BARS)
    paper.say(_with_rings() if with_last else _without_rings())
    rows: list[list[Words]] = []
    for part in report.parts:
        rows.append([of_scale(part.name, strong=True), "", "", ""])
        rows.extend(
            [of_scale(title_of(item)), item.score, item.last or "–", item.change.signed or "–"] for item in part.items
        )
    paper.table(
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


def over_time(paper: Paper, report: Report) -> None:
    if report.trend:
        name = _("Total over time")
        description = f"{name}. {_('The same numbers stand in the table of reviews below.')}"
        paper.picture(trend_png(report.trend), name=name, description=description, width=WIDTH)
        told = {"title": report.scale.title, "version": report.scale.version}
        paper.say(_("Finished reviews by “%(title)s”, %(version)s. Each kind of review has its own line.") % told)
        paper.table(
            _("The same numbers"),
            (_("Visit"), _("Kind"), _("Total"), _("Quality band")),
            [
                (
                    f"{then.visit} ({_('this review')})" if then.is_this else then.visit,
                    then.kind,
                    then.total,
                    of_scale(then.band),
                )
                for then in report.totals
            ],
            widths=(WIDTH - 2 * LABEL - NARROW, LABEL, NARROW, LABEL),
            numbers=(2,),
        )
    elif report.total:
        paper.say(_("There is no finished review by this edition of the scale yet, so there is nothing to draw."))
    if report.left_out:
        paper.say(report.left_out)


def title_of(item: ItemReport) -> str:
    return f"{item.number} {item.line.item.sheet_title}"
