"""The public page that compares a file with what was signed: yes or no, and nothing else."""

import hashlib
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from reviews.exports.formats import json_lines_of
from reviews.models import AccessEvent, Review
from reviews.records.chain import canonical
from reviews.sheets.archive import pdf_of
from reviews.sheets.verification import record_fingerprint, typed_fingerprint
from tests.builders import World, headers_of
from tests.import_files import import_one

pytestmark = pytest.mark.django_db
YES, NO = "alert-success", "alert-warning"


@pytest.fixture(autouse=True)
def _no_attempts_before() -> None:
    cache.clear()


@pytest.fixture
def signed(world: World) -> Review:
    return world.final_review(4)


def url_of(code: UUID) -> str:
    return reverse("check_signed", args=[code])


def check(code: UUID, client: Client | None = None, **sent: Any) -> HttpResponse:
    if isinstance(sent.get("file"), bytes):
        sent["file"] = SimpleUploadedFile("file", sent["file"])
    return (client or Client()).post(url_of(code), sent)


def answer(code: UUID, **sent: Any) -> str:
    page = check(code, **sent).content.decode()
    (found,) = [word for word in (YES, NO) if word in page]
    return found


def record_of(review: Review) -> bytes:
    """Return the record of a review as a coordinator exports it."""
    return b"".join(json_lines_of([review.pk]))


def test_the_signed_file_is_recognised_and_one_byte_more_is_not(signed: Review) -> None:
    pdf = pdf_of(signed)
    assert answer(signed.code, file=pdf) == YES
    assert answer(signed.code, file=pdf + b"\n") == NO
    assert answer(signed.code, file=pdf[:-1]) == NO
    assert answer(signed.code, file=b"") == NO


def test_a_file_is_compared_with_its_own_review_only(world: World, signed: Review) -> None:
    other = world.final_review(3)
    assert answer(other.code, file=pdf_of(signed)) == NO


def test_a_replaced_review_was_signed_all_the_same(world: World) -> None:
    old = world.superseded_review()
    assert answer(old.code, file=pdf_of(old)) == YES


def test_a_fingerprint_may_be_typed_with_spaces_and_capitals(signed: Review) -> None:
    for fingerprint in (signed.record.fingerprint, signed.record.sha256):
        for typed in (fingerprint, f"  {fingerprint}\n", f"{fingerprint[:32]} {fingerprint[32:]}", fingerprint.upper()):
            cache.clear()
            assert answer(signed.code, fingerprint=typed) == YES
    assert answer(signed.code, fingerprint="0" * 64) == NO


@pytest.mark.parametrize("typed", ["x" * 64, "0" * 63, "0" * 65, "٠" * 64, "0" * 201, "\0" * 64])
def test_what_cannot_be_a_fingerprint_is_refused(signed: Review, typed: str) -> None:
    assert check(signed.code, fingerprint=typed).status_code == 422


def test_nothing_and_both_are_refused(signed: Review) -> None:
    assert check(signed.code).status_code == 422
    assert check(signed.code, file=pdf_of(signed), fingerprint="0" * 64).status_code == 422


def test_the_exported_record_is_recognised_however_it_is_formatted(signed: Review) -> None:
    record = record_of(signed)
    content = json.loads(record)
    assert answer(signed.code, file=record) == YES
    assert answer(signed.code, file=json.dumps(content, indent=4).encode()) == YES
    assert answer(signed.code, file=canonical(signed.record.content)) == YES


def test_a_changed_record_is_not_recognised(signed: Review) -> None:
    content = json.loads(record_of(signed))
    for changed in (
        content | {"total": content["total"] + 1},
        content | {"note": "added"},
        {name: content[name] for name in content if name != "remarks"},
    ):
        assert answer(signed.code, file=json.dumps(changed).encode()) == NO


def test_a_record_that_says_something_twice_is_not_recognised(signed: Review) -> None:
    """Programs differ in which of two equal keys they read."""
    record = record_of(signed).decode().strip()
    assert answer(signed.code, file=('{"total": 125, ' + record[1:]).encode()) == NO


@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: json.dumps(text).encode()))
def test_no_file_breaks_the_comparison(data: bytes) -> None:
    assert record_fingerprint(data) == "" or len(record_fingerprint(data)) == 64


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' + b"9" * 5_000 + b"}",
        b'{"a": "\\ud800"}',
        b'{"a": 1e999, "b": NaN}',
        b"[1]",
        b"\xff\xfe{}",
    ],
)
def test_hostile_json_is_a_file_like_any_other(signed: Review, data: bytes) -> None:
    assert answer(signed.code, file=data) == NO


