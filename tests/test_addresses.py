"""Addresses of rows are those that Django reverses."""

from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from ipsfidelity.addresses import address


@pytest.mark.parametrize("name", ["review", "organisation", "plan", "sheet_pdf", "person"])
def test_an_address_is_what_django_reverses(name: str) -> None:
    for _ in range(2):
        codes = [uuid4(), uuid4()][: 2 if name == "person" else 1]
        assert address(name, *codes) == reverse(name, args=codes)


def test_it_follows_the_prefix_that_the_program_is_served_under() -> None:
    code = uuid4()
    plain = address("review", code)
    set_script_prefix("/ips/")
    try:
        assert address("review", code) == f"/ips{plain}"
    finally:
        set_script_prefix("/")
    assert address("review", code) == plain


def test_a_page_that_takes_another_number_of_codes_is_refused() -> None:
    with pytest.raises(NoReverseMatch):
        address("home", uuid4())
    with pytest.raises(NoReverseMatch):
        address("person", uuid4())


def test_a_code_and_a_number_are_in_their_places() -> None:
    for number in (1, 25, 9_874_001):
        code = uuid4()
        assert address("item", code, number) == reverse("item", args=[code, number])
    with pytest.raises(NoReverseMatch):
        address("item", 25, uuid4())
