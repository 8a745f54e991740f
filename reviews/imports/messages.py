"""The sentences for faults in a file of past reviews, by code, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reviews.imports.columns import is_cell
from reviews.imports.tables import Fault
from reviews.workflow import Kind

SENTENCES = {
    # the whole file
    "too_large": gettext_lazy("The file is larger than 2 MB. Divide it into several."),
    "empty_file": gettext_lazy("There is nothing in the file."),
    "header_only": gettext_lazy("The file has a first row with the columns’ names, and no review below it."),
    "neither": gettext_lazy("This is neither a workbook (XLSX) nor a table (CSV)."),
    "broken_xlsx": gettext_lazy(
        "This could not be read as a workbook. Open it in your spreadsheet program and save it again as XLSX."
    ),
    "protected_xlsx": gettext_lazy(
        "The file has a password, or was saved in the old Excel format (XLS). Save it as XLSX without a password."
    ),
    "active_xlsx": gettext_lazy(
        "The workbook holds macros, links to other files or embedded objects. Copy the table into a new workbook, "
        "as values, and save that as XLSX."
    ),
    "unpacks_too_large": gettext_lazy(
        "Unpacked, the workbook is larger than any table of scores. Copy the table into a new workbook."
    ),
    "too_many_cells": gettext_lazy(
        "The workbook has far more cells than a table of 1,000 reviews. Copy the rows you need into a new workbook."
    ),
    "too_many_rows": gettext_lazy("There are more than %(most)s rows. Divide the file into several."),
    "too_many_columns": gettext_lazy("There are more than %(most)s columns. Use those of the template only."),
    "takes_too_long": gettext_lazy(
        "Reading the file took too long. Copy the table into a new workbook, and save that as XLSX."
    ),
    "cell_too_long": gettext_lazy(
        "A cell in row %(row)s is longer than any note. Perhaps a quotation mark is missing."
    ),
    "no_review": gettext_lazy("No row of the file is a review: none has scores."),
    "too_much_text": gettext_lazy("The notes are longer than what is read at once. Divide the file into several."),
    "an_item_a_row": gettext_lazy(
        "Each row of the file is one item, and several reviews may stand below each other. Make a row of each review "
        "and a column of each item, with a pivot table for example, or save each review as a score sheet of its own."
    ),
    "merged_cells": gettext_lazy("These cells are merged: %(ranges)s. Unmerge them, so that each row stands alone."),
    "not_utf8": gettext_lazy(
        "The file’s letters could not be read. In Excel choose “Save as” and “CSV UTF-8”, or save it as XLSX."
    ),
    "broken_csv": gettext_lazy("The file cannot be read from row %(row)s on: a quotation mark is not closed."),
    # an export of this program
    "own_broken": gettext_lazy(
        "This is an export of this program, and row %(row)s is not as it was exported. Export the reviews again, and "
        "do not change the file."
    ),
    "own_altered": gettext_lazy(
        "The review in row %(row)s was changed after it was exported: it does not fit its fingerprint. Export it again."
    ),
    "own_out_of_order": gettext_lazy(
        "The sheets of this export have their reviews in different orders, or some rows are missing. Export the "
        "reviews again, and do not sort the file."
    ),
    "own_table": gettext_lazy(
        "This is a table (CSV) of an export of this program, which does not hold all of a review. Export the reviews "
        "as spreadsheet (XLSX) or as data (JSON lines), and import that."
    ),
    "own_nothing": gettext_lazy("There is no valid review in this export."),
    "own_no_edition": gettext_lazy(
        "The reviews were scored by the scale “%(slug)s”, which is not installed here. Ask the administrator to add it."
    ),
    "own_other_edition": gettext_lazy(
        "The scale “%(slug)s” here is not the one by which the reviews were scored: its words differ. Ask the "
        "administrator to add that one."
    ),
    "missing_columns": gettext_lazy("These columns are missing: %(names)s."),
    # a cell
    "formula": gettext_lazy(
        "A formula without a stored value stands here. Open the file in your spreadsheet program and save it there, or "
        "paste the value instead."
    ),
    "unreadable_text": gettext_lazy(
        "The text contains characters that become very long when they are compared. Take them out."
    ),
    "error": gettext_lazy("An error of the spreadsheet stands here: %(was)s."),
    "boolean": gettext_lazy("%(was)s stands here, which says neither a number nor a text."),
    "identity_number": gettext_lazy(
        "The text holds a national identity number. Take it out: nobody is named here. The text was not kept."
    ),
    "empty": gettext_lazy("Nothing stands here, and it is needed."),
    "no_such_organisation": gettext_lazy(
        "“%(was)s”: no such organisation in the network. Add it under “People” first, then open this page again."
    ),
    "no_kind": gettext_lazy("“%(was)s” is not a kind of review: %(kinds)s."),
    "not_a_date": gettext_lazy("“%(was)s” is not a date. Write it as 2024-03-10, or format the cell as a date."),
    "no_such_date": gettext_lazy("“%(was)s”: there is no such day."),
    "in_the_future": gettext_lazy("%(was)s is in the future."),
    "too_early": gettext_lazy("%(was)s is before %(earliest)s."),
    "end_before_start": gettext_lazy("The last day, %(end)s, is before the first, %(start)s."),
    "no_score": gettext_lazy("“%(was)s” is not a score from 1 to 5."),
    "no_total": gettext_lazy("“%(was)s” is not a whole number."),
    "other_total": gettext_lazy("The file says %(was)s; the scores add up to %(sum)s."),
    "too_long": gettext_lazy("The text has %(length)s characters; at most %(longest)s are kept."),
    "too_many_lines": gettext_lazy("The text has %(lines)s lines; at most %(most)s are kept."),
    # the whole row
    "same_review": gettext_lazy(
        "This review is here already: %(review)s, with the code %(code)s. It cannot be imported a second time."
    ),
    "twice_in_file": gettext_lazy("The same organisation, first day and kind stand in row %(row)s too."),
    "here_already": gettext_lazy(
        "There is a review of this organisation, first day and kind already. Take the row out of the file."
    ),
}


NOTICES = {
    "sheets_not_read": gettext_lazy("Sheets that were not read: %(places)s."),
    "hidden_rows": gettext_lazy("Rows that are hidden in the sheet were read too: %(places)s."),
    "hidden_columns": gettext_lazy("Columns that are hidden in the sheet were read too: %(places)s."),
    "comments_not_read": gettext_lazy("Comments on cells were not read. They are at %(places)s."),
    "more_comments": gettext_lazy("Of %(count)s comments on cells the first %(most)s are shown below."),
    "formulas_read": gettext_lazy(
        "Formulas were not calculated: the values that the spreadsheet program stored were read. Cells: %(count)s."
    ),
}


def notice_of(code: str, values: dict[str, str]) -> str:
    """Return the sentence about something that was read in a certain way, or not at all."""
    return str(NOTICES[code]) % values


def place_words(place: str) -> str:
    """Return the words for a place: "row 7" for a number, "column G" for letters, "G7" for a cell."""
    if place.isdecimal():
        return _("row %(row)s") % {"row": place}
    if is_cell(place):
        return place
    return _("column %(column)s") % {"column": place}


def sentence_of(fault: Fault) -> str:
    """Return the sentence that describes a fault."""
    if fault.code == "missing_scores":
        count = int(fault.values["count"])
        return ngettext("The score is missing.", "%(count)s scores are missing.", count) % {"count": str(count)}
    if fault.code == "no_kind":
        return str(SENTENCES[fault.code]) % {**fault.values, "kinds": ", ".join(str(kind.label) for kind in Kind)}
    return str(SENTENCES[fault.code]) % fault.values
