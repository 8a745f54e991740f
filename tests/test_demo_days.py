"""The dates of the demo, which are relative to the day on which it is loaded."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from babel.dates import format_date

from reviews.management.commands.load_demo import FOLDER
from reviews.management.demo_days import DEMO_DAY, TOKEN, moved

DOCUMENTS = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
REVIEWS = [review for document in DOCUMENTS for review in document.get("reviews", ())]
todays = pytest.mark.parametrize(
    "today",
    [DEMO_DAY + timedelta(days=days) for days in (0, 6, 7, 40, 100, 365)]
    + [date(2028, 2, 29), date(2030, 12, 31), date(2026, 1, 1)],
    ids=str,
)


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_of(part)


def day(review: dict[str, Any], name: str) -> date:
    return date.fromisoformat(review[name])


@todays
def test_days_keep_their_weekday_their_order_and_their_distance_from_today(today: date) -> None:
    for before, review in zip(REVIEWS, moved(REVIEWS, today), strict=True):
        names = ["period_start", "period_end", "visit_start", "visit_end", "finalised_on"]
        days = [day(review, name) for name in names if name in review]
        assert days == sorted(days)
        for name, now in zip([name for name in names if name in review], days, strict=True):
            assert now.weekday() == day(before, name).weekday()
            assert timedelta() <= (today - now) - (DEMO_DAY - day(before, name)) < timedelta(weeks=1)


@todays
def test_visits_are_past_or_future_as_the_reviews_require(today: date) -> None:
    ahead = []
    for review in moved(REVIEWS, today):
        assert (day(review, "visit_end") < today) == (review["status"] != "planned")
        if "plan" in review:
            signed = day(review, "finalised_on")
            ahead += [signed + timedelta(days=action["due"]) > today for action in review["plan"]["actions"]]
            notes = [note for action in review["plan"]["actions"] for note in action.get("notes", ())]
            assert all(signed + timedelta(days=note["after"]) < today for note in notes)
    assert any(ahead)
    assert not all(ahead)


@todays
def test_texts_name_the_days_and_months_of_their_review(today: date) -> None:
    for before, review in zip(REVIEWS, moved(REVIEWS, today), strict=True):
        for written, told in zip(texts_of(before), texts_of(review), strict=True):
            assert "{" not in told
            for token in TOKEN.findall(written):
                if token == before.get("period_end"):
                    assert format_date(day(review, "period_end"), "d. MMMM", locale="nb") in told
                elif before.get("period_start", "~")[:7] <= token <= before.get("period_end", "")[:7]:
                    assert any(re.search(rf"\b{month}\b", told) for month in months_of(review)), told


def months_of(review: dict[str, Any]) -> set[str]:
    first, last = day(review, "period_start"), day(review, "period_end")
    days = (first + timedelta(days=days) for days in range((last - first).days + 1))
    return {format_date(each, "MMMM", locale="nb") for each in days}


def test_months_that_follow_each_other_stay_two_months() -> None:
    for weeks in range(120):
        today = DEMO_DAY + timedelta(weeks=weeks)
        assert len(set(moved("{2023-04} {2023-05}", today).split())) == 2


def test_texts_name_no_fixed_dates() -> None:
    names = [format_date(date(2026, month, 1), "MMMM", locale="nb") for month in range(1, 13)]
    names += [
        "våren",
        "høsten",
        "sommeren",
        "vinteren",
        "i fjor",
        "før jul",
        "til jul",
        "påske",
        "nyttår",
        "årsskiftet",
    ]
    fixed = re.compile(rf"\b({'|'.join(names)}|20\d\d)\b")
    prose = [text for review in REVIEWS for text in texts_of(review) if " " in text]
    assert len(prose) > 400
    assert [text for text in prose if fixed.search(TOKEN.sub("", text))] == []


@pytest.mark.parametrize(
    "text", ["{2023-13}", "{2023}", "{31. oktober}", "{}", "{2023-02-30}", "per {2023-10", "2023-10}"]
)
def test_a_text_with_an_unknown_token_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"brace|neither"):
        moved({"evidence": text}, DEMO_DAY)
