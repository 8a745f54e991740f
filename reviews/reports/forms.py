"""What may come in from the page on which the report's text is written."""

from django.utils.translation import gettext_lazy as _

from reviews.autosave import ChangeForm
from reviews.fields import NoteField, VersionField
from reviews.reports.text_saving import FIELDS


class TextForm(ChangeForm):
    """The report's summary and strengths, based on a version."""

    summary = NoteField(_("Summary"))
    strengths = NoteField(_("Strengths"))
    version = VersionField()

    def fields_to_save(self) -> dict[str, str]:
        """Return the checked texts by field."""
        return {name: self.cleaned_data[name] for name in FIELDS}
