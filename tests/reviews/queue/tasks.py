"""Tasks for the tests of the queue. They run in the tests and in workers that are processes of their own."""

import os
import time

from django.tasks import task

from reviews.models import Network, PermanentFailure
from reviews.queue.completing import completing


@task
def add_network(name: str) -> None:
    """Add a network once, and stay in the transaction for the seconds in SLOW."""
    with completing():
        Network.objects.create(name=name)
        print(f"WRITTEN {name}", flush=True)
        time.sleep(float(os.environ.get("SLOW", "0")))


@task
def be_slow(seconds: float) -> None:
    print("BEGUN", flush=True)
    time.sleep(seconds)
    print("ENDED", flush=True)


@task
def fail() -> None:
    raise ValueError("a text with data")


@task
def fail_for_good() -> None:
    raise PermanentFailure(ValueError("a text with data"))


@task
def lose_the_claim(name: str) -> None:
    """Write something although another worker has taken over the job."""
    from reviews.models import Job

    with completing():
        Network.objects.create(name=name)
        Job.objects.update(claim="00000000-0000-4000-8000-000000000000")
