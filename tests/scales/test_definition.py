"""A document is parsed completely, or refused with each fault and its place."""

from typing import Any

import pytest

from scales.document import DocumentFaults
from scales.parsing import parse_guide, parse_scale
from scales.rules import CountRule, JudgementRule, ThresholdRule
from tests.scales.pocket import pocket_guide, pocket_item, pocket_scale


def faults_of(**changes: Any) -> list[str]:
    with pytest.raises(DocumentFaults) as refused:
        parse_scale(pocket_scale(**changes))
    return list(refused.value.faults)


def item_faults(**changes: Any) -> list[str]:
    """Return the faults of a scale whose third item is changed."""
    sections = pocket_scale()["sections"]
    sections[1]["items"] = [pocket_item(3, 1) | changes]
    return faults_of(sections=sections)


def rule_faults(rule: dict[str, Any], **changes: Any) -> list[str]:
    return [fault.removeprefix("sections[1].items[0].rule") for fault in item_faults(rule=rule, **changes)]


def test_a_scale_of_another_size_is_a_scale() -> None:
    scale = parse_scale(pocket_scale())
    assert [item.number for item in scale.items] == [1, 2, 3]
    assert (scale.min, scale.max) == (3, 15)
    assert scale.section_of[3].name == "Garden"
    assert scale.by_number[2].anchor(4) == "Anchor 4 of item 2."
    assert scale.by_number[1].rule == JudgementRule()
    assert scale.sheet_title == "Pocket scale"


def test_all_faults_are_listed_at_once() -> None:
    faults = faults_of(title="", version=7, language="xx", colour="red")
    assert [fault.split(":")[0] for fault in faults] == ["title", "version", "language", "colour"]


@pytest.mark.parametrize("document", [None, [], "scale", 7, {}])
def test_anything_but_a_document_is_refused(document: Any) -> None:
    with pytest.raises(DocumentFaults):
        parse_scale(document)
    with pytest.raises(DocumentFaults):
        parse_guide(document)


def test_an_item_needs_five_anchors_from_1_to_5() -> None:
    four = pocket_item(3, 1)["anchors"][:4]
    assert item_faults(anchors=four) == ["sections[1].items[0].anchors: needs 5 anchors, not 4"]
    twice = [{"score": score, "text": "Text."} for score in (1, 2, 2, 4, 5)]
    assert item_faults(anchors=twice) == ["sections[1].items[0].anchors: must run from 1 to 5, not 1, 2, 2, 4, 5"]


def test_item_numbers_neither_repeat_nor_skip() -> None:
    sections = [{"name": "All", "items": [pocket_item(1, 1), pocket_item(1, 2), pocket_item(3, 3)]}]
    assert faults_of(sections=sections) == [
        "sections: repeats the item number 1",
        "sections: must number the items 1 to 3 without a gap",
    ]


def test_an_unknown_source_is_named() -> None:
    assert item_faults(sources=["LOG", "OBS"]) == ["sections[1].items[0].sources: names the unknown source 'OBS'"]


def test_sources_are_kept_in_the_order_of_the_scale() -> None:
    sections = [{"name": "All", "items": [pocket_item(n, n, sources=["ASK", "LOG"]) for n in (1, 2, 3)]}]
    assert parse_scale(pocket_scale(sections=sections)).by_number[1].sources == ("LOG", "ASK")


@pytest.mark.parametrize(
    ("bands", "fault"),
    [
        ([(12, 15), (7, 10), (3, 6)], "bands: 'b1' leaves a hole: it must end at 11, not 10"),
        ([(12, 15), (7, 12), (3, 6)], "bands: 'b1' overlaps: it must end at 11, not 12"),
        ([(12, 14), (7, 11), (3, 6)], "bands: 'b0' leaves a hole: it must end at 15, not 14"),
        ([(12, 15), (7, 11), (4, 6)], "bands: the lowest band must begin at 3, not 4"),
        ([(12, 15), (7, 11), (2, 6)], "bands: the lowest band must begin at 3, not 2"),
    ],
)
def test_bands_tile_the_range_of_totals(bands: list[tuple[int, int]], fault: str) -> None:
    documents = [{"label": f"b{i}", "min": low, "max": high} for i, (low, high) in enumerate(bands)]
    assert faults_of(bands=documents) == [fault]


