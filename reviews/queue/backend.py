"""The backend of `django.tasks`: a task is queued as a row, in the transaction that is under way.

    @task
    def import_reviews(upload_pk: int) -> None: ...

    import_reviews.enqueue(upload.pk)

Positional and named arguments are JSON. The queue "mail" is for mails, which wait for nothing else; everything else
goes to "default". reviews/queue/worker.py says how often a task may run.
"""

from typing import Any

from django.tasks import Task, TaskResult, TaskResultStatus
from django.tasks.backends.base import BaseTaskBackend
from django.utils import timezone
from django.utils.json import normalize_json

from reviews.models import Job


class QueueBackend(BaseTaskBackend):
    """Queues tasks in the database."""

    supports_defer = False  # `is_due` knows jobs that a wrong clock has put off by how far off they are

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """Store a call of a task. The result has the key of the job as its id."""
        self.validate_task(task)
        job = Job.objects.create(**fields_of(task, args, kwargs))
        return TaskResult(
            task=task,
            id=str(job.pk),
            status=TaskResultStatus.READY,
            enqueued_at=job.queued_at,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )


def fields_of(task: Task, args: Any = (), kwargs: Any = None) -> dict[str, Any]:
    """Return the fields of a job that calls a task. Raises TypeError if an argument is not JSON."""
    return {
        "task": task.module_path,
        "queue": task.queue_name,
        "arguments": normalize_json({"args": list(args), "kwargs": dict(kwargs or {})}),
        "due_at": timezone.now(),
    }
