"""People who save without a pause, and the ledger of what the program has acknowledged to them."""

import json
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.urls import reverse

from reviews.models import User
from reviews.workflow import Role
from tests.builders import World, member
from tests.served import CSRF
from tests.soak.database import Database

ITEMS = 25
AGAIN = {429, 500, 502, 503, 504}  # what the page's script answers by sending the same change again
GIVE_UP = 60  # seconds without an answer after which a person is said to be shut out


@dataclass(frozen=True)
class Answer:
    """A response, with the seconds that it took."""

    status: int
    content: bytes
    headers: dict[str, str]
    seconds: float


@dataclass(frozen=True)
class Request:
    """A request as it is sent, to one address of a site."""

    address: str
    path: str
    body: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Site:
    """Where people send their requests: addresses of servers, which they try in turn, or of a proxy."""

    addresses: tuple[str, ...]
    host: str = ""
    certificate: str = ""

    def send(self, method: str, path: str, body: str, headers: dict[str, str], attempt: int = 0) -> Answer:
        """Send a request to the address whose turn it is. Raises OSError or HTTPException without a whole answer."""
        address = urlsplit(self.addresses[attempt % len(self.addresses)])
        begun = time.perf_counter()
        if self.certificate:
            context = ssl.create_default_context(cafile=self.certificate)
            connection: HTTPConnection = HTTPSConnection(address.netloc, timeout=60, context=context)
        else:
            connection = HTTPConnection(address.netloc, timeout=60)
        about = {"Host": self.host, "Referer": f"https://{self.host}/"} if self.host else {}
        try:
            connection.request(method, path, body, headers | about)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        return Answer(response.status, content, dict(response.headers), time.perf_counter() - begun)


@dataclass
class Save:
    """A change of an item. `is_acknowledged` once the program has said that it is stored."""

    item: int
    text: str
    change: str
    is_acknowledged: bool = False


@dataclass
class Person:
    """An evaluator with a review of their own, whose items they save one after another."""

    user: User
    review: str
    cookie: str
    versions: Counter[int] = field(default_factory=Counter)
    saves: list[Save] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    refused: list[tuple[int, bytes]] = field(default_factory=list)
    shut_out: bool = False
    cut_off: int = 0  # connections that were accepted and ended without a whole answer

    def get(self, site: Site, path: str, attempt: int = 0) -> Answer:
        return site.send("GET", path, "", {"Cookie": self.cookie}, attempt)

    def save(
        self, site: Site, stopping: threading.Event | None = None, first: Callable[[Request], None] | None = None
    ) -> None:
        """Save the next item. Send the same change again until it is answered, as the page does.

        `first` is called with the request before it is sent.
        """
        number = len(self.saves) % ITEMS + 1
        save = Save(number, f"Lagring {len(self.saves)}", str(uuid4()))
        self.saves.append(save)
        form = {"evidence": save.text, "version": self.versions[number], "change": save.change}
        headers = {"Cookie": self.cookie, "X-CSRFToken": CSRF, "Accept": "application/json"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        path, begun = reverse("item", args=[self.review, number]), time.monotonic()
        if first:
            first(Request(site.addresses[0], path, urlencode(form), headers))
        attempt = 0
        while not (stopping and stopping.is_set() and attempt):
            try:
                answer = site.send("POST", path, urlencode(form), headers, attempt)
            except (OSError, HTTPException) as error:
                answer = None
                self.cut_off += not isinstance(error, ConnectionRefusedError)
            if answer and answer.status == 200:
                self.answers.append(answer)
                self.versions[number] = int(json.loads(answer.content)["fields"]["version"])
                save.is_acknowledged = True
                return
            if answer and answer.status not in AGAIN:
                self.refused.append((answer.status, answer.content[:300]))
                return
            if time.monotonic() - begun > GIVE_UP:
                self.shut_out = True
                return
            attempt += 1
            time.sleep(0.1)


def cookie_of(user: User) -> str:
    """Return the header Cookie of a person who is signed in."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"


def hire(world: World, count: int) -> list[Person]:
    """Return people of the network, each signed in and with a review of their own."""
    people = []
    for number in range(count):
        user = member(f"person{number}", Role.EVALUATOR, world.network)
        day = date(2026, 3, 1)
        review = world.plan_review(by=user, evaluators=[user, world.colleague], visit_start=day, visit_end=day)
        people.append(Person(user, str(review.code), cookie_of(user)))
    return people


@contextmanager
def saving(people: list[Person], site: Site, act: Callable[[Person], None] | None = None) -> Iterator[None]:
    """Let each person save (or `act`) again and again during the block. What is under way at its end is finished."""
    stopping = threading.Event()

    def work(person: Person) -> None:
        while not (stopping.is_set() or person.shut_out or person.refused):
            if act:
                act(person)
            else:
                person.save(site, stopping)

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join(GIVE_UP + 60)


def acknowledged(people: list[Person]) -> int:
    return sum(save.is_acknowledged for person in people for save in person.saves)


def progress(people: list[Person], more: int = 20, seconds: float = GIVE_UP) -> float:
    """Wait until `more` saves have been acknowledged; return how long that took."""
    begun, before = time.monotonic(), acknowledged(people)
    while acknowledged(people) < before + more:
        assert time.monotonic() - begun < seconds, (acknowledged(people) - before, faults(people))
        time.sleep(0.02)
    return time.monotonic() - begun


def faults(people: list[Person]) -> list[object]:
    """Return who was refused or shut out."""
    return [
        (person.user.username, person.shut_out, person.refused)
        for person in people
        if person.refused or person.shut_out
    ]


def compare(people: list[Person], database: Database) -> int:
    """Check that what was acknowledged is stored once, in the chain and in the row; return its number.

    A save that was sent and never answered may be stored or not.
    """
    assert faults(people) == [], faults(people)
    written = Counter(
        (
            str(code).replace("-", ""),
            item,
            (changes if isinstance(changes, dict) else json.loads(changes)).get("evidence", ["", ""])[1],
        )
        for code, item, changes in database.rows(
            "SELECT review.code, item_number, changes FROM reviews_reviewevent "
            "JOIN reviews_review review ON review.id = review_id WHERE change IS NOT NULL"
        )
    )
    stored = {
        (str(code).replace("-", ""), item): text
        for code, item, text in database.rows(
            "SELECT review.code, item_number, evidence FROM reviews_itemscore "
            "JOIN reviews_review review ON review.id = review_id"
        )
    }
    assert [save for save, times in written.items() if times > 1] == []
    for person in people:
        code = person.review.replace("-", "")
        last: dict[int, set[str]] = {}
        for save in person.saves:
            if save.is_acknowledged:
                assert written[code, save.item, save.text] == 1, f"lost: {person.user} {save}"
                last[save.item] = {save.text}
            else:
                last.setdefault(save.item, {""}).add(save.text)
        for item, texts in last.items():
            assert stored[code, item] in texts, f"replaced: {person.user} {item}"
    database.verify()
    return acknowledged(people)
