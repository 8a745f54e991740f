"""What the reviews of a crowd have: scores, ratings, records, events, steps and actions; and the lists of its network.

The database writes the rows of reviews itself, millions in a minute, without the services. For scratch databases only.
"""

from datetime import timedelta

from django.db import connection, models
from django.utils import timezone

from reviews.models import (
    AccessAction,
    AccessEvent,
    Action,
    EventType,
    Export,
    FinalRecord,
    Invitation,
    ItemScore,
    Membership,
    Network,
    Organisation,
    PreparationStep,
    Rating,
    Remark,
    Review,
    ReviewEvaluator,
    ReviewEvent,
    Upload,
    User,
)
from reviews.workflow import Method, Role, Status
from scales.models import ScaleEdition

APART = 20  # every twentieth final review was rated apart
# As much of a signed record as pages read.
RECORD = """'{"review": {"organisation": "IPS", "evaluators": [], "finalised_at": "2026-11-01T12:00:00+00:00"},
    "signature": null, "items": []}'"""
EVENTS = (EventType.CREATED, EventType.STARTED, EventType.DRAFTED, EventType.FINALISED)
# What the two engines say differently: a random UUID, the noon of the visit's first day, and a day some weeks from it.
NEW_CODE = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}
NOON = {"sqlite": "r.visit_start || ' 12:00:00'", "postgresql": "r.visit_start + time '12:00'"}
WEEKS_LATER = {
    "sqlite": "date(r.visit_start, (n.i * 28 - 84) || ' days')",
    "postgresql": "r.visit_start + n.i::int * 28 - 84",
}


def fill_reviews(network: Network, edition: ScaleEdition, by: User) -> None:
    """Give each review of a network that has no scores what reviews have. `by` did everything that somebody did."""
    code, noon, due = (words[connection.vendor] for words in (NEW_CODE, NOON, WEEKS_LATER))
    items, actor = len(edition.scale.items), str(by.pk)
    bare = Review.objects.filter(organisation__network=network, scores__isnull=True)
    apart = bare.filter(status=Status.FINAL).annotate(rest=models.F("pk") % APART).filter(rest=0)
    Review.objects.filter(pk__in=list(apart.values_list("pk", flat=True))).update(method=Method.APART)
    _rate_apart(network, items)
    bare_rows = "NOT EXISTS (SELECT 1 FROM reviews_itemscore s WHERE s.review_id = r.id)"
    closed = f"{bare_rows} AND r.status = 'final'"
    unrecorded = f"{closed} AND NOT EXISTS (SELECT 1 FROM reviews_finalrecord f WHERE f.review_id = r.id)"
    _insert(FinalRecord, 1, unrecorded, review_id="r.id", content=RECORD, fingerprint="'made up'", sha256="'made up'")
    for event in EVENTS:
        words = {"happening": f"'{event.value}'", "previous": f"'{event.value}'", "hash": f"'{event.value}'"}
        _insert(ReviewEvent, 1, closed, review_id="r.id", at=noon, by_id=actor, **words)
    step = {"due": due, "weeks": "n.i * 4 - 12", "text": "'Be om tall ' || n.i"}
    done = {"done_at": f"CASE WHEN r.status = 'final' AND n.i < 5 THEN {noon} END"}
    done |= {"done_by_id": f"CASE WHEN r.status = 'final' AND n.i < 5 THEN {actor} END"}
    _insert(PreparationStep, 5, bare_rows, review_id="r.id", **step, **done)
    action = {"what": "'Et møte til ' || n.i", "who": "'Teamleder'", "due": due, "item_number": "n.i"}
    state = "CASE WHEN EXISTS (SELECT 1 FROM reviews_organisation o WHERE o.last_review_id = r.id) THEN 'planned' "
    saved = {"code": code, "saved_by_id": actor, "saved_at": noon, "state": f"{state} ELSE 'done' END"}
    _insert(Action, 3, closed, review_id="r.id", **action, **saved)
    remark = {"code": code, "kind": "'comment'", "text": "'Tallet er fra i fjor.'", "by_id": actor, "at": noon}
    answered = {"answer": "'Rettet.'", "answered_by_id": actor, "answered_at": noon}
    _insert(Remark, 1, f"{closed} AND r.id %% 4 = 0", review_id="r.id", **remark, **answered)
    read = {"act": f"'{AccessAction.READ.value}'", "page": "'sheet'", "at": noon, "by_id": actor}
    _insert(AccessEvent, 4, bare_rows, review_id="r.id", organisation_id="r.organisation_id", **read)
    value = "CASE WHEN r.status = 'final' OR n.i < 13 THEN (r.id + n.i) %% 5 + 1 END"  # open ones are half done
    _insert(ItemScore, items, bare_rows, review_id="r.id", item_number="n.i", value=value)


