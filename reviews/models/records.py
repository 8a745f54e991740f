"""The signed record of a review: the PDF that everybody gets, and the data behind it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reviews.models.reviews import Review


class FinalRecord(models.Model):
    """Written once, in the transaction that makes the review final. Triggers refuse every change.

    `content` is the score sheet of that moment as plain data, including names. `fingerprint` is the SHA-256 of its
    canonical form and is printed on the sheet. `sha256` is the hash of the PDF file.
    """

    review = models.OneToOneField(Review, models.PROTECT, related_name="record")
    content = models.JSONField()
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.review}: {self.fingerprint[:8]}"