def test_a_band_cannot_begin_above_its_end() -> None:
    bands = [{"label": "a", "min": 16, "max": 15}, {"label": "b", "min": 3, "max": 15}]
    assert faults_of(bands=bands) == ["bands: 'a' begins above its end"]


def test_two_bands_cannot_share_a_name() -> None:
    bands = [{"label": "a", "min": 7, "max": 15}, {"label": "a", "min": 3, "max": 6}]
    assert faults_of(bands=bands) == ["bands: repeats the label a"]


@pytest.mark.parametrize("text", ["", "  ", " lead", "trail ", "two  spaces", None, 3, "nul\0", "x" * 5001])
def test_a_text_is_neither_empty_nor_untidy_nor_too_long(text: Any) -> None:
    assert len(item_faults(description=text)) >= 1


@pytest.mark.parametrize("number", ["3", 3.0, True, None])
def test_a_number_is_a_whole_number(number: Any) -> None:
    assert item_faults(number=number)[0].startswith("sections[1].items[0].number: ")


@pytest.mark.parametrize("slug", ["a b", "ø", "Upper", "x" * 51, "a/b"])
def test_a_slug_is_valid_in_a_url(slug: str) -> None:
    assert faults_of(slug=slug) == ["slug: must be 1 to 50 small letters, digits and hyphens"]


def test_a_title_fits_its_column() -> None:
    assert faults_of(title="x" * 201) == ["title: is longer than 200 characters or holds a NUL character"]


def test_a_flag_is_true_or_false() -> None:
    for value in ("yes", 1, 0):
        assert item_faults(per_specialist=value) == ["sections[1].items[0].per_specialist: must be true or false"]


THRESHOLDS = {
    "type": "thresholds",
    "measure": "Share",
    "unit": "percent",
    "better": "higher",
    "steps": [
        {"score": 5, "limit": 90},
        {"score": 4, "limit": 80},
        {"score": 3, "limit": 50},
        {"score": 2, "limit": 20},
    ],
    "otherwise": 1,
}


def test_thresholds_are_read() -> None:
    sections = [{"name": "All", "items": [pocket_item(n, n, rule=THRESHOLDS) for n in (1, 2, 3)]}]
    rule = parse_scale(pocket_scale(sections=sections)).by_number[1].rule
    assert isinstance(rule, ThresholdRule)
    assert [(step.score, step.limit) for step in rule.steps] == [(5, 90), (4, 80), (3, 50), (2, 20)]
    assert not rule.lower_is_better


def test_a_rule_must_be_able_to_yield_every_score() -> None:
    short = THRESHOLDS | {"steps": THRESHOLDS["steps"][:3]}
    assert rule_faults(short) == [": can never yield 2"]


def test_a_cap_can_yield_the_score_that_the_steps_leave_out() -> None:
    capped = THRESHOLDS | {"steps": THRESHOLDS["steps"][:3], "caps": [{"code": "c", "text": "Is it?", "at_most": 2}]}
    sections = [{"name": "All", "items": [pocket_item(n, n, rule=capped) for n in (1, 2, 3)]}]
    assert parse_scale(pocket_scale(sections=sections)).by_number[1].rule.yields() == {1, 2, 3, 4, 5}


def test_thresholds_out_of_order_are_a_fault() -> None:
    steps = [dict(step) for step in THRESHOLDS["steps"]]
    steps[1]["limit"] = 95
    assert rule_faults(THRESHOLDS | {"steps": steps}) == [
        ".steps: has limits out of order: a later step could never be reached"
    ]


