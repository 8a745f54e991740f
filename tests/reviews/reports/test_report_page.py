"""The page of the report: its figures, the comparison with earlier reviews, and its own text."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import translation

from reviews.charts.trend import MOST_DRAWN
from reviews.conduct.changing_plans import change_plan, plan_version, review_plan
from reviews.conduct.correction import open_correction
from reviews.models import EventType, ReportText, Review, ReviewEvent
from reviews.reports.report import AgreementRow, Report, report_of
from reviews.schedule.next_review import next_due
from reviews.schedule.services import set_due
from reviews.workflow import Kind
from scales.loading import load
from tests.builders import SCALE, World, corrected, document_of, fresh, hold_interview, many_finals, rate, save, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]

ALL = range(1, 26)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def read(world: World, review: Review, who: str = "evaluator") -> Report:
    return world.client_of(who).get(reverse("report", args=[review.code])).context["report"]


def write(client: Client, review: Review, **fields: Any) -> Any:
    version = ReportText.objects.get(review=review).version
    sent = {"summary": "", "strengths": "", "version": version, "change": str(uuid4())} | fields
    return client.post(reverse("report_text", args=[review.code]), sent)


def earlier(world: World, scores: Any = 3, **fields: Any) -> Review:
    day = fields.pop("day", date(2025, 9, 1))
    return world.final_review(scores, visit_start=day, visit_end=day, **fields)


def test_a_text_that_is_refused_is_kept_with_the_reason_until_its_writer_decides(world: World) -> None:
    review, long = world.score_review(4), "x" * 6_001
    sent = {"summary": long, "strengths": "", "version": 0, "change": str(uuid4()), "go": "stay"}
    answer = world.client_of("evaluator").post(reverse("report_text", args=[review.code]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<strong>Ikke lagret. Teksten din er fortsatt her.</strong>" in page
    assert long in page
    assert "data-stopped" in page


def test_the_total_its_band_and_the_points_to_the_next_one(world: World) -> None:
    report = report_of(world.final_review(dict.fromkeys(ALL, 4) | {1: 3, 2: 3}))
    assert (report.total, report.band) == ("98", "tilfredsstillende kvalitet")
    assert (report.next_band, report.to_next) == ("god kvalitet", "2 points more")
    assert report.mean == "3.92"
    assert [(part.sum, part.max, part.mean) for part in report.sections] == [
        ("10", "15", "3.33"),
        ("32", "40", "4.00"),
        ("56", "70", "4.00"),
    ]


def test_the_best_band_has_no_next_band(world: World) -> None:
    report = report_of(world.final_review(5))
    assert (report.next_band, report.to_next) == ("", "The best quality band is reached.")


def test_every_item_is_shown_with_the_last_review_of_the_same_kind(world: World) -> None:
    earlier(world, 3)
    report = report_of(world.final_review(dict.fromkeys(ALL, 3) | {1: 5, 2: 2}))
    assert [(item.last, item.change.signed, item.change.words) for item in report.items[:3]] == [
        ("3", "+2", "2 points up"),
        ("3", "−1", "1 point down"),
        ("3", "±0", "unchanged"),
    ]
    assert (report.previous.total, report.change.signed) == (75, "+1")
    assert [bar.last for bar in report.picture.bars] == ["3"] * 25


def test_a_review_of_another_kind_is_not_compared_and_the_report_says_so(world: World) -> None:
    earlier(world, 3, kind=Kind.SELF)
    report = report_of(world.final_review(4))
    assert report.previous is None
    assert "self-assessment" in report.comparison_note
    assert "not compared" in report.comparison_note
    assert {item.change.signed for item in report.items} == {""}
    assert len(report.trend.series) == 2  # each kind has its own line


def test_a_review_by_another_edition_is_not_compared_and_left_out_of_the_picture(world: World) -> None:
    document = document_of(SCALE) | {"slug": "ips-25-old", "version": "1997"}
    earlier(world, 3, edition=load(document)[0])
    report = report_of(world.final_review(4))
    assert "another edition of the scale (1997)" in report.comparison_note
    assert "1 review by another edition of the scale is left out." in report.left_out
    assert [then.total for then in report.totals] == ["100"]


def test_a_superseded_review_counts_nowhere_and_its_report_says_so(world: World) -> None:
    day = date(2025, 9, 1)
    world.superseded_review(visit_start=day, visit_end=day, scores=2)
    report = report_of(world.final_review(4))
    assert [then.total for then in report.totals] == ["50", "100"]
    assert "1 review was replaced by a correction and is left out." in report.left_out


def test_a_later_review_is_not_in_an_earlier_report(world: World) -> None:
    old = earlier(world, 3)
    world.final_review(5)
    report = report_of(fresh(old))
    assert [then.total for then in report.totals] == ["75"]
    assert report.previous is None


def test_a_report_without_scores_says_so_and_shows_nothing_else(world: World) -> None:
    earlier(world, 3)
    report = report_of(world.plan_review())
    assert (report.total, report.to_next, report.change.signed, report.next_due) == ("", "", "", "")
    assert {item.last for item in report.items} == {""}
    assert {bar.score for bar in report.picture.bars} == {""}


def test_earlier_scores_are_shown_once_evaluators_have_scored(world: World) -> None:
    old = earlier(world, 3)
    review = world.score_review({1: 5})
    report = report_of(review)
    assert [item.last for item in report.items if item.last] == ["3"]  # next to the only item that has a score
    assert [bar.last for bar in report.picture.bars if bar.last] == ["3"]
    assert (report.previous, report.comparison_note, report.trend, report.totals) == (None, "", None, ())
    assert report.left_out == "Earlier totals stand here once every item has a score."
    for name in ("report", "report_pdf", "report_docx"):
        said = text_of(world.client_of("evaluator").get(reverse(name, args=[review.code])))
        assert "".join(old.visit.split()) not in "".join(said.split()), name
    save(review, world.evaluator, {n: {"value": 4} for n in ALL})
    assert report_of(fresh(review)).previous.total == 75


def test_a_replaced_review_shows_itself_and_not_its_correction(world: World) -> None:
    report = report_of(world.superseded_review())
    assert [then.total for then in report.totals] == ["100"]
    assert "This review was replaced by its correction." in report.left_out


def test_a_single_review_has_no_chart_and_a_draft_is_not_in_it(world: World) -> None:
    earlier(world, 3)
    draft = report_of(world.draft_review(4))
    assert [then.total for then in draft.totals] == ["75"]
    assert draft.left_out == "This review is not final, so it is not in the picture. One review is no development yet."


def test_nobody_reads_a_rating_in_the_report_while_each_rates_alone(world: World) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, 5, evidence="Bare min egen vurdering")
    for who in ("evaluator", "colleague", "coordinator"):
        for name in ("report", "report_pdf", "report_docx"):
            answer = world.client_of(who).get(reverse(name, args=[review.code]))
            assert "Bare min egen" not in text_of(answer)
    assert report_of(fresh(review)).total == ""


def test_strengths_are_the_items_with_the_highest_score_and_the_typed_text(world: World) -> None:
    review = world.score_review(dict.fromkeys(ALL, 3) | {7: 5})
    write(world.client_of("evaluator"), review, strengths="Godt samarbeid med NAV.")
    report = report_of(review)
    assert [item.number for item in report.strengths] == ["7"]
    assert report.strengths_text == "Godt samarbeid med NAV."


def test_informants_are_counted_by_role(world: World) -> None:
    from tests.builders import hold_interview

    review = world.plan_review()
    for label, role in (("A", "jobbspesialist"), ("B", "jobbspesialist"), ("C", "teamleder")):
        hold_interview(review, world.evaluator, label=label, informant_role=role)
    assert report_of(review).informants == ("jobbspesialist (2)", "teamleder (1)")


def test_agreement_is_shown_without_individual_ratings(world: World) -> None:
    review = world.agreed_review(dict.fromkeys(ALL, 4), dict.fromkeys(ALL, 4) | {1: 2, 2: 3})
    report = read(world, review)
    assert report.agreement == AgreementRow(exact="23 / 25", within_one="24 / 25", mean_distance="0,12")


def test_agreement_does_not_reveal_which_evaluator_scored_lower(world: World) -> None:
    high, low = dict.fromkeys(ALL, 4), dict.fromkeys(ALL, 4) | {1: 2, 2: 3}
    told = [report_of(world.agreed_review(*both)).agreement for both in ((high, low), (low, high))]
    assert told[0] == told[1]


def test_differences_in_both_directions_are_not_reported_as_agreement(world: World) -> None:
    first = dict.fromkeys(ALL, 3)
    report = report_of(world.agreed_review(first, first | {1: 5, 2: 1}))
    assert report.agreement is not None
    assert report.agreement.mean_distance == "0.16"


def test_the_report_of_a_correction_shows_informants_and_agreement_of_the_first_review(world: World) -> None:
    first = world.agreed_review(4, dict.fromkeys(ALL, 4) | {1: 2})
    hold_interview(first, world.evaluator, label="A", informant_role="jobbspesialist")
    world.hand_out(first)
    world.sign(first)
    report = report_of(corrected(fresh(first), world))
    assert report.informants == ("jobbspesialist (1)",)
    assert report.agreement is not None
    assert report.agreement.exact == "24 / 25"
    assert (
        report.corrects
        == "This is a correction of the review of 10–11 March 2026 (each evaluator rates alone, then consensus). "
        "Reason: Tallet gjaldt et annet team."
    )
    for name in ("report", "report_pdf", "report_docx"):
        answer = world.client_of("team_leader").get(reverse(name, args=[report.sheet.code]))
        assert "Detteerenrettelse" in "".join(text_of(answer).split()), name


def test_the_report_of_a_correction_that_moved_names_the_first_organisation(world: World) -> None:
    first = world.final_review(4)
    correction = open_correction(review=first, by=world.evaluator, reason="Feil organisasjon var valgt.")
    plan = replace(review_plan(correction), organisation=world.sister)
    change_plan(review=correction, by=world.evaluator, seen=plan_version(correction), plan=plan)
    sentence = report_of(fresh(correction)).corrects
    assert "10–11 March 2026, IPS Øyvær (" in sentence
    assert sentence.endswith("Reason: Feil organisasjon var valgt.")


def test_the_draft_of_a_correction_keeps_a_date_that_was_set_by_hand(world: World) -> None:
    final = world.final_review(3)
    given = {"seen": next_due(final), "on": date(2027, 3, 1), "reason": "Leder er i permisjon."}
    set_due(review=final, by=world.coordinator, **given)
    correction = open_correction(review=fresh(final), by=world.evaluator, reason="Tallet gjaldt et annet team.")
    assert report_of(correction).next_due == "1 March 2027"


def test_the_page_of_the_report_text_names_items_that_one_change_would_lift(world: World, scale: Any) -> None:
    item = next(item for item in scale.scale.items if item.checklist and not item.per_specialist)
    counts = item.rule.counts
    met = next(n for n in range(1, len(counts) - 1) if counts[n + 1] > counts[n])
    review = world.plan_review()
    seen = {"value": counts[met], "observation": {"met": list(range(1, met + 1))}}
    save(review, world.evaluator, {item.number: seen})
    url = reverse("report_text", args=[review.code])
    page = " ".join(world.client_of("evaluator").get(url).content.decode().split())
    assert 'også dette er oppfylt: <span lang="nb">' in page
    assert "(&#x27;" not in page


def test_a_replaced_report_says_so_on_paper_too_and_sends_nobody_to_its_plan(world: World) -> None:
    old = world.superseded_review()
    for name in ("report", "report_pdf", "report_docx"):
        said = "".join(text_of(world.client_of("team_leader").get(reverse(name, args=[old.code]))).split())
        assert "gjelderikkelenger" in said, name
        assert "Handlingsplanenfortsettermedrettelsen" in said, name
        assert "Detfinnesingenhandlingsplan" not in said, name


def test_the_next_review_is_due_in_half_a_year_below_100_and_in_a_year_from_100(world: World) -> None:
    low = report_of(world.final_review(dict.fromkeys(ALL, 4) | {1: 3}))
    high = report_of(world.final_review(4, organisation=world.sister))
    assert (low.next_due, high.next_due) == ("10 September 2026", "10 March 2027")


def observed(world: World, number: int, value: int, observation: dict[str, Any]) -> Report:
    review = world.plan_review()
    save(review, world.evaluator, {number: {"value": value, "observation": observation}})
    return report_of(fresh(review))


def test_an_item_that_misses_one_point_is_named_with_the_next_anchor(world: World, scale: Any) -> None:
    item = next(item for item in scale.scale.items if item.checklist and not item.per_specialist)
    counts = item.rule.counts
    met = next(n for n in range(1, len(counts) - 1) if counts[n + 1] > counts[n])
    report = observed(world, item.number, counts[met], {"met": list(range(1, met + 1))})
    near = report.near_misses[0]
    (step,) = near.steps
    assert (near.number, near.score, step.score) == (str(item.number), str(counts[met]), str(counts[met + 1]))
    assert step.anchor == item.anchor(counts[met + 1])
    assert len(step.changes) == len(counts) - 1 - met


def test_an_item_whose_score_departs_from_its_rule_is_not_called_near(world: World, scale: Any) -> None:
    item = next(item for item in scale.scale.items if item.checklist and not item.per_specialist)
    met = next(n for n in range(1, len(item.rule.counts) - 1) if item.rule.counts[n + 1] > item.rule.counts[n])
    report = observed(world, item.number, 1 if item.rule.counts[met] != 1 else 5, {"met": list(range(1, met + 1))})
    assert report.near_misses == ()


def test_evaluators_write_the_text_together_and_each_save_is_recorded(world: World) -> None:
    review = world.plan_review()
    assert write(world.client_of("evaluator"), review, summary="Et godt år.").status_code == 302
    assert write(world.client_of("colleague"), review, summary="Et svært godt år.").status_code == 302
    assert report_of(review).summary == "Et svært godt år."
    told = ReviewEvent.objects.filter(review=review, type=EventType.REPORT_WRITTEN).order_by("pk")
    assert [event.changes for event in told] == [
        {"summary": ["", "Et godt år."]},
        {"summary": ["Et godt år.", "Et svært godt år."]},
    ]


def test_a_text_sent_from_an_outdated_page_is_not_lost(world: World) -> None:
    review = world.plan_review()
    write(world.client_of("colleague"), review, summary="Andres tekst")
    answer = write(world.client_of("evaluator"), review, summary="Min tekst", version=0)
    assert answer.status_code == 409
    assert "Andres tekst" in answer.content.decode()
    assert "Min tekst" in answer.content.decode()
    assert ReportText.objects.get(review=review).summary == "Andres tekst"
    again = {"summary": "Begge deler", "strengths": "", "version": answer.context["version"], "change": str(uuid4())}
    assert world.client_of("evaluator").post(reverse("report_text", args=[review.code]), again).status_code == 302


def test_a_repeated_send_is_saved_once(world: World) -> None:
    review, change = world.plan_review(), str(uuid4())
    for _time in range(2):
        write(world.client_of("evaluator"), review, summary="Tekst", version=0, change=change)
    assert ReportText.objects.get(review=review).version == 1


@pytest.mark.parametrize(("text", "told"), [("x" * 5001, "5001"), ("Fødselsnummer 01010012356", "national identity")])
def test_a_text_that_cannot_be_saved_is_refused_in_words_and_kept(world: World, text: str, told: str) -> None:
    world.evaluator.language = "en"
    world.evaluator.save()
    review = world.plan_review()
    answer = write(world.client_of("evaluator"), review, summary=text)
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert ReportText.objects.get(review=review).summary == ""


def test_the_text_is_signed_with_the_review_and_stays(world: World) -> None:
    review = world.score_review(4)
    write(world.client_of("evaluator"), review, summary="Slik var det.")

    world.hand_out(review)
    world.sign(review)
    assert fresh(review).record.content["report"] == {"summary": "Slik var det.", "strengths": ""}
    assert write(world.client_of("evaluator"), review, summary="Annerledes").status_code == 409


def test_a_long_report_takes_as_many_queries_as_a_short_one(world: World, django_assert_max_num_queries: Any) -> None:
    for days in range(5):
        earlier(world, 3, day=date(2024, 1, 1) + timedelta(days=200 * days))
    review = world.final_review(4)
    with django_assert_max_num_queries(18):
        report_of(fresh(review))


def test_the_pdf_is_cached_until_something_changes(world: World) -> None:
    review, client = world.score_review(4), world.client_of("evaluator")
    url = reverse("report_pdf", args=[review.code])
    caches["documents"].clear()
    first = client.get(url).content
    assert client.get(url).content == first
    write(client, review, summary="Noe nytt")
    assert client.get(url).content != first


def test_a_report_shows_the_newest_totals_up_to_its_review_and_links_to_the_rest(world: World) -> None:
    first = earlier(world)
    many_finals(first, MOST_DRAWN)
    newest = earlier(world, 4, day=date(2025, 12, 1))
    page = world.client_of("evaluator").get(reverse("report", args=[newest.code]))
    report = page.context["report"]
    assert [row.is_this_review for row in report.totals] == [False] * (MOST_DRAWN - 1) + [True]
    assert report.left_out.startswith("De 24 nyeste ferdige vurderingene til og med denne er vist.")
    assert f'<a href="/reviews/?organisation={world.organisation.code}">' in page.content.decode()
    only = world.client_of("evaluator").get(reverse("report", args=[first.code]))
    assert len(only.context["report"].totals) == 1
    assert "/reviews/?organisation=" not in only.content.decode()
