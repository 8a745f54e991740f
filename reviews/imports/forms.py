"""The form for the upload of past reviews. It validates and never writes."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from ipsfidelity.privacy import refuse_identity_numbers
from reviews.fields import InstrumentSelect
from reviews.imports.messages import SENTENCES, sentence_of
from reviews.imports.own_exports import is_own_export
from reviews.imports.tables import LARGEST_FILE, UnreadableFile
from reviews.models import Upload
from reviews.models.export_files import LARGEST_EXPORT
from reviews.typed_text import cleaned_line
from scales.models import ScaleEdition

LONGEST_NAME = Upload._meta.get_field("file_name").max_length


class UploadForm(forms.Form):
    """A file of past reviews, and the scale by which they were scored. An own export names its scales itself."""

    is_own_export = False

    edition = forms.ModelChoiceField(
        label=_("Scale"),
        queryset=ScaleEdition.objects.none(),
        to_field_name="slug",
        empty_label=None,
        widget=InstrumentSelect,
        help_text=_("By which the reviews in the file were scored. One file holds reviews by one scale."),
    )
    file = forms.FileField(
        label=_("File"),
        max_length=1_000,
        help_text=_("XLSX or CSV; at most 2 MB. Or an export of this program: XLSX or JSON lines, 1 GB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.jsonl"}),
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.editions = ScaleEdition.objects.current_first()
        self.fields["edition"].queryset = self.editions
        self.helper = FormHelper()
        self.helper.add_input(Submit("", _("Check the file")))

    def clean_file(self) -> UploadedFile:
        """Reject a file that is too large, or whose name contains a national identity number."""
        file: UploadedFile = self.cleaned_data["file"]
        refuse_identity_numbers(file.name or "")
        self.is_own_export = file.size is not None and file.size <= LARGEST_EXPORT and is_own_export(file)
        if not self.is_own_export and (file.size is None or file.size > LARGEST_FILE):
            raise forms.ValidationError(SENTENCES["too_large"], code="too_large")
        return file

    def file_name(self) -> str:
        """Return the name of the file as it is stored and shown."""
        return cleaned_line(self.cleaned_data["file"].name)[:LONGEST_NAME]

    def add_faults(self, unreadable: UnreadableFile) -> None:
        """Add the reasons why the file cannot be read as errors of the field."""
        for fault in unreadable.faults:
            self.add_error("file", forms.ValidationError(sentence_of(fault), code=fault.code))
