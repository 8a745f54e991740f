"""Templates of the program render as Django's own loader renders them, whatever was rendered before."""

from typing import Any

import pytest
from django.template import Context, Engine
from django.template.base import TextNode
from django.utils import translation

from ipsfidelity.template_loader import Constants

LIBRARIES = {"i18n": "django.templatetags.i18n", "static": "django.templatetags.static"}
PAGES = {
    "frame": '{% load i18n %}<h1>{% translate "Save" %}</h1>{% block main %}{% translate "Close" %}!{% endblock %}</p>',
    "page": '{% extends "frame" %}{% load i18n %}{% block main %}<b>{% translate "Help" %}</b>{{ name }}{% endblock %}',
    "sentence": '{% load i18n %}<p>{% translate "Save" %}</p> {% translate "Close" %} {{ name }}',
    "word": '{% load i18n %}<p>{% translate name %}</p>',
    "kept word": '{% load i18n %}<p>{% translate "Save" as word %}</p>{{ word }}',
    "filtered": '{% load i18n %}<p>{% translate "Save"|add:name %}</p>',
    "in context": '{% load i18n %}<p>{% translate "May" context name %}</p>',
    "block": "{% load i18n %}<p>{% blocktranslate trimmed %}\n Save\n {% endblocktranslate %}</p>{{ name }}",
    "block of": "{% load i18n %}<p>{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}</p>",
    "block counted": "{% load i18n %}<p>{% blocktranslate count n=name|length %}One{% plural %}Many{% endblocktranslate %}",
    "plain": "{% load i18n %}{% autoescape off %}<p>{% translate \"<Save>\" %}</p>{% endautoescape %}",
    "escaped": '{% load i18n %}<p>{% translate "<Save>" %}</p>',
    "either": '{% load i18n %}{% if name %}<i>{% translate "Save" %}</i>{% else %}<b>{% translate "Close" %}</b>{% endif %}',
    "each": '{% load i18n %}{% for sign in name %}<i>{% translate "Save" %}</i>{{ sign }}{% empty %}-{% endfor %}',
    "addresses": '{% load static %}<a href="{% url "home" %}">{% static "img/mark.svg" %}</a>',
    "address of": '<a href="{% url name %}">',
    "remark": "<p>{# nothing #}</p>{% comment %}{{ name }}{% endcomment %}<p></p>",
    "part": '{% load i18n %}{% partialdef one %}<i>{% translate "Save" %}</i>{{ name }}{% endpartialdef %}{% partial one %}',
}  # fmt: skip


def engine(loader: str) -> Engine:
    return Engine(libraries=LIBRARIES, loaders=[(loader, [("django.template.loaders.locmem.Loader", PAGES)])])


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_what_django_renders_in_any_order_of_people_and_languages(page: str) -> None:
    ours, django = engine("ipsfidelity.template_loader.Loader"), engine("django.template.loaders.cached.Loader")
    for language in ("nb", "sv", "en", "nb", "fi", "sv"):
        with translation.override(language):
            for name in ("home", "account", "<b>", "") if page != "address of" else ("home", "account"):
                context: dict[str, Any] = {"name": name}
                assert ours.get_template(page).render(Context(context)) == django.get_template(page).render(
                    Context(context)
                )


def test_constants_are_rendered_once_for_each_language() -> None:
    template = engine("ipsfidelity.template_loader.Loader").get_template("sentence")
    (constants, name) = template.nodelist
    assert isinstance(constants, Constants)
    assert not isinstance(name, TextNode | Constants)
    for language in ("nb", "sv", "nb"):
        with translation.override(language):
            template.render(Context({"name": language}))
    assert {language for language, _autoescape in constants.rendered} == {"nb", "sv"}
