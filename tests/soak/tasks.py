"""A task that changes data and prints nothing, for workers whose output is the log."""

from django.tasks import task

from reviews.models import Network
from reviews.queue.completing import completing


@task
def add_network(name: str) -> None:
    with completing():
        Network.objects.create(name=name)
