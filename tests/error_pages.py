"""Checks every page of the suite that tells an error: a person who cannot see it hears what is wrong, and where."""

from typing import Any

import lxml.html
from django.test import Client

TOLD = ("Feil: ", "Fel: ", "Virhe: ", "Error: ", "⟦Error:⟧ ")  # the last one in a language of brackets
REFUSED = (409, 422)


def faults_of(html: str) -> list[str]:
    """Return what a page with an error lacks."""
    page = lxml.html.document_fromstring(html)
    title = page.findtext(".//title")
    faults = [] if title.startswith(TOLD) else [f"the title does not begin with the error: {title}"]
    # The first element with this attribute gets the focus. On a page without a form, the heading tells what happened.
    focused = page.xpath("//*[@autofocus]")
    if not focused and page.xpath("//main//form[.//input[not(@type='hidden')] or .//textarea or .//select]"):
        faults.append("the message does not get the focus")
    elif focused and not focused[0].xpath("ancestor-or-self::*[@role='alert']"):
        faults.append("something else than the message gets the focus")
    targets = page.xpath("//*[@role='alert']//a/@href[starts-with(., '#')]")
    return faults + [f"no field has the id {target}" for target in targets if target[1:] not in page.xpath("//@id")]


class CheckingClient(Client):
    """A client that checks each page with an error."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        is_page = response.headers["Content-Type"].startswith("text/html")
        if response.status_code in REFUSED and is_page and not request["PATH_INFO"].startswith("/admin/"):
            faults = faults_of(response.content.decode())
            assert not faults, f"{response.status_code}: {', '.join(faults)}"
        return response
