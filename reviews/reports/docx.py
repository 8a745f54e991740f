"""The report as a Word file, to be edited elsewhere: the same texts and numbers as page and PDF, chapter by chapter.

Follows `templates/reports/_report.html` word for word, from the same read model; decides nothing.
"""

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from reviews.reports import docx_detail, docx_result
from reviews.reports.report import Report
from reviews.reports.word import Paper, Said, of_scale

OWN_PAGE = ("in-short", "score-sheet", "items")  # chapters that begin on a new page, as in print
CHAPTERS = {
    "in-short": docx_result.in_short,
    "score-sheet": docx_result.score_sheet,
    "pictures": docx_result.pictures,
    "over-time": docx_result.over_time,
    "near": docx_detail.near,
    "items": docx_detail.items,
    "remarks": docx_detail.remarks,
    "agreement": docx_detail.agreement,
    "plan": docx_detail.plan,
    "corrections": docx_detail.corrections,
}


def as_docx(report: Report) -> bytes:
    """Return a report as a Word file (A4), in the language that is spoken now."""
    sheet, language = report.sheet, _tag(get_language() or settings.LANGUAGE_CODE)
    paper = Paper(
        language=language,
        scale_language=_tag(report.scale.language),
        running=f"{sheet.organisation} · {sheet.visit} · {sheet.status_label}",
        page_of=(pgettext("page 3 of 12", "Page"), pgettext("page 3 of 12", "of")),
    )
    paper.describe(
        title=report.title,
        author=", ".join(sheet.evaluators),
        subject=report.scale.title,
        language=language,
        at=timezone.now(),
    )
    _cover(paper, report)
    for chapter in report.chapters:
        paper.heading(1, chapter.title, mark=_mark(chapter.id), on_new_page=chapter.id in OWN_PAGE)
        CHAPTERS[chapter.id](paper, report)
    return paper.as_bytes()


def _tag(language: str) -> str:
    """Return a language with its country; without one, if the interface does not speak the language."""
    if language not in dict(settings.LANGUAGES):
        return language
    with translation.override(language):
        return pgettext("this language and its country, for spelling", "en-GB")


def _mark(chapter: str) -> str:
    return f"_{chapter.replace('-', '_')}"


def _cover(paper: Paper, report: Report) -> None:
    sheet = report.sheet
    paper.say([f"{sheet.kind_label} · ", of_scale(report.scale.title)])
    paper.title(report.title)
    paper.say(_("Made on %(date)s.") % {"date": date_format(timezone.localdate(), "DATE_FORMAT")})
    if sheet.origin:
        paper.say(
            [_("From an imported review, which nobody signed here. Its fingerprint:"), " ", Said(sheet.fingerprint)]
        )
    elif sheet.fingerprint:
        paper.say([_("From the signed review with the fingerprint"), " ", Said(sheet.fingerprint)])
        name = {"name": sheet.file_name}
        paper.say([_("The signed score sheet is “%(name)s”, with the SHA-256") % name, " ", Said(sheet.sha256)])
    elif not sheet.is_final:
        paper.say(_("From a review that is not final."))
    paper.contents(_("Contents"), [(_mark(chapter.id), chapter.title) for chapter in report.chapters])
