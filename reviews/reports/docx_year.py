"""A network's year as a Word file, chapter by chapter. It renders the read model and decides nothing itself."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from reviews.consensus.training_page import TrainingList
from reviews.reports.text_runs import Text, TextRun
from reviews.reports.word_file import WordFile, language_tag
from reviews.reports.word_style import WIDTH
from reviews.reports.year import Median, Results, YearReport
from scales.definition import Scale

NARROW, DAY, KIND = 22, 26, 30  # mm: width of a column of numbers, of dates, of kinds


def year_as_docx(report: YearReport) -> bytes:
    """Return a network's year as a Word file (A4), in the active language."""
    return _YearFile(report).as_bytes()


class _YearFile:
    """The file of one year. Each text of a scale is marked with the language of its scale."""

    def __init__(self, report: YearReport) -> None:
        self._report = report
        language = language_tag(get_language() or settings.LANGUAGE_CODE)
        self._file = WordFile(
            language=language,
            scale_language=language,  # no single scale: see _of_scale
            running_title=f"{report.network} · {report.year}",
            page_of=(pgettext("page 3 of 12", "Page"), pgettext("page 3 of 12", "of")),
        )
        title = f"{report.network}: {report.year}"
        self._file.set_properties(
            title=title, author=report.network, subject=_("The network’s year"), language=language, at=timezone.now()
        )
        self._file.paragraph(_("The network’s year"))
        self._file.title(title)
        made_on = _("Made on %(date)s.") % {"date": report.made_on}
        self._file.paragraph(f"{made_on} {_('Final reviews only; those that a correction has replaced do not count.')}")
        self._file.contents(_("Contents"), [(bookmark, heading) for bookmark, heading, _write in self._chapters()])
        for bookmark, heading, write in self._chapters():
            self._file.heading(1, heading, bookmark=bookmark)
            write()

    def as_bytes(self) -> bytes:
        return self._file.as_bytes()

    def _chapters(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        """Yield bookmark, title and writer of each chapter."""
        yield "_in_short", _("In short"), self._write_in_short
        yield "_reviews", _("Reviews"), self._write_reviews
        yield "_results", _("Results"), self._write_results
        yield "_training", _("What to train on"), self._write_training
        yield "_due", _("Reviews due until the end of %(year)s") % self._next_year, self._write_due
        yield "_actions", _("Open actions"), self._write_actions

    @property
    def _next_year(self) -> dict[str, str]:
        return {"year": str(self._report.year + 1)}

    def _write_in_short(self) -> None:
        report = self._report
        reviewed = _("%(n)s of %(count)s") % {"n": report.reviewed, "count": report.organisations}
        facts: list[tuple[str, Text]] = [
            (_("Reviews"), str(len(report.reviews))),
            (_("Organisations reviewed"), reviewed),
        ]
        facts += [(results.kind, self._in_short(results)) for results in report.results]
        self._file.fact_list(facts)

    def _in_short(self, results: Results) -> Text:
        organisations = ngettext("%(n)s organisation", "%(n)s organisations", int(results.organisations))
        words = organisations % {"n": results.organisations}
        if results.median:
            words += f", {_('median of the totals: %(median)s') % {'median': results.median}}"
        return [f"{words} (", self._of_scale(results.scale, results.label), ")"]

    def _write_reviews(self) -> None:
        rows = [
            (
                review.organisation,
                review.visit,
                review.kind,
                review.total,
                self._of_scale(review.scale, review.band),
                review.change or "–",
            )
            for review in self._report.reviews
        ]
        change = pgettext("difference between two scores", "Change")
        self._file.table(
            _("The reviews of the year, by their visits"),
            (_("Organisation"), _("Visit"), _("Kind"), _("Total"), _("Quality band"), change),
            rows,
            widths=(WIDTH - DAY - KIND - 2 * NARROW - 34, DAY, KIND, NARROW, 34, NARROW),
            numbers=(3, 5),
        )
        self._file.paragraph(
            _("Change: since the review before, of the same kind and by a comparable edition of the scale.")
        )

    def _write_results(self) -> None:
        self._file.paragraph(
            _("From the last review of each organisation in the year. Kinds of reviews are never mixed.")
        )
        for results in self._report.results:
            self._file.heading(2, [f"{results.kind}: ", self._of_scale(results.scale, results.label)])
            self._file.table(
                _("Quality bands"),
                (_("Quality band"), _("Organisations")),
                [(self._of_scale(results.scale, label), n) for label, n in results.bands],
                widths=(WIDTH - 2 * NARROW, 2 * NARROW),
                numbers=(1,),
            )
            if results.withheld:
                self._file.paragraph(results.withheld)
                continue
            self._write_medians(_("Medians of the sections"), _("Section"), results.scale, results.sections)
            self._write_medians(_("Medians of the items"), _("Item"), results.scale, results.items)

    def _write_medians(self, caption: str, what: str, scale: Scale, medians: tuple[Median, ...]) -> None:
        self._file.table(
            caption,
            (what, _("Median"), _("Of")),
            [(self._of_scale(scale, median.title), median.median, median.max) for median in medians],
            widths=(WIDTH - 2 * NARROW, NARROW, NARROW),
            numbers=(1, 2),
        )

    def _write_training(self) -> None:
        training = self._report.training
        self._file.paragraph(_("As it is today, from all finished reviews and not from those of the year alone."))
        if training.scale:
            self._file.paragraph(self._of_scale(training.scale, f"{training.scale.title}, {training.scale.version}"))
        for to_train in training.lists:
            self._file.heading(2, to_train.title)
            self._file.paragraph(to_train.basis)
            if to_train.none:
                self._file.paragraph(to_train.none)
            elif training.scale:
                self._write_items(training.scale, to_train)

    def _write_items(self, scale: Scale, to_train: TrainingList) -> None:
        numbers = range(1, len(to_train.headings) + 2)
        rows: list[list[Text]] = [
            [self._of_scale(scale, f"{row.item.number} {row.item.sheet_title}"), *row.figures, row.reviews]
            for row in to_train.items
        ]
        self._file.table(
            to_train.title,
            (_("Item"), *to_train.headings, _("Reviews")),
            rows,
            widths=(WIDTH - DAY * len(numbers), *(DAY for _number in numbers)),
            numbers=numbers,
        )

    def _write_due(self) -> None:
        report = self._report
        if report.due:
            self._file.table(
                _("Next reviews, as known today"),
                (_("Organisation"), _("Due"), _("Last total")),
                [(due.organisation, due.due, due.total) for due in report.due],
                widths=(WIDTH - 60 - NARROW, 60, NARROW),
                numbers=(2,),
            )
        else:
            self._file.paragraph(_("No review is due until then."))
        if report.never:
            self._file.heading(2, _("Without a final review"))
            self._file.bullets(report.never)

    def _write_actions(self) -> None:
        if not self._report.actions:
            self._file.paragraph(_("There are no open actions."))
            return
        self._file.table(
            _("Open actions of the action plans, as they are today"),
            (_("Organisation"), _("Open"), _("Overdue")),
            [(actions.organisation, actions.open, actions.overdue) for actions in self._report.actions],
            widths=(WIDTH - 2 * NARROW, NARROW, NARROW),
            numbers=(1, 2),
        )

    def _of_scale(self, scale: Scale, text: str) -> TextRun:
        return TextRun(text, language=language_tag(scale.language))
