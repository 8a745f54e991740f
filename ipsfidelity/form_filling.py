"""Fill a form of a finished page with values that were sent before. Knows no form class, no review and no person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html

UNFILLED = frozenset({"password", "file", "submit", "button", "image", "reset"})
CHOSEN = frozenset({"checkbox", "radio"})
OWN = "csrfmiddlewaretoken"  # a page has its own token
Values = Mapping[str, list[str]]


@dataclass
class _Filling:
    """The values that have not been put into a field yet, and the first text that has, by the id of its field."""

    left: dict[str, list[str]]
    first_id: str = ""
    placed: list[Any] = field(default_factory=list)

    def take(self, name: str) -> str | None:
        """Return the next value of fields with this name, or None if there is none."""
        values = self.left.get(name)
        return values.pop(0) if values else None


def fill(html: str, url: str, path: str, values: Values) -> tuple[Any, str, list[str]]:
    """Fill the form that the page at `url` sends to `path`, and open what hides its fields.

    Return the page, the id of the first text field that was filled in ("" if there is none), and the values for which
    the form has no field. If several are sent to `path`, the one with the most fields among `values` is taken, and of
    equal ones that in which most of these are typed.
    """
    page = lxml.html.document_fromstring(html)
    forms = [form for form in page.forms if _path_of(form, url) == path and form.get("method", "").lower() == "post"]
    filling = _Filling({name: list(sent) for name, sent in values.items() if name != OWN})
    if forms:
        form = max(forms, key=lambda form: [len(names & filling.left.keys()) for names in (_names(form), _typed(form))])
        for element in form.iter("input", "textarea", "select"):
            _fill_field(element, values, filling)
        for element in filling.placed:
            for fold in element.iterancestors("details"):
                fold.set("open", "")
    return page, filling.first_id, [value for sent in filling.left.values() for value in sent]


def insert_first(page: Any, html: str) -> None:
    """Put an element at the top of the main part of a page."""
    for main in page.iter("main"):
        main.insert(0, lxml.html.fragment_fromstring(html))
        return


def as_html(page: Any) -> str:
    """Return the page as a document."""
    return lxml.html.tostring(page, doctype="<!DOCTYPE html>", encoding="unicode")


def _path_of(form: Any, url: str) -> str:
    return urlsplit(urljoin(url, form.get("action") or "")).path


def _names(form: Any) -> set[str]:
    return {name for element in form.iter("input", "textarea", "select") if (name := element.get("name"))}


def _typed(form: Any) -> set[str]:
    """Return the names of the fields in which a person types."""
    fields = (element for element in form.iter("input", "textarea") if element.get("type") not in CHOSEN | {"hidden"})
    return {element.get("name") for element in fields}


def _fill_field(element: Any, values: Values, filling: _Filling) -> None:
    name, kind = element.get("name"), element.get("type", "text").lower()
    if not name or name == OWN or kind in UNFILLED:
        return
    if element.tag == "input" and kind in CHOSEN:
        _choose([element], "checked", values.get(name, ()), name, filling)
    elif element.tag == "select":
        _choose(element.iter("option"), "selected", values.get(name, ()), name, filling)
    elif (value := filling.take(name)) is not None:
        if element.tag == "textarea":
            element.text = f"\n{value}"  # a parser drops the first line feed
        else:
            element.set("value", value)
        if value and kind != "hidden":
            filling.placed.append(element)
            filling.first_id = filling.first_id or element.get("id", "")


def _choose(options: Iterable[Any], mark: str, chosen: Iterable[str], name: str, filling: _Filling) -> None:
    """Mark the options that were chosen, and no others."""
    chosen = set(chosen)
    for option in options:
        value = option.get("value")
        value = (option.text_content().strip() if option.tag == "option" else "on") if value is None else value
        if value not in chosen:
            option.attrib.pop(mark, None)
            continue
        option.set(mark, "")
        if value in filling.left.get(name, ()):
            filling.left[name].remove(value)
        if option.tag == "input":
            filling.placed.append(option)
