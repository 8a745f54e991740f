"""Mark-up that a process keeps is what it would render now, for every reader and in any order of readers."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from reviews.components import list_form, rendered
from reviews.components.list_form import ListForm
from reviews.components.rendered import Parts, Rendered
from reviews.models import Review, User
from tests.builders import World

# A lazy text is compared as it is in the active language, which is part of the key.
VALUES = (str, int, bool, date, SafeString, Promise, NoneType)
VARYING = re.compile(r'value="[A-Za-z0-9]{64}"|data-session-left="\d+"')
PEOPLE = ("coordinator", "evaluator", "colleague", "team_leader", "stranger")


def forget() -> None:
    rendered._html.cache_clear()
    list_form._rendered.cache_clear()


def pages(world: World) -> list[str]:
    return [
        reverse("home"),
        reverse("reviews"),
        reverse("reviews") + "?status=final",
        reverse("organisations") + "?q=a",
        reverse("overview"),
        reverse("heat_map"),
        reverse("organisation", args=[world.organisation.code]),
        reverse("compare", args=[world.organisation.code]),
        reverse("network", args=[world.network.code]),
        *(reverse("history", args=[review.code]) for review in Review.objects.finished()),
    ]


def read(client: Client, url: str) -> str:
    """Return a page without what differs at each request: its token, and the time that the session has left."""
    return VARYING.sub("", client.get(url).content.decode())


@pytest.mark.django_db
def test_nobody_gets_what_was_kept_for_somebody_else(world: World) -> None:
    world.final_review(3)
    world.sign(world.hand_out(world.score_review(4)))
    world.score_review({1: 4}, organisation=world.sister)
    world.consensus_review(4, dict.fromkeys(range(1, 26), 4))
    world.plan_review()
    User.objects.filter(pk=world.colleague.pk).update(language="sv")
    clients = {who: world.client_of(who) for who in PEOPLE}
    asked = [(clients[who], url) for url in pages(world) for who in PEOPLE]
    alone = []
    for client, url in asked:
        forget()
        alone.append(read(client, url))
    for _ in range(2):
        assert [read(client, url) for client, url in reversed(asked)] == alone[::-1]
        assert [read(client, url) for client, url in asked] == alone


def leaves(kind: Any) -> Iterator[Any]:
    """Yield the types of the values in a field: those of the members of tuples and unions, and of dataclasses."""
    if get_origin(kind) in (tuple, Parts, UnionType):
        for member in get_args(kind):
            yield from leaves(member)
    elif is_dataclass(kind):
        assert kind.__dataclass_params__.frozen, kind
        hints = get_type_hints(kind)
        for field in fields(kind):
            yield from leaves(hints[field.name])
    elif kind is not Ellipsis:
        yield kind


def test_the_parts_hold_nothing_but_values() -> None:
    parts = Rendered.__subclasses__()
    assert len(parts) > 3
    for part in parts:
        assert is_dataclass(part)
        assert {kind for kind in leaves(part) if kind not in VALUES} == set(), part


class Colours(ListForm):
    """A form whose choices differ from reader to reader."""

    colour = forms.ChoiceField(label="Colour", required=False)
    shade = forms.CharField(required=False)
    choices: ClassVar = [("", "All"), ("r", "red")]

    def __init__(self, *args: Any, choices: Any = choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colour"].choices = choices


def test_a_form_is_rendered_once_for_each_state() -> None:
    forget()
    assert Colours({"shade": "x"}).html is Colours({"shade": "x"}).html
    with translation.override("sv"):
        assert Colours().html is not Colours({}).html
    offered = [
        [("", "All"), ("r", "red")],
        [("", "All"), ("r", "dark red")],
        [("", "All"), ("b", "red")],
        [("", "All"), ("Warm", [("r", "red")])],
    ]
    states = [Colours({"shade": shade}, choices=choices) for choices in offered for shade in ("", "None", "['x']", "x")]
    assert len({form.html for form in states}) == len(states)
    assert [form.html for form in states] == [
        Colours(form.data, choices=form.fields["colour"].choices).html for form in states
    ]


def test_a_parameter_that_is_no_field_makes_no_new_state() -> None:
    assert Colours({"shade": "x", "page": "7"}).state == Colours({"shade": "x"}).state


def test_a_form_with_errors_is_not_kept() -> None:
    forget()
    assert "invalid-feedback" in Colours({"colour": "unknown"}).html
    assert list_form._rendered.cache_info().currsize == 0
