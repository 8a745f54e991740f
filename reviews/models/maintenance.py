"""Tasks that keep the installation in order: when each succeeded last, and how far one has come."""

from django.db import models
from django.db.models import TextChoices


class MaintenanceTask(models.Model):
    """One row for each kind of task.

    `succeeded_at` is the last success, NULL before the first; `details` are its figures. `progress` is what a run that
    has not ended needs in order to continue, {} otherwise.
    """

    class Kind(TextChoices):
        """The tasks. Monitoring knows them by these values: never rename one."""

        BACKUP = "backup"
        VERIFICATION = "verification"
        RETENTION = "retention"
        HEADS = "heads"

    kind = models.CharField(max_length=20, choices=Kind, unique=True)
    succeeded_at = models.DateTimeField(null=True)
    details = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.kind}: {self.succeeded_at:%Y-%m-%d %H:%M}" if self.succeeded_at else f"{self.kind}: never"
