"""A line of a log that continues an earlier one (reviews/records/log_chain.py)."""

from django.db import models


class ChainedLine(models.Model):
    """`previous` is the hash of the newest line that the writer saw, `hash` that of this line.

    Both are "" in lines that were written before logs were chained, and `previous` also in the first line after them.
    """

    previous = models.CharField(max_length=64, blank=True, default="", editable=False)
    hash = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        abstract = True


class DeletedLine(models.Model):
    """What is left of a line of the access log that the retention rule has deleted, and that is next to a kept line.

    `previous` is "" unless that line was kept.
    """

    hash = models.CharField(max_length=64, unique=True)
    previous = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return self.hash