def test_lower_is_better_reverses_the_order() -> None:
    assert rule_faults(THRESHOLDS | {"better": "lower"}) == [
        ".steps: has limits out of order: a later step could never be reached"
    ]


def test_percentages_end_at_100() -> None:
    steps = [{"score": 5, "limit": 101}, *THRESHOLDS["steps"][1:]]
    assert rule_faults(THRESHOLDS | {"steps": steps}) == [".steps: has a limit outside 0 to 100 percent"]


def test_a_checklist_counts_every_number_of_parts() -> None:
    checklist = {"components": ["One.", "Two.", "Three.", "Four."]}
    counts = {"type": "checklist", "counts": [1, 2, 3, 4, 5]}
    sections = [{"name": "All", "items": [pocket_item(n, n, rule=counts, checklist=checklist) for n in (1, 2, 3)]}]
    rule = parse_scale(pocket_scale(sections=sections)).by_number[1].rule
    assert isinstance(rule, CountRule)
    assert rule_faults(counts, checklist={"components": ["One."]}) == [".counts: needs 2 scores, for 0 to 1 met, not 5"]
    falling = {"type": "checklist", "counts": [1, 3, 2, 4, 5]}
    assert rule_faults(falling, checklist=checklist) == [".counts: must not fall when more is met"]


def test_a_guide_routes_questions_to_second_items() -> None:
    guide = parse_guide(pocket_guide())
    assert [question.text for _, question in guide.questions_for(3)] == ["Are there peas?", "Are there pots?"]
    assert guide.questions_for(2) == ()


def test_every_note_of_a_guide_has_a_key_by_its_place() -> None:
    guide = parse_guide(pocket_guide(opening_question="Do you garden?"))
    assert guide.note_keys == ("0", "1.1", "3.1", "other")
    assert guide.by_key["3.1"].text == "Are there peas?"
    assert [question.key for _, question in guide.questions_for(3)] == ["3.1", "1.1"]
    assert (guide.keys_at(0), guide.keys_at(3)) == (("0", "other"), ("3.1",))


def test_an_interview_starts_with_the_opening_question_or_ends_with_further_remarks() -> None:
    assert parse_guide(pocket_guide(opening_question="Do you garden?")).steps == (0, 1, 3)
    assert parse_guide(pocket_guide()).steps == (1, 3, 0)
    assert parse_guide(pocket_guide()).note_keys == ("1.1", "3.1", "other")


def test_a_guide_lists_the_items_without_questions() -> None:
    assert parse_guide(pocket_guide()).silent_on((1, 2, 3)) == (2,)


def test_the_source_of_a_guide_may_be_left_out() -> None:
    assert (parse_guide(pocket_guide()).source, parse_guide(pocket_guide(source="ASK")).source) == ("", "ASK")


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_a_criterion_has_a_number_from_1_to_999(number: int) -> None:
    criteria = [{"number": number, "title": "Pots", "questions": [{"text": "Pots?"}]}]
    with pytest.raises(DocumentFaults, match="must be from 1 to 999"):
        parse_guide(pocket_guide(criteria=criteria))


def test_a_guide_cannot_repeat_a_criterion() -> None:
    criteria = [{"number": 1, "title": "Pots", "questions": [{"text": "Pots?"}]}] * 2
    with pytest.raises(DocumentFaults, match="criteria: repeats the number 1"):
        parse_guide(pocket_guide(criteria=criteria))


def correction(*places: str, corrected: str = "Pocket item 2") -> dict[str, Any]:
    told = {"where": "Kitchen 2, title", "printed": "Poket item 2", "corrected": corrected, "reason": "A misprint."}
    return told | {"places": list(places)}


def test_a_correction_names_the_texts_whose_words_it_changes() -> None:
    scale = parse_scale(pocket_scale(corrections=[correction("items/2/title", "items/2/sheet_title"), correction()]))
    assert [repair.places for repair in scale.corrections] == [("items/2/title", "items/2/sheet_title"), ()]


