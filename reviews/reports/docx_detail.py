"""Later chapters of the Word file: items in detail, remarks, agreement, action plan and corrections.

Each `write_` function writes one chapter below its heading.
"""

from django.utils.translation import gettext as _

from reviews.models import Remark
from reviews.reports.docx_result import item_title
from reviews.reports.near_misses import NearMiss
from reviews.reports.report import ItemReport, Report
from reviews.reports.text_runs import TextRun, in_scale_language
from reviews.reports.word_file import WordFile
from reviews.reports.word_style import WIDTH
from reviews.sheets.sheet import SheetItem


def write_near_misses(file: WordFile, report: Report) -> None:
    """Write the items that a single change would lift to a better anchor."""
    file.paragraph(_("By what was observed, one single change would lift each of these items."))
    if largest := report.largest_gain:
        gain = _("from %(now)s to %(next)s") % {"now": largest.score, "next": largest.best_score}
        title = in_scale_language(_title(largest))
        file.paragraph([f"{_('The largest gain by one change:')} ", title, f", {gain}."])
    for near_miss in report.near_misses:
        file.heading(2, in_scale_language(_title(near_miss)))
        for step in near_miss.steps:
            lifted = _("From %(now)s to %(next)s:") % {"now": near_miss.score, "next": step.score}
            file.paragraph([f"{lifted} ", in_scale_language(step.anchor)])
            file.bullets(
                [f"{sentence} ", in_scale_language(quoted)] if quoted else sentence for sentence, quoted in step.changes
            )


def _title(near_miss: NearMiss) -> str:
    return f"{near_miss.number} {near_miss.item.sheet_title}"


def write_items(file: WordFile, report: Report) -> None:
    """Write each item with its score and notes."""
    for section in report.sections:
        file.heading(2, in_scale_language(section.name))
        for item in section.items:
            entry = item.entry
            file.heading(3, in_scale_language(item_title(item)))
            file.paragraph(_score(item))
            _write_note(file, _("Observed"), f"{entry.observed}." if entry.observed else "")
            _write_note(file, _("Why not the suggestion?"), _departure(entry) if entry.departs else "")
            _write_note(file, _("Agreed in consensus"), entry.decision)
            if entry.sources:
                file.paragraph([TextRun(f"{_('Data sources')}:", strong=True), f" {', '.join(entry.sources)}"])
            _write_note(file, _("Evidence"), entry.evidence)
            _write_note(file, _("Recommendation"), entry.recommendation)


def _write_note(file: WordFile, heading: str, text: str) -> None:
    if text:
        file.heading(4, heading)
        file.free_text(text)


def _departure(entry: SheetItem) -> str:
    suggested = _("Suggested: %(score)s.") % {"score": entry.suggested}
    return f"{suggested} {entry.reason} {entry.departure}"


def _score(item: ItemReport) -> list[str | TextRun]:
    if item.entry.score is None:
        return [_("No score yet")]
    score = TextRun(f"{_('Score')} {item.score}.", strong=True)
    runs: list[str | TextRun] = [score, " ", in_scale_language(item.entry.anchor)]
    if item.last:
        values = {"last": item.last, "change": item.change.words}
        runs.append(f" {_('Before: %(last)s (%(change)s).') % values}")
    return runs


def write_remarks(file: WordFile, report: Report) -> None:
    """Write the remarks of the service with their answers."""
    for remark in report.remarks:
        file.heading(2, f"{_about(remark)} ({remark.get_kind_display()})")
        file.free_text(remark.text)
        file.heading(3, _("Answer of the evaluators"))
        file.free_text(remark.answer or "–")


def _about(remark: Remark) -> str:
    if remark.item_number:
        return _("Item %(number)s") % {"number": remark.item_number}
    return _("The report as a whole")


def write_agreement(file: WordFile, report: Report) -> None:
    """Write how far the evaluators agreed before consensus."""
    if report.corrects:
        file.paragraph(
            _("Each rated alone, before they met in the first review. Scores may have been corrected since.")
        )
    else:
        file.paragraph(_("Each rated alone, before they met. The scores above are those that they agreed on."))
    if row := report.agreement:
        header = (_("The same score"), _("At most one point apart"), _("Mean distance"))
        cells = [(row.exact, row.within_one, row.mean_distance)]
        file.table(_("How far the evaluators agreed"), header, cells, widths=(WIDTH / 3,) * 3, numbers=(0, 1, 2))


def write_plan(file: WordFile, report: Report) -> None:
    """Write the action plan and when the next review is due."""
    if report.next_due:
        file.paragraph(_("Next review due: %(date)s.") % {"date": report.next_due})
    elif not report.total:
        file.paragraph(_("The due date of the next review is shown once there is a total."))
    plan = report.plan
    if plan and plan.actions:
        file.paragraph(f"{plan.progress}.")
        file.table(
            _("Action plan"),
            (_("Item"), _("What"), _("Who"), _("By when, state")),
            [(action.number or "–", action.what_with_notes, action.who or "–", action.when) for action in plan.actions],
            widths=(22, WIDTH - 22 - 34 - 36, 34, 36),
            may_split=True,
        )
    elif report.is_replaced:
        file.paragraph(_("The action plan goes on with the correction."))
    elif report.sheet.is_final:
        file.paragraph(_("There is no action plan yet. The service’s team leader begins it from the recommendations."))
    else:
        file.paragraph(_("The action plan begins when the review is final."))


def write_corrections(file: WordFile, report: Report) -> None:
    """Write the corrections to the printed source of the scale."""
    file.paragraph(
        _("The wording is the instrument. All corrections are listed; the rest is as printed, misprints included.")
    )
    for correction in report.corrections:
        runs = [
            in_scale_language(f"{correction.where}.", strong=True),
            TextRun(f" {_('Printed')}: "),
            in_scale_language(correction.printed),
            TextRun(f" · {_('Here')}: "),
            in_scale_language(correction.corrected),
            TextRun(" · "),
            in_scale_language(correction.reason),
        ]
        file.paragraph(runs, "List Bullet")
