"""The further chapters of the Word file: what stands behind the scores, what the service said, what will be done."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from reviews.actionplan.plan import PlanAction
from reviews.models import Remark
from reviews.reports.docx_result import title_of
from reviews.reports.report import ItemReport, Report
from reviews.reports.word import WIDTH, Paper, Said, of_scale


def near(paper: Paper, report: Report) -> None:
    paper.say(_("By what was observed, one single change would lift each of these items."))
    for one in report.near:
        paper.heading(2, of_scale(f"{one.number} {one.item.sheet_title}"))
        step = _("From %(now)s to %(next)s:") % {"now": one.score, "next": one.next_score}
        paper.say([f"{step} ", of_scale(one.anchor)])
        paper.bullets([f"{told} ", of_scale(quoted)] if quoted else told for told, quoted in one.changes)


def items(paper: Paper, report: Report) -> None:
    for part in report.parts:
        paper.heading(2, of_scale(part.name))
        for item in part.items:
            paper.heading(3, of_scale(title_of(item)))
            paper.say(_score(item))
            for heading, text in _behind(item):
                paper.heading(4, heading)
                if text:
                    paper.text(text)


def _score(item: ItemReport) -> list[str | Said]:
    if item.line.score is None:
        return [_("No score yet")]
    said: list[str | Said] = [Said(f"{_('Score')} {item.score}.", strong=True), " ", of_scale(item.line.anchor)]
    if item.last:
        told = {"last": item.last, "change": item.change.words}
        said.append(f" {_('Before: %(last)s (%(change)s).') % told}")
    return said


def _behind(item: ItemReport) -> Iterable[tuple[str, str]]:
    """Yield what stands behind a score: heading and text."""
    line = item.line
    if line.observed:
        yield _("Observed"), f"{line.observed}."
    if line.departs:
        suggested = _("Suggested: %(score)s.") % {"score": line.suggested}
        yield f"{suggested} {_('Why not the suggestion?')}", f"{line.reason} {line.departure}"
    if line.decision:
        yield _("Agreed in consensus"), line.decision
    if line.sources:
        yield f"{_('Data sources')}: {', '.join(line.sources)}", ""
    if line.evidence:
        yield _("Evidence"), line.evidence
    if line.recommendation:
        yield _("Recommendation"), line.recommendation


def remarks(paper: Paper, report: Report) -> None:
    for remark in report.remarks:
        paper.heading(2, f"{_about(remark)} ({remark.get_kind_display()})")
        paper.text(remark.text)
        paper.heading(3, _("Answer of the evaluators"))
        paper.text(remark.answer or "–")


def _about(remark: Remark) -> str:
    if remark.item_number:
        return _("Item %(number)s") % {"number": remark.item_number}
    return _("The report as a whole")


def agreement(paper: Paper, report: Report) -> None:
    if report.corrects:
        paper.say(_("Each rated alone, before they met in the first review. Scores may have been corrected since."))
    else:
        paper.say(_("Each rated alone, before they met. The scores above are those that they agreed on."))
    rows = []
    for number, pair in enumerate(report.agreement, 1):
        rows.append((_("Pair %(number)s") % {"number": number}, pair.exact, pair.within_one, pair.difference))
    head = (_("Two evaluators"), _("The same score"), _("At most one point apart"), _("Mean difference"))
    paper.table(_("How far the evaluators agreed"), head, rows, widths=(WIDTH / 4,) * 4, numbers=(1, 2, 3))


def plan(paper: Paper, report: Report) -> None:
    if report.next_due:
        paper.say(_("Next review due: %(date)s.") % {"date": report.next_due})
    elif not report.total:
        paper.say(_("When the next review is due is said once there is a total."))
    shown = report.plan
    if shown and shown.actions:
        paper.say(f"{shown.sentence}.")
        paper.table(
            _("Action plan"),
            (_("Item"), _("What"), _("Who"), _("By when, state")),
            [(action.number or "–", _what(action), action.who or "–", _when(action)) for action in shown.actions],
            widths=(22, WIDTH - 22 - 34 - 36, 34, 36),
            may_split=True,
        )
    elif report.is_replaced:
        paper.say(_("The action plan goes on with the correction."))
    elif report.sheet.is_final:
        paper.say(_("There is no action plan yet. The service’s team leader begins it from the recommendations."))
    else:
        paper.say(_("The action plan begins when the review is final."))


def _what(action: PlanAction) -> str:
    return "\n".join([action.what, *(f"{note.when}: {note.text}" for note in action.notes)])


def _when(action: PlanAction) -> str:
    if not action.due:
        return action.state_label
    overdue = f" ({_('overdue')})" if action.is_overdue else ""
    return f"{action.due}{overdue}, {action.state_label}"


def corrections(paper: Paper, report: Report) -> None:
    paper.say(
        _("The wording is the instrument. All corrections are listed; the rest is as printed, misprints included.")
    )
    for each in report.corrections:
        words = [
            of_scale(f"{each.where}.", strong=True),
            Said(f" {_('Printed')}: "),
            of_scale(each.printed),
            Said(f" · {_('Here')}: "),
            of_scale(each.corrected),
            Said(" · "),
            of_scale(each.reason),
        ]
        paper.say(words, "List Bullet")
