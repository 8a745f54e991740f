"""The report as a Word file, for editing: the same texts and numbers as the page and the PDF, chapter by chapter.

It renders the read model with the same words as `templates/reports/_report.html`, and must not decide anything itself.
"""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from reviews.reports import docx_detail, docx_result
from reviews.reports.report import Report
from reviews.reports.text_runs import TextRun, in_scale_language
from reviews.reports.word_file import WordFile, language_tag

ON_NEW_PAGE = ("in-short", "score-sheet", "items")  # chapters that begin on a new page, as in the PDF
WRITERS = {
    "in-short": docx_result.write_in_short,
    "score-sheet": docx_result.write_score_sheet,
    "pictures": docx_result.write_pictures,
    "over-time": docx_result.write_over_time,
    "near": docx_detail.write_near_misses,
    "items": docx_detail.write_items,
    "remarks": docx_detail.write_remarks,
    "agreement": docx_detail.write_agreement,
    "plan": docx_detail.write_plan,
    "corrections": docx_detail.write_corrections,
}


def as_docx(report: Report) -> bytes:
    """Return a report as a Word file (A4), in the active language."""
    sheet, language = report.sheet, language_tag(get_language() or settings.LANGUAGE_CODE)
    file = WordFile(
        language=language,
        scale_language=language_tag(report.scale.language),
        running_title=sheet.running_title,
        page_of=(pgettext("page 3 of 12", "Page"), pgettext("page 3 of 12", "of")),
    )
    file.set_properties(
        title=report.title,
        author=", ".join(sheet.evaluators),
        subject=report.scale.title,
        language=language,
        at=timezone.now(),
    )
    _write_cover(file, report)
    for chapter in report.chapters:
        file.heading(1, chapter.title, bookmark=_bookmark(chapter.id), on_new_page=chapter.id in ON_NEW_PAGE)
        WRITERS.get(chapter.id, _write_origin)(file, report)
    return file.as_bytes()


def _bookmark(chapter: str) -> str:
    return f"_{chapter.replace('-', '_')}"


def _write_cover(file: WordFile, report: Report) -> None:
    sheet = report.sheet
    file.paragraph([f"{sheet.kind_label} · ", in_scale_language(report.scale.title)])
    file.title(report.title)
    file.contents(_("Contents"), [(_bookmark(chapter.id), chapter.title) for chapter in report.chapters])


def _write_origin(file: WordFile, report: Report) -> None:
    sheet = report.sheet
    file.paragraph(_("Last changed on %(date)s.") % {"date": report.changed_on})
    if sheet.origin:
        file.paragraph(
            [_("From an imported review, which nobody signed here. Its fingerprint:"), " ", TextRun(sheet.fingerprint)]
        )
    elif sheet.fingerprint:
        file.paragraph([_("From the signed review with the fingerprint"), " ", TextRun(sheet.fingerprint)])
        name = {"name": sheet.file_name}
        file.paragraph([_("The signed score sheet is “%(name)s”, with the SHA-256") % name, " ", TextRun(sheet.sha256)])
    elif not sheet.is_final:
        file.paragraph(_("From a review that is not final."))
