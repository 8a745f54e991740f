"""What a first visit to a page costs: the bytes that it loads into an empty cache, and how far its content moves.

Measured in a browser, on the program as `served` serves it with collected static files. What nginx does is done here: it
compresses pages, and sends headers.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import brotli
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page

from reviews.actionplan.services import ActionFields, add_action
from tests.builders import World
from tests.served import cookie_of

PHONE = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75, "is_mobile": True}
DESK = {"viewport": {"width": 1366, "height": 768}}
# Bytes of HTTP/2, as Chromium counted them behind nginx 1.22 with deploy/nginx.conf: 242 to 261 of a file, with 9 for
# each of its frames, and 719 to 801 of a page. Nginx does not shorten headers that it has sent before.
HEADERS, PAGE_HEADERS = 265, 800
SETTLED = 200  # milliseconds after the page has loaded its fonts and scripts
LEVEL, WINDOW = 5, 19  # `brotli_comp_level` of deploy/nginx.conf, and the window of 512 kB that nginx has by default
AHEAD = {"Fetch", "Ping"}  # pages that are fetched in advance are not what this page loads
# Adds up how far content moves, as a share of the window. It is 0 from the first paint on if nothing moves.
WATCH_SHIFTS = """window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(
    entry => { window.shift += entry.value; })).observe({ type: "layout-shift", buffered: true });"""
PAINTED = "performance.getEntriesByName('first-contentful-paint').length"


class Visit(NamedTuple):
    """Kilobytes over the network, and the largest layout shift on phone and desk."""

    kilobytes: float
    shift: float


def main_pages(world: World) -> dict[str, tuple[str, str]]:
    """Return the main pages as name: (header Cookie, path)."""
    final, scored, opened = world.final_review(3), world.score_review(4), world.consensus_review(4, 3)
    fields = ActionFields("Møte med NAV hver uke", "Teamleder", None)
    add_action(review=final, by=world.team_leader, code=uuid4(), item_number=5, fields=fields)
    network = [world.network.code]
    pages = {
        "sign in": ("nobody", reverse("account_login")),
        "home": ("evaluator", reverse("home")),
        "reviews": ("coordinator", reverse("reviews")),
        "organisation": ("team_leader", reverse("organisation", args=[world.organisation.code])),
        "overview": ("coordinator", reverse("overview")),
        "heat map": ("coordinator", reverse("heat_map")),
        "network": ("coordinator", reverse("network", args=network)),
        "account": ("evaluator", reverse("account")),
        "help, page": ("evaluator", reverse("help_page", args=["scoring"])),
        "scale": ("evaluator", reverse("scale", args=["ips-25-nb"])),
        "review": ("evaluator", reverse("review", args=[final.code])),
        "sheet": ("evaluator", reverse("sheet", args=[final.code])),
        "report": ("evaluator", reverse("report", args=[final.code])),
        "plan": ("team_leader", reverse("plan", args=[final.code])),
        "history": ("evaluator", reverse("history", args=[final.code])),
        "scoring": ("evaluator", reverse("item", args=[scored.code, 4])),
        "entry": ("evaluator", reverse("entry", args=[scored.code])),
        "consensus": ("evaluator", reverse("consensus", args=[opened.code])),
        "consensus, item": ("evaluator", reverse("agree", args=[opened.code, 4])),
    }
    return {
        name: (cookie_of(world, who) if who != "nobody" else "", path)  # a stranger has no cookie
        for name, (who, path) in pages.items()
    }


def collect_static_files(folder: Path) -> dict[str, str]:
    """Collect the static files as an installation does. Return the environment for a server that serves them."""
    variables = {"STATIC_ROOT": str(folder), "DJANGO_SETTINGS_MODULE": "ipsfidelity.settings"}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=os.environ | variables, check=True)
    return variables


def first_visits(browser: Browser, address: str, pages: dict[str, tuple[str, str]]) -> dict[str, Visit]:
    """Visit pages, given as name: (header Cookie, path), each with an empty cache and fonts that come late."""
    visits = {}
    for name, (cookie, path) in pages.items():
        phone, desk = (_visit(browser, address + path, cookie, window) for window in (PHONE, DESK))
        visits[name] = Visit(phone.kilobytes, max(phone.shift, desk.shift))
    return visits


def _visit(browser: Browser, url: str, cookie: str, window: dict[str, Any]) -> Visit:
    headers = {"Accept-Encoding": "br"} | ({"Cookie": cookie} if cookie else {})
    context = browser.new_context(locale="nb-NO", ignore_https_errors=True, extra_http_headers=headers, **window)
    try:
        page = context.new_page()
        page.add_init_script(WATCH_SHIFTS)
        network = _Network(page)
        answer = page.goto(url, wait_until="commit")
        assert answer, url
        assert answer.status == 200, f"{url}: {answer.status}"
        network.send_fonts_late()
        page.wait_for_load_state()
        page.wait_for_timeout(SETTLED)
        document = PAGE_HEADERS + len(brotli.compress(answer.body(), quality=LEVEL, lgwin=WINDOW))
        return Visit(round((document + network.bytes()) / 1000, 1), round(page.evaluate("window.shift"), 4))
    finally:
        context.close()


class _Network:
    """The answers to a page, and its requests for fonts, which are held back."""

    def __init__(self, page: Page) -> None:
        self.page, self.kinds, self.sizes, self.held = page, {}, {}, []
        self.session = page.context.new_cdp_session(page)
        self.session.on("Network.responseReceived", self._received)
        self.session.on("Network.dataReceived", self._more)
        self.session.on("Fetch.requestPaused", lambda event: self.held.append(event["requestId"]))
        self.session.send("Network.enable")
        self.session.send("Fetch.enable", {"patterns": [{"resourceType": "Font"}]})

    def _received(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def _more(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = self.sizes.get(event["requestId"], 0) + event["encodedDataLength"]

    def send_fonts_late(self) -> None:
        """Let the fonts come when the page has been painted without them."""
        for _attempt in range(100):
            self.page.wait_for_timeout(20)
            if self.page.evaluate(PAINTED):
                break
        self.page.wait_for_timeout(150)  # the browser waits for fonts for 100 ms
        for request in self.held:
            self.session.send("Fetch.continueRequest", {"requestId": request})
        self.session.send("Fetch.disable")

    def bytes(self) -> int:
        """Return the size of all answers but for the page itself and what it fetches in advance."""
        counted = [request for request, kind in self.kinds.items() if kind not in AHEAD | {"Document"}]
        return sum(HEADERS + self.sizes.get(request, 0) for request in counted)
