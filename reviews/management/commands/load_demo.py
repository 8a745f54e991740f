"""`manage.py load_demo`: load made-up people and reviews. Refused unless DEBUG is on.

The services write the data, with dates that are counted back from today (reviews/management/demo_days.py). Does nothing
if there are networks already.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from reviews.actionplan.services import ActionFields, add_action, change_action
from reviews.conduct.handing_out import hand_out
from reviews.conduct.planning import create_review
from reviews.conduct.scoring import ScoreEdit, save_scores
from reviews.conduct.signing import finalise
from reviews.conduct.specialists import change_specialists
from reviews.conduct.submission import submit_ratings
from reviews.factcheck.answers import answer_remark
from reviews.factcheck.remarks import add_remark
from reviews.interviews.note_saving import NoteEdit, save_notes
from reviews.interviews.quick_notes import Place, save_quick_note, sort_quick_notes
from reviews.interviews.services import InterviewDetails, start_interview
from reviews.management.demo_days import LANGUAGE, moved
from reviews.models import Action, Membership, Network, Organisation, Review, User
from reviews.records import chain
from reviews.schedule.next_review import next_due
from reviews.schedule.preparation import move_step, set_done
from reviews.schedule.services import set_due
from reviews.schedule.timeline import begin_with_proposal
from reviews.workflow import Method, Status
from scales.models import GuideEdition, ScaleEdition

FOLDER = settings.BASE_DIR / "fixtures" / "demo"


class Command(BaseCommand):
    help = "Loads made-up networks, people and reviews. Refused when DEBUG is off."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load finished reviews before open ones, in one transaction."""
        if not settings.DEBUG:
            raise CommandError("The demo accounts have their user name as password: only with DEBUG=on.")
        if Network.objects.exists():
            self.stdout.write("There are networks already: the demo data is kept as it is.")
            return
        with transaction.atomic():
            foundation = _read(FOLDER / "network.json")
            _load_networks(foundation["networks"])
            people = {person["username"]: _load_person(person) for person in foundation["people"]}
            documents = [_read(path) for path in sorted(FOLDER.glob("*.json")) if path.name != "network.json"]
            for document in documents:
                self._load_organisation(document, people, finished=True)
            _begin_timeline(people["coordinator"])  # after the finished reviews, so that they have no preparation
            for document in documents:
                self._load_organisation(document, people, finished=False)
            _give_addresses(people)  # last, so that loading sends no mails

    def _load_organisation(self, document: dict[str, Any], people: dict[str, User], *, finished: bool) -> None:
        organisation = Organisation.objects.get(name=document["organisation"])
        entries = [entry for entry in document["reviews"] if (entry["status"] == Status.FINAL) == finished]
        for entry in entries:
            _load_review(organisation, entry, people)
        if entries:
            self.stdout.write(f"{organisation}: {len(entries)} {'finished' if finished else 'open'}")


def _read(path: Path) -> dict[str, Any]:
    try:
        return moved(json.loads(path.read_text(encoding="utf-8")), timezone.localdate())
    except ValueError as error:
        raise CommandError(f"{path.relative_to(settings.BASE_DIR)}: {error}") from error


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


