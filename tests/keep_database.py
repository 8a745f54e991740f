"""Write a small, made-up database of the current version as SQL: `python -m tests.keep_database`.

Each release keeps one in tests/databases/, and later versions are tested to carry it over (tests/test_upgrade.py). A
kept file is never written again: its content is what that version wrote.
"""

import os
import sqlite3
import sys
import tempfile
import tomllib
from contextlib import closing
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    target = ROOT / "tests" / "databases" / f"version-{version}.sql"
    if target.exists():
        sys.exit(f"{target.relative_to(ROOT)} is there already: it is what version {version} wrote.")
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "kept.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "ipsfidelity.settings"
        os.environ |= {"DEBUG": "on", "DATABASE_URL": f"sqlite:///{database}", "PUBLIC_URL": ""}  # no mail
        fill()
        with closing(sqlite3.connect(database)) as connection:
            target.write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
    print(f"Written: {target.relative_to(ROOT)}")


def fill() -> None:
    """Migrate a new database and do in it, by the services, what people do: one of each kind of thing."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from reviews.actionplan.services import begin_from_recommendations, change_action, fields_of
    from reviews.models import Action, Review
    from reviews.records import access_log
    from reviews.schedule.next_review import next_due
    from reviews.schedule.services import set_due
    from reviews.schedule.timeline import begin_with_proposal
    from scales.loading import load
    from tests.builders import answer, build_world, hold_interview, remark
    from tests.scales.pocket import pocket_guide, pocket_scale

    scale, _ = load(pocket_scale())
    guide, _ = load(pocket_guide())
    world = build_world(scale)
    begin_with_proposal(network=world.network, by=world.coordinator)
    world.superseded_review(visit_start=date(2024, 3, 5), visit_end=date(2024, 3, 6))
    review = world.asked_review({1: 4, 2: 3, 3: 2}, visit_start=date(2025, 3, 4), visit_end=date(2025, 3, 5))
    answer(remark(review, world.team_leader, 1), world.evaluator)
    world.sign(review)
    review = Review.objects.get(pk=review.pk)
    begin_from_recommendations(review=review, by=world.team_leader)
    for action in Action.objects.filter(review=review)[:1]:
        change_action(
            review=review,
            action=action,
            by=world.team_leader,
            seen=action.version,
            fields=fields_of(action),
            note="Begun.",
        )
    set_due(
        review=review,
        by=world.coordinator,
        seen=next_due(review),
        on=date(2027, 1, 12),
        reason="Agreed with the service.",
    )
    world.agreed_review({1: 4, 2: 4, 3: 4}, {1: 4, 2: 3, 3: 4}, organisation=world.sister)
    world.consensus_review(organisation=world.sister)
    scoring = world.score_review({1: 5})
    hold_interview(scoring, world.evaluator, {"1.1": "Said by somebody who does not exist."}, guide=guide)
    access_log.record_reading(world.coordinator, review, "review")


if __name__ == "__main__":
    main()
