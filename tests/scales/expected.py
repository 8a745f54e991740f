"""The numbers and rules of the shipped instruments, written down by hand from the printed sources.

The sources of an item are listed as printed. The corrections of the documents are undone before the comparison.
"""

from collections.abc import Mapping
from dataclasses import replace

from scales.rules import Cap, CountRule, FewerThan, JudgementRule, Rule, ThresholdRule, ThresholdStep

SECTIONS = {1: range(1, 4), 2: range(4, 12), 3: range(12, 26)}
BANDS = {1: (115, 125), 2: (100, 114), 3: (74, 99), 4: (25, 73)}
SOURCES = ("ADM", "DOK", "INT", "OBS", "ITP")
PER_SPECIALIST = (17, 18, 24)

PRINTED_SOURCES = {
    1: "ADM, DOK, INT",
    2: "ADM, DOK INT",
    3: "ADM, DOK, INT, OBS",
    4: "ADM, DOK, INT, OBS",
    5: "ADM, DOK INT, OBS",
    6: "DOK, INT OBS, ITP",
    7: "ADM, INT, OBS",
    8: "ADM, INT, DOK, OBS",
    9: "DOK, INT OBS",
    10: "ADM, INT, OBS",
    11: "DOK, INT, OBS",
    12: "DOK, INT OBS, ITP",
    13: "DOK, INT OBS",
    14: "DOK, INT, OBS, ITP",
    15: "DOK, INT, OBS, ITP",
    16: "DOK, INT OBS, ITP",
    17: "DOK, INT",
    18: "DOK, INT, OBS",
    19: "DOK, INT, OBS, ITP",
    20: "DOK, INT, OBS, ITP",
    21: "DOK, INT, OBS, ITP",
    22: "DOK, ITP, OBS, ITP",
    23: "DOK, INT, OBS, ITP",
    24: "DOK, INT OBS",
    25: "ADM, DOK, INT, OBS",
}


def at_most(unit: str, *limits: int) -> ThresholdRule:
    return ThresholdRule("", unit, lower_is_better=True, steps=_steps(limits), otherwise=1)


def at_least(unit: str, *limits: int, otherwise: int = 1, open_at: int | None = None, **caps: int) -> ThresholdRule:
    left_open = () if open_at is None else (open_at,)
    return ThresholdRule("", unit, False, _steps(limits), otherwise, _caps(caps), open=left_open)


def _steps(limits: tuple[int, ...]) -> tuple[ThresholdStep, ...]:
    return tuple(ThresholdStep(5 - place, limit) for place, limit in enumerate(limits))


def _caps(caps: Mapping[str, int]) -> tuple[Cap, ...]:
    return tuple(Cap(code, "", at_most) for code, at_most in caps.items())


FIVE_POINTS = CountRule((1, 1, 2, 3, 4, 5))
CONTACTS = ThresholdRule(
    "",
    "contacts_per_week",
    lower_is_better=False,
    steps=(ThresholdStep(5, 6), ThresholdStep(4, 5), ThresholdStep(3, 4), ThresholdStep(2, 2)),
    otherwise=1,
    caps=(Cap("reviewed_monthly", "", 3), Cap("not_reviewed", "", 2), Cap("no_system", "", 2)),
    alternative=FewerThan(5, "", fewer_than=3, times=2),
    open=(3,),
)

# By item, without texts, which have digests.
RULES: dict[int, Rule] = {
    1: at_most("clients", 20, 25, 30, 40),
    2: at_least("percent", 96, 90, 75, 60),
    3: CountRule((1, 3, 3, 3, 3, 4, 5), ("",) * 6, _caps({"refers_on": 2, "only_refers": 1}), open=(0,)),
    4: at_least(
        "percent", 90, 75, 50, otherwise=2, three_or_more_teams=2, single_clinicians=2, independent_programme=1
    ),
    5: FIVE_POINTS,
    6: JudgementRule(),
    7: JudgementRule(),
    8: FIVE_POINTS,
    9: JudgementRule(),
    10: FIVE_POINTS,
    11: CountRule((1, 1, 2, 3, 4, 5), open=(0,)),
    12: JudgementRule(),
    13: CountRule((1, 2, 3, 4, 5)),
    14: JudgementRule(),
    15: at_most("days", 30, 60, 150, 270),
    16: at_least("percent", 90, 75, 50, 25, not_in_line_with_plans=3, not_told_of_several_jobs=4),
    17: CONTACTS,
    18: JudgementRule(),
    19: at_least("percent", 85, 70, 60, 50),
    20: at_least("percent", 85, 70, 60, 50),
    21: at_least("percent", 95, 85, 75, 65, open_at=64, fewer_than_ten_jobs=1),
    22: JudgementRule(),
    23: JudgementRule(),
    24: at_least("percent", 65, 50, 40, 30, open_at=30),
    25: CountRule((1, 1, 1, 2, 3, 4, 5)),
}

# The corrected edition has the same items. By slug: the editions that it names, the months to the next review after each
# band (half-yearly until the total is 100, then yearly), and all rules.
NAMED = {
    "ips-25-nb": {"comparable_with": (), "replaces": (), "months_to_next": (None,) * 4},
    "ips-25-nb-2026": {
        "comparable_with": ("ips-25-nb",),
        "replaces": ("ips-25-nb",),
        "months_to_next": (12, 12, 6, 6),
    },
}
REFERRALS = (Cap("refers_on", "", at_most=2, gives=2), Cap("only_refers", "", at_most=1, gives=1))
JOB_SEEKERS = FewerThan(5, "", fewer_than=3, times=2, exact=True, left_out_at_none=True)
RULES_BY_SLUG: dict[str, dict[int, Rule]] = {
    "ips-25-nb": RULES,
    "ips-25-nb-2026": RULES
    | {
        3: CountRule((1, 3, 3, 3, 3, 4, 5), ("",) * 6, REFERRALS, open=(0,)),
        17: replace(CONTACTS, alternative=JOB_SEEKERS),
    },
}

# The guide: how many questions each criterion has; for question "1.4" the second items and the components it serves.
QUESTIONS = {
    1: 4, 2: 2, 3: 4, 4: 4, 5: 8, 6: 4, 7: 7, 8: 8, 9: 8, 11: 2, 12: 5, 13: 5, 14: 6, 15: 3, 16: 6, 17: 5, 18: 3,
    19: 1, 21: 1, 22: 9, 23: 3, 24: 3, 25: 5,
}  # fmt: skip
LINKS = {"1.4": ((23,), ()), "5.2": ((7,), ()), "5.7": ((), (5,)), "25.5": ((23,), ())}