def _give_addresses(people: dict[str, User]) -> None:
    for user in people.values():
        user.email = f"{user.username}@example.org"
        user.save(update_fields=["email"])
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def _load_review(organisation: Organisation, entry: dict[str, Any], people: dict[str, User]) -> None:
    evaluators = [people[name] for name in entry["evaluators"]]
    saved = _at(entry["visit_end"], 15)
    review = create_review(
        organisation=organisation,
        by=evaluators[0],
        edition=ScaleEdition.objects.get(slug=entry["scale"]),
        kind=entry["kind"],
        method=entry.get("method", Method.TOGETHER),
        visit_start=date.fromisoformat(entry["visit_start"]),
        visit_end=date.fromisoformat(entry["visit_end"]),
        period_start=_day(entry.get("period_start")),
        period_end=_day(entry.get("period_end")),
        evaluators=evaluators,
        at=_at(entry["visit_start"], 9) - timedelta(weeks=9),
    )
    _mark_steps_done(review, evaluators[0], is_scored=entry["status"] == Status.DRAFT)
    for label in "BCDEF"[: entry.get("specialists", 1) - 1]:
        change_specialists(review=review, by=evaluators[0], action="add", label=label, at=_at(entry["visit_start"], 11))
    for interview in entry.get("interviews", ()):
        _load_interview(review, interview, evaluators[0], saved - timedelta(hours=4))
    _load_quick_notes(review, entry.get("quick_notes", ()), people)
    if review.is_rated_apart:
        _rate_apart(review, entry, evaluators, saved - timedelta(hours=3))
    if entry["status"] in (Status.RATING, Status.CONSENSUS):
        return
    edits = [ScoreEdit(item["number"], 0, _fields_of(item)) for item in entry["items"]]
    review.refresh_from_db()
    save_scores(review=review, by=evaluators[-1], change=uuid4(), edits=edits, at=saved)
    if entry["status"] == Status.DRAFT:
        review.refresh_from_db()
        _hand_out_draft(review, entry["facts"], people, saved)
    if entry["status"] == Status.FINAL:
        handed_out, signed = saved + timedelta(days=1), _at(entry["finalised_on"], 14)
        until, at = signed.date(), min(handed_out, signed)
        hand_out(review=review, by=evaluators[0], seen=chain.head(review), facts_until=until, at=at)
        review.refresh_from_db()
        finalise(review=review, by=evaluators[0], seen=chain.head(review), confirmed=True, at=signed)
        if "plan" in entry:
            _load_plan(review, entry["plan"], people[entry["plan"]["by"]], signed)
        if "next_due" in entry:
            _set_due(review, entry["next_due"], people["coordinator"])


def _set_due(review: Review, entry: dict[str, Any], by: User) -> None:
    review.refresh_from_db()
    on, at = date.fromisoformat(entry["on"]), _at(entry["set_on"], 12)
    set_due(review=review, by=by, seen=next_due(review), on=on, reason=entry["reason"], at=at)


def _begin_timeline(coordinator: User) -> None:
    with translation.override(LANGUAGE):
        begin_with_proposal(network=coordinator.memberships.get().network, by=coordinator)


def _mark_steps_done(review: Review, by: User, *, is_scored: bool) -> None:
    """Mark the steps up to the visit as done, but its last step, the scoring, only if the review is scored.

    If the visit is still ahead, mark the steps up to four weeks before it.
    """
    is_ahead = review.visit_start > timezone.localdate()
    until = review.visit_start - timedelta(weeks=4 if is_ahead else 0)
    steps = list(review.preparation.filter(due__lte=until))
    for step in steps if is_ahead or is_scored else steps[:-1]:
        set_done(step=step, by=by, done=True, at=_at(step.due.isoformat(), 10))


def _hand_out_draft(review: Review, facts: dict[str, Any], people: dict[str, User], saved: datetime) -> None:
    """Hand out the draft report with remarks of the service. The deadline is `facts["days"]` days from today."""
    now = max(saved + timedelta(days=1), timezone.now() - timedelta(days=4))
    until = timezone.localdate() + timedelta(days=facts["days"])
    by = review.evaluators.earliest("pk")
    hand_out(review=review, by=by, seen=chain.head(review), facts_until=until, at=now)
    for step in review.preparation.filter(done_at=None, due__lt=until):
        move_step(step=step, by=by, seen=step.due, due=until, at=now)
    for hours, entry in enumerate(facts["remarks"], 5):
        at, by = now + timedelta(hours=hours), people[entry["by"]]
        fields = {"item_number": entry["item"], "kind": entry["kind"], "text": entry["text"]}
        remark = add_remark(review=review, by=by, code=uuid4(), at=at, **fields)
        if "answer" in entry:
            answerer = people[entry["answered_by"]]
            answer_remark(remark=remark, by=answerer, version=0, answer=entry["answer"], at=at + timedelta(minutes=30))


