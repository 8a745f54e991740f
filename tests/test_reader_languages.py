"""Dates, numbers, order and input are those of the reader's language, in each language of the interface."""

from datetime import date, time
from fractions import Fraction

import pytest
from django import forms
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, get_format, time_format
from django.utils.translation import gettext, gettext_lazy

from ipsfidelity.alphabets import OF_LANGUAGE, sort_key
from ipsfidelity.tables import CsvStyle
from reviews.conduct.observation_fields import AmountField
from reviews.imports.context import _months
from reviews.imports.days import Calendar, read_day
from reviews.mail import notify
from reviews.models import User
from reviews.wording import figure_words, visit_words
from tests.work import working

LANGUAGES = [code for code, _name in settings.LANGUAGES]
each_language = pytest.mark.parametrize("language", LANGUAGES)
DAY = date(2026, 11, 17)


@pytest.mark.parametrize(
    ("language", "long", "short", "month", "visit", "hour"),
    [
        ("nb", "17. november 2026", "17.11.2026", "november 2026", "17.–18. november", "14:05"),
        ("nn", "17. november 2026", "17.11.2026", "november 2026", "17.–18. november", "14:05"),
        ("sv", "17 november 2026", "2026-11-17", "november 2026", "17–18 november", "14:05"),
        ("fi", "17. marraskuuta 2026", "17.11.2026", "marraskuu 2026", "17.–18. marraskuuta", "14.05"),
        ("en", "17 November 2026", "17/11/2026", "November 2026", "17–18 November", "14:05"),
    ],
)
def test_days_and_times_are_written_as_in_the_language(
    language: str, long: str, short: str, month: str, visit: str, hour: str
) -> None:
    with translation.override(language):
        forms_of_day = ("DATE_FORMAT", "SHORT_DATE_FORMAT", "YEAR_MONTH_FORMAT")
        assert tuple(date_format(DAY, form) for form in forms_of_day) == (long, short, month)
        assert visit_words(DAY, date(2026, 11, 18), "MONTH_DAY_FORMAT") == visit
        assert time_format(time(14, 5), "TIME_FORMAT") == hour


@each_language
def test_weeks_begin_on_monday(language: str) -> None:
    with translation.override(language):
        assert get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize(("language", "decimal"), [(code, "." if code == "en" else ",") for code in LANGUAGES])
def test_numbers_have_the_decimal_sign_of_the_language_also_in_csv(language: str, decimal: str) -> None:
    with translation.override(language):
        assert figure_words(Fraction(7, 2)) == f"3{decimal}5"
        assert CsvStyle.of_reader().decimal == decimal


@each_language
@pytest.mark.parametrize("typed", ["78,5", "78.5", "78,5 %"])
def test_a_decimal_can_be_typed_with_either_sign(language: str, typed: str) -> None:
    with translation.override(language):
        assert str(AmountField("", None).clean(typed)) == "78.5"


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        *((code, "2026-11-07") for code in LANGUAGES),
        *((code, "7.11.2026") for code in ("nb", "nn", "sv", "fi")),
        *((code, "7/11/2026") for code in ("sv", "en")),
    ],
)
def test_a_day_can_be_typed_as_in_the_language(language: str, typed: str) -> None:
    with translation.override(language):
        assert forms.DateField().clean(typed) == date(2026, 11, 7)


@each_language
def test_a_day_is_never_read_with_the_month_first(language: str) -> None:
    with translation.override(language), pytest.raises(ValidationError):
        forms.DateField().clean("11/17/2026")


@pytest.mark.parametrize(
    "text", ["17. november 2026", "17 november 2026", "17. marraskuuta 2026", "17 November 2026", "17. nov. 2026"]
)
def test_a_month_of_any_language_is_read_in_an_imported_file(text: str) -> None:
    calendar = Calendar(earliest=date(1995, 1, 1), today=date(2026, 12, 1), months=dict(_months()))
    assert read_day(text, calendar).day == DAY


@pytest.mark.parametrize(
    ("languages", "ordered"),
    [
        (("nb", "nn"), ["Andby", "Zetterlund", "Ærfugl", "Ødegård", "Åsen"]),
        (("sv", "fi"), ["Andby", "Zetterlund", "Åsen", "Ärlund", "Öberg"]),
        (("en",), ["Andby", "Åsen", "Öberg", "Zetterlund"]),
    ],
)
def test_names_are_in_the_order_of_the_language(languages: tuple[str, ...], ordered: list[str]) -> None:
    for language in languages:
        assert sorted(set(ordered), key=lambda name: sort_key(name, OF_LANGUAGE[language].name)) == ordered


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "nb"),
        ("no", "nb"),
        ("nb-NO,nb;q=0.9,en;q=0.8", "nb"),
        ("nn-NO,nn;q=0.9,no;q=0.8,en;q=0.7", "nn"),
        ("sv-FI,sv;q=0.9", "sv"),
        ("fi", "fi"),
        ("en-US,en;q=0.9,nb;q=0.8", "en"),
        ("de-DE,de;q=0.9,fi;q=0.5,en;q=0.7", "en"),
        ("da, is;q=0.5", "nb"),
        ("*", "nb"),
        ("x" * 5_000, "nb"),
        ("fi;q=", "nb"),
    ],
)
@pytest.mark.django_db
def test_the_first_visit_is_in_the_language_that_the_browser_asks_for(asked: str, language: str) -> None:
    answer = Client().get(reverse("account_login"), headers={"accept-language": asked})
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.content.decode()
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.django_db
def test_a_choice_goes_before_what_the_browser_asks_for() -> None:
    client = Client(headers={"accept-language": "sv"})
    client.post(reverse("language"), {"language": "fi", "back": reverse("account_login")})
    assert client.get(reverse("account_login")).headers["Content-Language"] == "fi"


@pytest.mark.django_db
def test_one_mail_goes_to_each_person_in_their_language(settings: object) -> None:
    people = [
        User.objects.create_user(code, email=f"{code}@example.org", language=code, name=code) for code in LANGUAGES
    ]
    subject = gettext_lazy("Your account was opened")
    with working():
        notify(people, subject=subject, lines=[subject], path="/")
    subjects = {message.to[0]: message.subject for message in mail.outbox}
    for code in LANGUAGES:
        with translation.override(code):
            assert subjects[f"{code}@example.org"] == gettext("Your account was opened")
    assert len(set(subjects.values())) == len(LANGUAGES)
