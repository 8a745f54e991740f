"""Search: what each person finds, and what nobody finds."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import plan_version
from reviews.models import AccessEvent, Interview, Membership, Organisation, Review, User
from reviews.overview.joining import join
from reviews.search.snippets import Marked
from reviews.search.terms import MOST_NAMED
from reviews.workflow import Kind, Role
from tests.builders import World, fresh, hold_interview, member, rate, save
from tests.crowd import crowd

pytestmark = pytest.mark.django_db


def text_of(marked: Marked) -> str:
    return marked.before + marked.hit + marked.after


def hits(world: World, who: str, text: str) -> dict[str, list[str]]:
    """Return the titles of the hits by group, each with its extract."""
    page = world.client_of(who).get(reverse("search"), {"q": text}).context["page"]
    return {group.title: [text_of(hit.title) + text_of(hit.extract) for hit in group.hits] for group in page.groups}


def urls(world: World, who: str, text: str) -> list[str]:
    page = world.client_of(who).get(reverse("search"), {"q": text}).context["page"]
    return [hit.url for group in page.groups for hit in group.hits]


def test_organisations_are_found_without_accents(world: World) -> None:
    assert hits(world, "evaluator", "OYVAER")["Organisasjoner"] == ["IPS Øyvær"]


def test_an_organisation_is_found_by_the_name_that_it_had_before_it_was_joined(world: World) -> None:
    old = Organisation.objects.create(network=world.network, name="IPS Lyngvatn")
    join(organisation=old, to=world.organisation, by=world.coordinator)
    assert hits(world, "coordinator", "lyngvatn")["Organisasjoner"] == ["IPS Lyngvatn"]
    assert world.organisation.get_absolute_url() in urls(world, "coordinator", "lyngvatn")


@pytest.mark.parametrize(
    "text", ["øyvær", "2026", "mars", "mars 2026", "2026-03", "03.2026", "uavhengig", "oyvaer mars"]
)
def test_a_review_is_found_by_organisation_year_month_and_kind(world: World, text: str) -> None:
    review = world.plan_review()
    world.plan_review(
        organisation=world.sister,
        kind=Kind.SELF,
        visit_start=date(2025, 9, 1),
        visit_end=date(2025, 9, 2),
        by=world.colleague,
        evaluators=[world.colleague],
    )
    assert review.get_absolute_url() in urls(world, "evaluator", text)
    assert len(hits(world, "coordinator", text)["Vurderinger"]) == 1


@pytest.mark.parametrize("text", ["øyvær 2025", "april", "2025-03", "egenvurdering", "0000-01", "2026-13", "99.2026"])
def test_a_review_needs_every_word(world: World, text: str) -> None:
    world.plan_review()
    assert "Vurderinger" not in hits(world, "evaluator", text)


def test_a_review_is_found_by_its_code_or_the_beginning_of_it(world: World) -> None:
    review = world.plan_review()
    for text in (str(review.code), review.code.hex, str(review.code)[:8], str(review.code)[:13].upper()):
        assert review.get_absolute_url() in urls(world, "evaluator", text)
        assert review.get_absolute_url() not in urls(world, "stranger", text)


@pytest.mark.parametrize("text", ["kriterium 11", "11", "medlem"])
def test_items_are_found_by_number_and_by_title(world: World, text: str) -> None:
    assert any(f"/scales/{world.scale.slug}/#item-" in url for url in urls(world, "stranger", text))


def test_one_finds_a_word_in_notes_of_ones_own_reviews_and_its_place(world: World) -> None:
    review = world.score_review({4: 3})
    save(review, world.colleague, {4: {"evidence": "Teamet møtes hver uke på Åsgård, sier teamlederen."}})
    (hit,) = hits(world, "evaluator", "asgard")["Notatene dine"]
    assert hit.startswith("4. ")
    assert hit.endswith("Teamet møtes hver uke på Åsgård, sier teamlederen.")
    page = world.client_of("evaluator").get(reverse("search"), {"q": "asgard"}).content.decode()
    assert "<mark>Åsgård</mark>" in page
    for who in ("coordinator", "team_leader", "stranger", "admin"):
        assert "Notatene dine" not in hits(world, who, "asgard")


def test_nobody_finds_the_ratings_of_others(world: World) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, {4: 3}, evidence="HEMMELIG før alle har levert")
    assert hits(world, "evaluator", "hemmelig")["Notatene dine"]
    assert "Notatene dine" not in hits(world, "colleague", "hemmelig")
    cancel(review=fresh(review), by=world.evaluator, seen=plan_version(fresh(review)), reason="Utsatt")
    assert "Notatene dine" not in hits(world, "colleague", "hemmelig")
    assert "Notatene dine" not in hits(world, "coordinator", "hemmelig")


def test_the_reason_for_a_decision_is_found(world: World) -> None:
    world.agreed_review(4, 3)
    assert "Vi så på planene" in hits(world, "colleague", "planene sammen")["Notatene dine"][0]


def test_interview_notes_are_found_by_who_wrote_them_until_they_are_removed(world: World) -> None:
    review = world.plan_review()
    hold_interview(review, world.evaluator, {"5.3": "Spesialisten er ute hele dagen"})
    assert hits(world, "evaluator", "hele dagen")["Notatene dine"]
    assert "Notatene dine" not in hits(world, "colleague", "hele dagen")
    Interview.objects.update(notes_deleted_at="2026-06-01T00:00Z")
    assert "Notatene dine" not in hits(world, "evaluator", "hele dagen")


def test_who_is_an_evaluator_of_the_network_no_more_finds_no_notes(world: World) -> None:
    review = world.score_review({4: 3})
    save(review, world.evaluator, {4: {"evidence": "Et ord som bare står her: kvikksølv"}})
    Membership.objects.filter(user=world.evaluator).delete()
    assert hits(world, "evaluator", "kvikksolv") == {}


def test_reading_a_note_by_searching_is_in_the_access_log(world: World) -> None:
    review = world.score_review({4: 3})
    save(review, world.evaluator, {4: {"evidence": "kvikksølv"}})
    hits(world, "evaluator", "kvikksolv")
    (event,) = AccessEvent.objects.filter(page="search")
    assert (event.by, event.review) == (world.evaluator, review)


def test_coordinators_find_the_people_of_their_network_and_others_their_fellow_evaluators(world: World) -> None:
    world.score_review(4)
    assert hits(world, "coordinator", "otherleader")["Personer"] == ["Otherleader"]
    assert hits(world, "admin", "otherleader")["Personer"] == ["Otherleader"]
    assert hits(world, "evaluator", "colleague")["Personer"] == ["Colleague"]
    for who in ("evaluator", "team_leader", "stranger"):
        assert "Personer" not in hits(world, who, "otherleader")
    assert "Personer" not in hits(world, "coordinator", "stranger")


def test_a_team_leader_finds_the_evaluators_of_the_drafts_that_they_can_read(world: World) -> None:
    world.score_review(4)
    assert "Personer" not in hits(world, "team_leader", "colleague")
    world.draft_review(4)
    assert hits(world, "team_leader", "colleague")["Personer"] == ["Colleague"]


def test_many_hits_say_how_many_there_are_and_lead_to_the_list(world: World) -> None:
    Organisation.objects.bulk_create(
        Organisation(network=world.network, name=f"Tiltak {number}") for number in range(20)
    )
    page = world.client_of("evaluator").get(reverse("search"), {"q": "tiltak"})
    (group,) = page.context["page"].groups
    assert (len(group.hits), group.rest) == (6, "20 i alt")
    everything = world.client_of("evaluator").get(group.all_url).context["page"].rows
    assert len(everything) == 20


def test_many_reviews_of_a_year_lead_to_the_list_of_that_year(world: World) -> None:
    for day in range(1, 9):
        world.plan_review(visit_start=date(2024, 5, day), visit_end=date(2024, 5, day))
    (group,) = world.client_of("evaluator").get(reverse("search"), {"q": "2024"}).context["page"].groups
    rows = world.client_of("evaluator").get(group.all_url).context["page"].rows
    assert (group.rest, len(rows)) == ("8 i alt", 8)


def test_a_name_with_all_words_is_meant_before_a_year_a_month_or_a_kind(world: World) -> None:
    world.plan_review()
    named = world.plan_review(organisation=world.sister, visit_start=date(2025, 9, 1), visit_end=date(2025, 9, 2))
    assert len(hits(world, "coordinator", "mars")["Vurderinger"]) == 1
    Organisation.objects.filter(pk=world.sister.pk).update(name="Mars 2026 uavhengig")
    for text in ("mars", "2026", "mars 2026", "uavhengig"):
        assert [url for url in urls(world, "coordinator", text) if "/reviews/" in url] == [named.get_absolute_url()]
    assert hits(world, "coordinator", "øyvær mars 2026")["Vurderinger"] == ["IPS Øyvær, 10.–11. mars 2026"]


def test_names_in_other_networks_do_not_change_what_a_word_means(world: World) -> None:
    world.plan_review()
    Organisation.objects.filter(network=world.stranger.memberships.get().network).update(name="Mars 2026")
    for text in ("mars", "2026"):
        assert hits(world, "coordinator", text)["Vurderinger"] == ["IPS Øyvær, 10.–11. mars 2026"]


def test_of_many_organisations_with_a_name_the_newest_reviews_are_found(world: World) -> None:
    crowd(world.network, world.scale, world.coordinator, organisations=MOST_NAMED + 10, reviews=240, scored=False)
    page = world.client_of("coordinator").get(reverse("search"), {"q": "ips 0"}).context["page"]
    group = next(group for group in page.groups if group.title == "Vurderinger")
    newest = Review.objects.newest_first()[:6]
    assert [hit.url for hit in group.hits] == [review.get_absolute_url() for review in newest]
    assert group.rest == "Over 100 i alt"


def test_a_coordinator_finds_an_evaluator_who_left_by_their_review(world: World) -> None:
    review = world.score_review(4)
    Membership.objects.filter(user=world.colleague).delete()
    assert hits(world, "coordinator", "colleague")["Personer"] == ["Colleague"]
    assert review.get_absolute_url() in urls(world, "coordinator", "colleague")


@pytest.mark.parametrize(
    ("text", "status"), [("", 200), ("   ", 200), ("a", 422), ("a" * 101, 422), ("finnes ikke noe sted", 200)]
)
def test_every_answer_has_a_next_step(as_evaluator: Client, text: str, status: int) -> None:
    answer = as_evaluator.get(reverse("search"), {"q": text})
    assert answer.status_code == status
    assert 'role="search"' in answer.content.decode()


@pytest.mark.parametrize(
    "text", ["%%", "__", "\\\\", "';--", "<b>", "\u0000ab", "٤٤", "ﬁﬁ", "İİ", "--------", "a" * 100]
)
def test_odd_texts_find_nothing_and_break_nothing(world: World, as_evaluator: Client, text: str) -> None:
    world.score_review(4)
    answer = as_evaluator.get(reverse("search"), {"q": text})
    assert answer.status_code in (200, 422)
    assert "<b>" not in answer.content.decode()


def test_a_search_takes_as_many_queries_for_few_hits_as_for_many(
    world: World, as_evaluator: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    def write(review: Review, evaluators: list[User]) -> None:
        save(review, evaluators[0], {n: {"evidence": "Øyvær eval"} for n in range(1, 26)})
        hold_interview(review, world.evaluator, {"5.3": "Øyvær eval"})

    for _review in range(7):
        write(world.plan_review(), [world.evaluator])
    url = reverse("search")
    as_evaluator.get(url, {"q": "eval"})
    with django_assert_max_num_queries(30) as few:
        as_evaluator.get(url, {"q": "eval"})
    for number in range(20):
        member(f"evald{number}", Role.EVALUATOR, world.network)
        review = world.plan_review(evaluators=[world.evaluator, User.objects.get(username=f"evald{number}")])
        write(review, [world.evaluator])
    with django_assert_max_num_queries(len(few.captured_queries)):
        as_evaluator.get(url, {"q": "eval"})