@pytest.mark.parametrize(
    ("place", "corrected", "fault"),
    [
        ("items/9/title", "Pocket item 2", "names the unknown place 'items/9/title'"),
        ("items/1/title", "Pocket item 2", "must find 'Pocket item 2' once at 'items/1/title'"),
        ("items/2/anchors/1", "o", "must find 'o' once at 'items/2/anchors/1'"),
    ],
)
def test_a_correction_that_was_not_made_where_it_says_so_is_refused(place: str, corrected: str, fault: str) -> None:
    assert faults_of(corrections=[correction(place, corrected=corrected)]) == [f"corrections[0].places: {fault}"]


def test_a_guide_is_corrected_by_place_as_a_scale_is() -> None:
    repairs = [correction("criteria/3/note", corrected="Ask"), correction("criteria/3/questions/2", corrected="peas")]
    with pytest.raises(DocumentFaults) as refused:
        parse_guide(pocket_guide(corrections=repairs))
    assert refused.value.faults == ("corrections[1].places: names the unknown place 'criteria/3/questions/2'",)


def test_a_scale_names_the_editions_it_is_comparable_with() -> None:
    assert parse_scale(pocket_scale()).comparable_with == ()
    assert parse_scale(pocket_scale(comparable_with=["pocket-0", "pocket-sv"])).comparable_with == (
        "pocket-0",
        "pocket-sv",
    )


@pytest.mark.parametrize(
    ("slugs", "fault"),
    [
        (["pocket"], "comparable_with: names the scale itself"),
        (["old", "old"], "comparable_with: repeats the slug old"),
        (["Old one"], "comparable_with[0]: must be 1 to 50 small letters, digits and hyphens"),
        ("old", "comparable_with: must be a list"),
    ],
)
def test_an_edition_is_named_once_by_the_slug_of_another(slugs: Any, fault: str) -> None:
    assert faults_of(comparable_with=slugs) == [fault]


def test_a_scale_names_the_editions_that_it_replaces() -> None:
    assert parse_scale(pocket_scale(replaces=["pocket-0"])).replaces == ("pocket-0",)
    assert faults_of(replaces=["pocket"]) == ["replaces: names the scale itself"]


def test_a_condition_gives_a_score_up_to_its_limit() -> None:
    def rule(**cap: Any) -> dict[str, Any]:
        caps = [{"code": "c", "text": "Is it so?", "at_most": 2} | cap]
        return {"type": "phases", "phases": ["a", "b", "c"], "counts": [1, 3, 4, 5], "caps": caps}

    assert rule_faults(rule(gives=3)) == [".caps[0].gives: must not be more than at_most"]
    assert rule_faults(rule(gives=0)) == [".caps[0].gives: must be a score from 1 to 5"]
    sections = pocket_scale()["sections"]
    sections[1]["items"] = [pocket_item(3, 1, rule=rule(gives=2))]
    assert parse_scale(pocket_scale(sections=sections)).by_number[3].rule.caps[0].gives == 2


def test_a_guide_fits_every_role_that_it_names_whatever_the_capitals() -> None:
    guide = parse_guide(pocket_guide(other_roles=["florist"]))
    assert guide.roles == ("gardener", "florist")
    assert [guide.fits(role) for role in ("Gardener, mornings", "FLORIST", "garden", "")] == [True, True, False, False]
    with pytest.raises(DocumentFaults, match=r"other_roles\[0\]: is longer than 100"):
        parse_guide(pocket_guide(other_roles=["x" * 101]))


def test_the_blank_guide_of_a_scale_has_a_note_for_each_item_and_one_besides() -> None:
    guide = parse_scale(pocket_scale()).blank_guide
    assert (guide.note_keys, guide.steps) == (("1", "2", "3", "other"), (1, 2, 3, 0))
    assert [guide.keys_at(step) for step in guide.steps] == [("1",), ("2",), ("3",), ("other",)]
