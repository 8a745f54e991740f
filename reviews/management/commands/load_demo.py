"""`manage.py load_demo`: made-up people and reviews to look at, only while DEBUG is on.

The rows are written as they would stand after years of use, with their dates in the past; the
services, which always write the present, are not asked. Repeating it keeps what is there.
"""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from reviews.models import (
    Happening,
    ItemScore,
    Membership,
    Network,
    Organisation,
    Review,
    ReviewEvaluator,
    ReviewEvent,
    User,
)
from reviews.workflow import Status
from scales.models import ScaleEdition
from scales.scoring import score

FOLDER = settings.BASE_DIR / "fixtures" / "demo"


class Command(BaseCommand):
    help = "Loads made-up networks, people and reviews. Refused when DEBUG is off."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo accounts have their user name as password: only with DEBUG=on.")
        if Network.objects.exists():
            self.stdout.write("There are networks already: the demo data is kept as it is.")
            return
        with transaction.atomic():
            place = _read(FOLDER / "network.json")
            _load_networks(place["networks"])
            people = {person["username"]: _load_person(person) for person in place["people"]}
            for path in sorted(FOLDER.glob("*.json")):
                if path.name != "network.json":
                    self._load_organisation(_read(path), people)

    def _load_organisation(self, document: dict[str, Any], people: dict[str, User]) -> None:
        organisation = Organisation.objects.get(name=document["organisation"])
        for entry in document["reviews"]:
            _load_review(organisation, entry, people)
        self.stdout.write(f"{organisation}: {len(document['reviews'])} reviews")


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _load_networks(networks: list[dict[str, Any]]) -> None:
    for entry in networks:
        network = Network.objects.create(name=entry["name"])
        Organisation.objects.bulk_create(Organisation(network=network, name=name) for name in entry["organisations"])


def _load_person(entry: dict[str, Any]) -> User:
    administrator = entry.get("administrator", False)
    user = User(username=entry["username"], name=entry["name"], is_staff=administrator, is_superuser=administrator)
    user.set_password(user.username)
    user.save()
    if "role" in entry:
        Membership.objects.create(
            user=user,
            network=Network.objects.get(name=entry["network"]),
            organisation=Organisation.objects.filter(name=entry.get("organisation")).first(),
            role=entry["role"],
        )
    return user


def _load_review(organisation: Organisation, entry: dict[str, Any], people: dict[str, User]) -> None:
    edition = ScaleEdition.objects.get(slug=entry["scale"])
    evaluators = [people[name] for name in entry["evaluators"]]
    items = {item["number"]: item for item in entry["items"]}
    result = score(edition.scale, {number: item.get("score") for number, item in items.items()})
    visit_end = date.fromisoformat(entry["visit_end"])
    review = Review(
        organisation=organisation,
        edition=edition,
        created_by=evaluators[0],
        created_at=_at(entry["visit_start"], 9) - timedelta(days=42),
        **{key: entry[key] for key in ("kind", "status", "visit_start", "visit_end")},
        **{key: entry.get(key) for key in ("period_start", "period_end")},
    )
    if review.status == Status.FINAL and result.band:
        review.finalised_by, review.finalised_at = evaluators[0], _at(entry["finalised_on"], 14)
        review.total, review.band = result.total, result.band.label
    review.save()
    saved = _at(visit_end.isoformat(), 15)
    _load_scores(review, items, by=evaluators[-1], at=saved)
    ReviewEvaluator.objects.bulk_create(ReviewEvaluator(review=review, user=user) for user in evaluators)
    _load_events(review, evaluators[0], saved)


def _load_scores(review: Review, items: dict[int, dict[str, Any]], by: User, at: datetime) -> None:
    rows = []
    for item in review.edition.scale.items:
        row = ItemScore(review=review, item_number=item.number)
        if entry := items.get(item.number):
            row.value, row.sources = entry.get("score"), entry["sources"]
            row.evidence, row.recommendation = entry["evidence"], entry.get("recommendation", "")
            row.version, row.saved_by, row.saved_at = 1, by, at
        rows.append(row)
    ItemScore.objects.bulk_create(rows)


def _load_events(review: Review, by: User, saved: datetime) -> None:
    happenings = [(Happening.CREATED, review.created_at)]
    if review.status != Status.PLANNED:
        happenings.append((Happening.STARTED, saved))
    if review.finalised_at:
        happenings.append((Happening.FINALISED, review.finalised_at))
    ReviewEvent.objects.bulk_create(
        ReviewEvent(review=review, by=by, happening=happening, at=at) for happening, at in happenings
    )


def _at(day: str, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time(hour)))