def test_an_imported_review_was_not_signed(world: World) -> None:
    """It has a record without a PDF, whose fingerprint is that of an empty file."""
    imported = import_one(world)
    assert answer(imported.code, file=b"") == NO
    assert answer(imported.code, fingerprint=imported.record.fingerprint) == NO
    assert answer(imported.code, file=record_of(imported)) == NO


def test_every_code_has_the_same_page_until_a_file_is_given(world: World, signed: Review) -> None:
    codes = [signed.code, world.draft_review(4).code, import_one(world).code, uuid4()]
    answers = [Client().get(url_of(code)) for code in codes]
    assert len({without_code(page, code) for page, code in zip(answers, codes, strict=True)}) == 1
    assert len({str(headers_of(page)) for page in answers}) == 1


def test_no_is_the_same_page_for_a_known_and_an_unknown_code(signed: Review) -> None:
    for sent in ({"file": b"x"}, {"fingerprint": "0" * 64}, {"file": b"{}"}):
        known, unknown = check(signed.code, **sent), check(missing := uuid4(), **sent)
        assert without_code(known, signed.code) == without_code(unknown, missing)


def without_code(page: HttpResponse, code: UUID) -> str:
    """Return a page without its address and the token of its form."""
    text = page.content.decode().replace(str(code), "")
    return "".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


def test_yes_says_nothing_of_the_review(world: World, signed: Review) -> None:
    page = check(signed.code, file=pdf_of(signed)).content.decode()
    told = (str(world.organisation), str(world.network), world.evaluator.name, "100", "2026", signed.record.fingerprint)
    assert [words for words in told if words in page.replace(str(signed.code), "")] == []


def test_nothing_is_written_for_a_visitor(signed: Review) -> None:
    before = AccessEvent.objects.count()
    client = Client()
    client.get(url_of(signed.code))
    check(signed.code, client, file=pdf_of(signed))
    assert AccessEvent.objects.count() == before
    assert set(client.cookies) == {"__Host-csrf"}


def test_search_engines_and_caches_keep_nothing(signed: Review) -> None:
    for page in (Client().get(url_of(signed.code)), check(signed.code, file=b"x"), check(signed.code)):
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in page.headers["Cache-Control"]


def test_an_address_may_compare_ten_times_a_minute(signed: Review) -> None:
    assert [check(signed.code, fingerprint="0" * 64).status_code for _ in range(11)] == [200] * 10 + [429]
    assert check(uuid4(), file=pdf_of(signed)).status_code == 429
    assert Client().get(url_of(signed.code)).status_code == 200
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert check(signed.code, other, fingerprint="0" * 64).status_code == 200


def test_a_file_that_is_too_large_is_refused_before_it_is_read(signed: Review) -> None:
    assert check(signed.code, file=b"x" * 1_100_000).status_code == 413


def test_a_form_of_another_site_is_refused(signed: Review) -> None:
    assert check(signed.code, Client(enforce_csrf_checks=True), fingerprint="0" * 64).status_code == 403


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("nb", "Ja: Dette er byte for byte"), ("sv", "Ja: detta är byte för byte"), ("en", "Yes: this is byte for byte")],
)
def test_the_answer_is_in_the_language_of_the_visitor(signed: Review, language: str, sentence: str) -> None:
    client = Client()
    client.post(reverse("language"), {"language": language, "back": "/"})
    assert sentence in check(signed.code, client, file=pdf_of(signed)).content.decode()


def test_somebody_without_a_required_second_factor_may_compare_too(world: World, signed: Review) -> None:
    world.coordinator.authenticator_set.all().delete()
    assert world.client_of("coordinator").get(url_of(signed.code)).status_code == 200


def test_no_log_line_names_the_file(signed: Review, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        check(signed.code, file=SimpleUploadedFile("Kari Nordmann.pdf", b"hemmelig"))
        check(signed.code, file=SimpleUploadedFile("Kari Nordmann.pdf", b"x"), fingerprint="nei")
    assert "Kari" not in caplog.text
    assert hashlib.sha256(b"hemmelig").hexdigest() not in caplog.text


@pytest.mark.parametrize("text", ["", "abc", "g" * 64])
def test_a_text_that_is_no_fingerprint_is_none(text: str) -> None:
    assert typed_fingerprint(text) == ""