def _rate_apart(network: Network, items: int) -> None:
    """Let a second person take part in the reviews that were rated apart, and both submit their ratings."""
    crowd = list(User.objects.filter(username__startswith="crowd").values_list("pk", flat=True))
    following = dict(zip(crowd, crowd[1:] + crowd[:1], strict=True))
    apart = ReviewEvaluator.objects.filter(
        review__organisation__network=network, review__method=Method.APART, user__in=crowd, ratings__isnull=True
    )
    rows = list(apart.values_list("review", "user"))
    ReviewEvaluator.objects.bulk_create(ReviewEvaluator(review_id=pk, user_id=following[user]) for pk, user in rows)
    apart.filter(submitted_at__isnull=True).update(submitted_at=timezone.now())
    people = "JOIN reviews_reviewevaluator e ON e.review_id = r.id AND e.submitted_at IS NOT NULL"
    unrated = "NOT EXISTS (SELECT 1 FROM reviews_rating x WHERE x.evaluator_id = e.id)"
    value = "(r.id + n.i + (CASE WHEN (e.id + n.i) %% 7 = 0 THEN 1 ELSE 0 END)) %% 5 + 1"
    _insert(Rating, items, unrated, people, evaluator_id="e.id", item_number="n.i", value=value)


def _insert(model: type[models.Model], each: int, where: str, join: str = "", **values: str) -> None:
    """Insert `each` rows, numbered by n.i, for each review r. `values` are SQL by column; others have their defaults."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    chosen = [values.pop(str(field.column), "%s") for field in fields]
    assert not values, f"no columns of {model}: {values}"
    defaults = [
        field.get_db_prep_save(field.get_default(), connection)
        for field, sql in zip(fields, chosen, strict=True)
        if sql == "%s"
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns}) '
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {each}) "
            f"SELECT {', '.join(chosen)} FROM reviews_review r {join} CROSS JOIN n WHERE {where}",
            defaults,
        )


def fill_network(network: Network, by: User) -> None:
    """Give a network a team leader for each organisation, and long lists of invitations, exports and uploads."""
    organisations = list(Organisation.objects.filter(network=network, name__startswith="IPS 0"))
    leaders = [
        User(username=f"crowdleader{number}", name=f"Leader {number}", email=f"crowdleader{number}@example.org")
        for number in range(len(organisations))
    ]
    User.objects.bulk_create(leaders, batch_size=2_000)
    Membership.objects.bulk_create(
        (
            Membership(user=user, network=network, organisation=organisation, role=Role.TEAM_LEADER)
            for user, organisation in zip(leaders, organisations, strict=True)
        ),
        batch_size=2_000,
    )
    Invitation.objects.bulk_create(
        Invitation(
            network=network,
            role=Role.EVALUATOR,
            name=f"Guest {number}",
            email=f"guest{number}@example.org",
            secret_hash=f"made up {number}",
            invited_by=by,
        )
        for number in range(1_000)
    )
    filters = {
        "organisations": [],
        "name": "",
        "kind": "",
        "edition": "",
        "since": "",
        "until": "",
        "superseded": False,
    }
    Export.objects.bulk_create(
        Export(network=network, by=by, form=Export.Form.CSV, selection=filters, reviews=50) for _ in range(2_000)
    )
    long_ago = timezone.now() - timedelta(days=30)
    Upload.objects.bulk_create(
        Upload(
            network=network,
            by=by,
            file_name=f"{number}.csv",
            sha256=f"{number}",
            rows=[],
            row_count=20,
            confirmed_by=by,
            confirmed_at=long_ago,
            imported_at=long_ago,
        )
        for number in range(20)
    )