def _load_interview(review: Review, entry: dict[str, Any], by: User, at: datetime) -> None:
    held_on = date.fromisoformat(entry["held_on"])
    details = InterviewDetails(entry["label"], held_on, entry.get("role", ""), entry["place"])
    guide = GuideEdition.objects.get(slug=entry["guide"]) if entry["guide"] else None
    interview = start_interview(review=review, by=by, code=uuid4(), guide=guide, details=details, at=at)
    edits = [NoteEdit(question, 0, text) for question, text in entry["notes"].items()]
    save_notes(interview=interview, by=by, change=uuid4(), edits=edits, at=at)


def _load_quick_notes(review: Review, entries: Sequence[dict[str, Any]], people: dict[str, User]) -> None:
    """Write the quick notes of the visit, and sort those that name an item or the label of an interview."""
    for entry in entries:
        by, at = people[entry["by"]], _at(entry["at"], entry["hour"])
        save_quick_note(review=review, by=by, code=uuid4(), based_on=0, text=entry["text"], change=uuid4(), at=at)
    interviews = {interview.label: interview.pk for interview in review.interviews.all()}
    places = [Place(entry.get("item"), interviews.get(entry.get("interview", ""))) for entry in entries]
    stored = review.quick_notes.order_by("pk")
    sort_quick_notes(
        review=review, places={note.pk: (Place(), place) for note, place in zip(stored, places, strict=True)}
    )


def _load_plan(review: Review, plan: dict[str, Any], by: User, signed: datetime) -> None:
    """Write an action plan two weeks after signing, then its changes and notes, in order of time.

    The document counts days from the signature.
    """
    begun, changes = signed + timedelta(days=14), []
    for entry in plan["actions"]:
        fields = ActionFields(entry["what"], entry["who"], (signed + timedelta(days=entry["due"])).date())
        action = add_action(review=review, by=by, code=uuid4(), item_number=entry["item"], fields=fields, at=begun)
        changes += _changes_of(action, fields, entry, signed)
    for at, action, fields, version, note in sorted(changes, key=itemgetter(0)):
        change_action(review=review, action=action, by=by, seen=version, fields=fields, note=note, at=at)


def _changes_of(action: Action, fields: ActionFields, entry: dict[str, Any], signed: datetime) -> list[tuple]:
    """Return the changes of an action: time, action, new fields, old version, note. The last sets the final state."""
    notes = entry.get("notes") or ([] if entry["state"] == fields.state else [{"after": 74, "text": ""}])
    return [
        (
            signed + timedelta(days=note["after"]),
            action,
            replace(fields, state=Action.State.ONGOING if version + 1 < len(notes) else entry["state"]),
            version,
            note["text"],
        )
        for version, note in enumerate(notes)
    ]


def _rate_apart(review: Review, entry: dict[str, Any], evaluators: list[User], at: datetime) -> None:
    """Save the document's scores as the ratings of the first evaluator, and with those of `second` as the second's."""
    first = [{name: value for name, value in item.items() if name != "decision"} for item in entry["items"]]
    second = [
        {"number": item["number"], "score": _second_score(entry, item), "sources": item["sources"]} for item in first
    ]
    is_open = entry["status"] == Status.RATING
    for user, items in zip(evaluators, (first, second[:8] if is_open else second), strict=True):
        edits = [ScoreEdit(item["number"], 0, _fields_of(item)) for item in items]
        save_scores(review=review, by=user, change=uuid4(), edits=edits, at=at)
        review.refresh_from_db()
    for user in () if is_open else evaluators:
        submit_ratings(review=review, by=user, at=at + timedelta(hours=1))


def _second_score(entry: dict[str, Any], item: dict[str, Any]) -> int | None:
    return entry["second"].get(str(item["number"]), item.get("score"))


def _fields_of(item: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a rating or score from an item of the document."""
    return {
        "value": item.get("score"),
        "sources": item["sources"],
        "evidence": item.get("evidence", ""),
        "recommendation": item.get("recommendation", ""),
        "observation": item.get("observation", {}),
    } | ({"decision": item["decision"]} if "decision" in item else {})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _at(day: str, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time(hour)))
