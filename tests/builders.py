"""Functions that build the objects of a test with the same services as the pages."""

import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.actionplan.services import change_action, fields_of
from reviews.conduct.changing_plans import change_plan, plan_version, review_plan
from reviews.conduct.correction import open_correction
from reviews.conduct.handing_out import hand_out
from reviews.conduct.planning import create_review
from reviews.conduct.score_target import target_for
from reviews.conduct.scoring import ScoreEdit, save_scores
from reviews.conduct.signing import finalise
from reviews.conduct.submission import submit_ratings
from reviews.consensus.decisions import adopt_agreed
from reviews.factcheck.answers import answer_remark
from reviews.factcheck.remarks import add_remark
from reviews.interviews.forms import text_version
from reviews.interviews.item_notes import QuestionNotes, item_notes
from reviews.interviews.note_saving import NoteEdit, save_notes
from reviews.interviews.quick_notes import Place, save_quick_note, sort_quick_notes
from reviews.interviews.services import InterviewDetails, next_label, start_interview
from reviews.models import (
    Action,
    FinalRecord,
    Interview,
    Membership,
    Network,
    Organisation,
    QuickNote,
    Rating,
    Remark,
    Review,
    User,
)
from reviews.records import chain
from reviews.workflow import Kind, Method, Role
from scales.loading import load
from scales.models import GuideEdition, ScaleEdition
from tests.error_pages import CheckingClient

FIXTURES = settings.BASE_DIR / "fixtures"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of every authenticator app in the tests
CORRECTED = FIXTURES / "scales" / "ips-25-nb-2026.json"  # replaces SCALE
SCALE, GUIDE = FIXTURES / "scales" / "ips-25-nb.json", FIXTURES / "guides" / "ips-25-specialist-sv.json"


def document_of(path: Any) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def instrument() -> ScaleEdition:
    """Load the Norwegian scale and the Swedish guide; return the scale."""
    load(document_of(GUIDE))
    return load(document_of(SCALE))[0]  # type: ignore[return-value]


def guide() -> GuideEdition:
    return GuideEdition.objects.get()


def member(username: str, role: Role, network: Network, organisation: Organisation | None = None) -> User:
    user = person(username)
    Membership.objects.create(user=user, role=role, network=network, organisation=organisation)
    return user


def person(username: str, **fields: Any) -> User:
    return User.objects.create_user(
        username, f"{username}@example.org", f"{username}-pw", name=username.title(), **fields
    )


def with_second_factor(user: User) -> User:
    """Return the same person, with an authenticator app whose secret is SECRET."""
    TOTP.activate(user, SECRET)
    return user


# What tests say where handing out and signing ask for a sentence.
NO_CHECK = "Tjenesten leste utkastet under besøket."
NO_EVIDENCE = "Notatene ligger på papir."
Scores = dict[int, int | None] | int


def stand_in_pdf(html: str) -> bytes:
    """Return bytes to store instead of a PDF, different for each page. Rendering a PDF takes half a second."""
    return b"%PDF-1.7 " + hashlib.sha256(html.encode()).hexdigest().encode()


@dataclass
class World:
    """A network with its cast. `others` is an organisation of another network, `stranger` an evaluator there.

    Signing stores a stand-in for the PDF, unless `render` is the real renderer (marker `pdf`).
    """

    scale: ScaleEdition
    network: Network
    organisation: Organisation
    sister: Organisation
    others: Organisation
    evaluator: User
    colleague: User
    team_leader: User
    other_leader: User
    coordinator: User
    stranger: User
    admin: User
    render: Callable[[str], bytes] = stand_in_pdf

    def client_of(self, name: str) -> Client:
        """Return a client in which a member of the cast is signed in; for "nobody", one without a session."""
        client = CheckingClient()
        if name != "nobody":
            client.force_login(getattr(self, name), backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    def plan_review(self, **fields: Any) -> Review:
        given: dict[str, Any] = {
            "organisation": self.organisation,
            "by": self.evaluator,
            "edition": self.scale,
            "kind": Kind.INDEPENDENT,
            "method": Method.TOGETHER,
            "visit_start": date(2026, 3, 10),
            "visit_end": date(2026, 3, 11),
            "evaluators": [self.evaluator, self.colleague],
        }
        return fresh(create_review(**given | fields))

    def score_review(self, scores: dict[int, int | None] | int, **fields: Any) -> Review:
        """Return a review with these scores, or one score for every item."""
        review = self.plan_review(**fields)
        if isinstance(scores, int):
            scores = {item.number: scores for item in review.edition.scale.items}
        save(review, self.evaluator, {number: {"value": value} for number, value in scores.items()})
        return fresh(review)

    def draft_review(self, scores: dict[int, int | None] | int = 4, **fields: Any) -> Review:
        """Return a review whose draft report has been handed out."""
        return self.hand_out(self.score_review(scores, **fields))

    def asked_review(self, scores: dict[int, int | None] | int = 4, *, days: int = 14, **fields: Any) -> Review:
        """Return a draft report on which the service may remark for `days` days."""
        until = timezone.localdate() + timedelta(days=days)
        return self.hand_out(self.score_review(scores, **fields), facts_until=until)

    def hand_out(self, review: Review, *, by: User | None = None, **options: Any) -> Review:
        """Hand out the draft report of a review in its current state and return the review.

        Without `facts_until` there is no factual check, for the reason NO_CHECK.
        """
        given = {"seen": chain.head(review), "no_check_reason": NO_CHECK, "gaps_reason": NO_EVIDENCE}
        hand_out(review=fresh(review), by=by or self.evaluator, **given | options)
        return fresh(review)

    def final_review(self, scores: dict[int, int | None] | int = 4, **fields: Any) -> Review:
        review = self.draft_review(scores, **fields)
        self.sign(review)
        return fresh(review)

    def sign(self, review: Review, *, by: User | None = None, **options: Any) -> None:
        """Finalise a review in its current state, with a PDF by `render`: now, or when a coming visit is over."""
        over = datetime.combine(review.visit_end, time(18), tzinfo=UTC)
        given = {
            "at": max(timezone.now(), over),
            "seen": chain.head(review),
            "render": self.render,
            "gaps_reason": NO_EVIDENCE,
        }
        finalise(review=fresh(review), by=by or self.evaluator, confirmed=True, **given | options)

    def apart_review(self, **fields: Any) -> Review:
        """Return a planned review that `evaluator` and `colleague` rate independently."""
        return self.plan_review(**{"method": Method.APART} | fields)

    def consensus_review(self, first: Scores = 4, second: Scores = 4, **fields: Any) -> Review:
        """Return a review for which both evaluators have submitted these scores."""
        review = self.apart_review(**fields)
        for user, scores in ((self.evaluator, first), (self.colleague, second)):
            rate(review, user, scores)
            submit_ratings(review=fresh(review), by=user)
        return fresh(review)

    def agreed_review(self, first: Scores = 4, second: Scores = 4, **fields: Any) -> Review:
        """Return the same with common scores for every item: those of `first` where the two differ."""
        review = self.consensus_review(first, second, **fields)
        adopt_agreed(review=review, by=self.evaluator, change=uuid4())
        open_items = review.scores.filter(value__isnull=True).values_list("item_number", flat=True)
        given = dict(
            Rating.objects.filter(evaluator__user=self.evaluator, evaluator__review=review).values_list(
                "item_number", "value"
            )
        )
        save(
            review, self.evaluator, {n: {"value": given[n], "decision": "Vi så på planene sammen."} for n in open_items}
        )
        return fresh(review)

    def final_apart(self, first: Scores, second: Scores, *, year: int, edition: ScaleEdition) -> Review:
        """Return a signed review of the first day of `year` for which both evaluators rated independently."""
        day = date(year, 1, 1)
        review = self.agreed_review(first, second, edition=edition, visit_start=day, visit_end=day)
        self.hand_out(review)
        self.sign(review)
        return fresh(review)

    def superseded_review(self, **fields: Any) -> Review:
        """Return a review that a final correction has replaced."""
        old = self.final_review(**fields)
        corrected(old, self)
        return fresh(old)


def build_world(scale: ScaleEdition, **options: Any) -> World:
    network = Network.objects.create(name="Nordfjella")
    organisation = Organisation.objects.create(network=network, name="IPS Øyvær")
    sister = Organisation.objects.create(network=network, name="IPS Granlia")
    elsewhere = Network.objects.create(name="Lyngheim")
    others = Organisation.objects.create(network=elsewhere, name="IPS Lyngmo")
    return World(
        scale=scale,
        network=network,
        organisation=organisation,
        sister=sister,
        others=others,
        evaluator=member("evaluator", Role.EVALUATOR, network),
        colleague=member("colleague", Role.EVALUATOR, network),
        team_leader=member("leader", Role.TEAM_LEADER, network, organisation),
        other_leader=member("otherleader", Role.TEAM_LEADER, network, sister),
        coordinator=with_second_factor(member("coordinator", Role.COORDINATOR, network)),
        stranger=member("stranger", Role.EVALUATOR, elsewhere),
        admin=with_second_factor(person("admin", is_staff=True, is_superuser=True)),
        **options,
    )


def rate(review: Review, user: User, scores: Scores, **fields: Any) -> None:
    """Save a person's own ratings: these scores, or one score for every item, each with `fields`."""
    if isinstance(scores, int):
        scores = {item.number: scores for item in review.edition.scale.items}
    save(fresh(review), user, {number: {"value": value} | fields for number, value in scores.items()})


def corrected(review: Review, world: World) -> Review:
    """Correct a review, sign the correction and return it."""
    new = open_correction(review=review, by=world.evaluator, reason="Tallet gjaldt et annet team.")
    world.sign(world.hand_out(new))
    return fresh(new)


def hand_over(review: Review, *, by: User, evaluators: Iterable[User]) -> None:
    """Replace the evaluators of a review, and nothing else of its plan."""
    stored = fresh(review)
    plan = replace(review_plan(stored), evaluators=frozenset(evaluators))
    change_plan(review=stored, by=by, seen=plan_version(stored), plan=plan)


def note_on_action(*, review: Review, action: Action, by: User, note: str) -> None:
    """Add a note to an action and change nothing else."""
    change_action(review=review, action=action, by=by, seen=action.version, fields=fields_of(action), note=note)


def post_transition(client: Client, review: Review, name: str, **fields: str) -> Any:
    """Open the page of a transition and press its button; return the response.

    Without `facts_until` a draft is handed out without a factual check. Items without evidence get their sentence.
    """
    url = reverse("move", args=[review.code, name])
    fact_check = "ask" if fields.get("facts_until") else "without"
    given = {"fact_check": fact_check, "no_check_reason": NO_CHECK, "gaps_reason": NO_EVIDENCE}
    return client.post(url, {"seen": client.get(url).context["seen"]} | given | fields)


def fresh(review: Review) -> Review:
    """Return the review as it is stored now."""
    return Review.objects.get(pk=review.pk)


def version_of(review: Review, number: int) -> int:
    return review.scores.get(item_number=number).version


def save(review: Review, by: User, items: dict[int, dict[str, Any]], change: UUID | None = None) -> dict[int, int]:
    """Save fields of items as the item page would, each based on its current version; return the new versions."""
    versions = dict(target_for(review, by).rows.values_list("item_number", "version"))
    edits = [ScoreEdit(number, versions[number], fields) for number, fields in items.items()]
    return save_scores(review=review, by=by, change=change or uuid4(), edits=edits)


def item_post(review: Review, number: int, by: User | None = None, **fields: Any) -> dict[str, Any]:
    """Return the data of a POST by the item page, based on what is stored: the ratings of `by`, or the common scores."""
    version = target_for(review, by).rows.get(item_number=number).version if by else version_of(review, number)
    return {
        "value": "",
        "sources": [],
        "evidence": "",
        "recommendation": "",
        "version": version,
        "change": str(uuid4()),
    } | fields


def hold_interview(
    review: Review,
    by: User,
    notes: dict[str, str] | None = None,
    *,
    guide: GuideEdition | None = None,
    is_blank: bool = False,
    code: UUID | None = None,
    **details: Any,
) -> Interview:
    """Return an interview by the loaded guide, or item by item, with these notes, keyed by question or item."""
    given = {"label": next_label(review.interviews.values_list("label", flat=True)), "held_on": date(2026, 3, 10)}
    interview = start_interview(
        review=review,
        by=by,
        code=code or uuid4(),
        guide=None if is_blank else guide or GuideEdition.objects.earliest("pk"),
        details=InterviewDetails(**given | details),
    )
    note(interview, by, notes or {})
    return interview


def quick_note(review: Review, by: User, text: str, **place: Any) -> QuickNote:
    """Return a new quick note, sorted under the item `item_number` or the `interview` if one is given."""
    code = uuid4()
    save_quick_note(review=review, by=by, code=code, based_on=0, text=text, change=uuid4())
    note = QuickNote.objects.get(code=code)
    sort_quick_notes(review=review, places={note.pk: (Place(), Place(**place))})
    return QuickNote.objects.get(code=code)


def item_questions(review: Review, number: int) -> list[QuestionNotes]:
    """Return all questions that serve an item, guide by guide, with their notes."""
    return [question for guide in item_notes(review, number).guides for question in guide.questions]


def note(interview: Interview, by: User, texts: dict[str, str], change: UUID | None = None) -> dict[str, int]:
    """Save notes, each based on its current version; return the new versions."""
    versions = dict(interview.notes.values_list("question", "version"))
    edits = [NoteEdit(key, versions[key], text) for key, text in texts.items()]
    return save_notes(interview=interview, by=by, change=change or uuid4(), edits=edits)


def step_post(interview: Interview, step: int, notes: dict[str, str], **fields: Any) -> dict[str, Any]:
    """Return the data of a POST by the page of a step, based on what is stored."""
    data: dict[str, Any] = {"change": str(uuid4())}
    for row in interview.notes.filter(question__in=interview.outline.keys_at(step)):
        data |= {
            f"note-{row.question}": notes.get(row.question, row.text),
            f"was-{row.question}": text_version(row.text),
            f"version-{row.question}": row.version,
        }
    return data | fields


def remark(
    review: Review, by: User, number: int | None = 5, text: str = "Tallet er fra i fjor.", **fields: Any
) -> Remark:
    """Return a new remark of the service on an item, or on the whole report if `number` is None."""
    given: dict[str, Any] = {"code": uuid4(), "kind": Remark.Kind.COMMENT}
    return add_remark(review=review, by=by, item_number=number, text=text, **given | fields)


def answer(remark: Remark, by: User, text: str = "Rettet.") -> None:
    """Answer the current version of a remark."""
    answer_remark(remark=remark, by=by, version=Remark.objects.get(pk=remark.pk).version, answer=text)


def many_finals(like: Review, count: int, **fields: Any) -> list[Review]:
    """Bulk-create `count` copies of a final review, one day apart.

    Does not update the summary of the organisation: call refresh_summary.
    """
    record, days = FinalRecord.objects.get(review=like), timedelta(days=1)
    reviews = Review.objects.bulk_create(
        Review(
            organisation=like.organisation,
            edition=like.edition,
            kind=like.kind,
            method=like.method,
            created_by=like.created_by,
            visit_start=like.visit_start + days * number,
            visit_end=like.visit_end + days * number,
        )
        for number in range(1, count + 1)
    )
    FinalRecord.objects.bulk_create(
        FinalRecord(
            review=review,
            content=record.content | {"review": record.content["review"] | {"code": str(review.code)}},
            fingerprint=record.fingerprint,
            pdf=fields.get("pdf", record.pdf),
            sha256=hashlib.sha256(fields.get("pdf", record.pdf)).hexdigest(),
        )
        for review in reviews
    )
    Review.objects.filter(pk__in=[review.pk for review in reviews]).update(
        status=like.status,
        total=like.total,
        band=like.band,
        finalised_by=like.finalised_by,
        finalised_at=like.finalised_at,
        is_imported=fields.get("pdf") == b"",
    )
    return list(Review.objects.filter(pk__in=[review.pk for review in reviews]).order_by("visit_start"))


def text_of(response: HttpResponse) -> str:
    """Return the text of a response; of an office file, the text of all its parts."""
    content = response.getvalue()
    if response.headers["Content-Type"] == "application/pdf":
        content = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout
    elif "officedocument" in response.headers["Content-Type"]:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            content = b"".join(file.read(name) for name in file.namelist())
    return content.decode(errors="replace")


def headers_of(response: HttpResponse) -> list[tuple[str, str]]:
    """Return the headers of a response, without X-Request-ID."""
    return sorted((name, value) for name, value in response.headers.items() if name != "X-Request-ID")


def query_plan(sql: str) -> str:
    """Return the query plan of the database, one step a line.

    PostgreSQL plans by its statistics, so they are refreshed first. Sequential scans are turned off, because it would
    choose them for the small tables of a test.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            connection.check_constraints()
            cursor.execute("ANALYZE")
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{'EXPLAIN' if connection.vendor == 'postgresql' else 'EXPLAIN QUERY PLAN'} {sql}")
        return "\n".join(row[-1] for row in cursor.fetchall())
