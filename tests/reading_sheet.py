"""Write a sheet of sentences for a native reader: `make reading LANGUAGE=fi` (docs/translating.md).

The sentences are those that people of the demo meet on their way through its pages, each with the page that has it.
"""

import argparse
import re
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import django
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils.translation import trans_real

from tests.recorded_texts import RecordedLanguage, recorded

SENTENCES = 150
LEAST = 3  # words of a sentence
KINDS = 45  # kinds of pages that one person sees
OF_A_KIND = 2  # pages of one kind, for example of two reviews
PEOPLE = ("coordinator", "evaluator", "teamleader", "admin")
HEADER = ("No.", "Signed in as", "Address", "Page", "English", "Translation", "Better, if it is not good")
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)')
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
FILES = re.compile(r"\.\w+$|/admin/|/logout/")


class Sentence(NamedTuple):
    """A sentence and the page where it was met first. `person` is "" if nobody has to sign in for it."""

    person: str
    address: str
    heading: str
    english: str
    translation: str


def met_sentences(language: str) -> Iterator[list[Sentence]]:
    """Yield the sentences of each page of the demo that were on no page before, the longest first."""
    from reviews.models import User

    known: set[str] = set()
    with recorded(RecordedLanguage(language, trans_real.translation(language))) as texts:
        for person in ("", *PEOPLE):
            client = Client(headers={"host": "localhost", "accept-language": language})
            if person:
                User.objects.filter(username=person).update(language=language)
                client.force_login(User.objects.get(username=person), "reviews.people.sign_in.PasswordBackend")
            for address, page in pages(client, "/" if person else "/accounts/login/"):
                new = {english: said for (english, _context), said in texts.used.items() if english not in known}
                known |= new.keys()
                texts.used.clear()
                heading = re.sub(r"<[^>]+>|\s+", " ", "".join(HEADING.findall(page)[:1])).strip()
                met = [Sentence(person, address, heading, *texts) for texts in new.items() if is_sentence(texts[0])]
                yield sorted(met, key=lambda each: -len(each.english))


def pages(client: Client, start: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses and contents of the pages to which links lead, those nearest to the start first."""
    waiting, known, kinds = [start], {start}, dict[str, int]()
    while waiting and len(kinds) < KINDS:
        address = waiting.pop(0)
        try:
            kind = resolve(urlsplit(address).path).view_name
        except Resolver404:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = client.get(address) if kinds[kind] <= OF_A_KIND else None
        if answer is None or answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = answer.content.decode()
        yield address, page
        links = (urljoin(address, link.replace("&amp;", "&")) for link in LINK.findall(page))
        new = [link for link in dict.fromkeys(links) if link not in known and not FILES.search(urlsplit(link).path)]
        waiting += new
        known.update(new)


def is_sentence(text: str) -> bool:
    """Return whether a text has enough words to be judged."""
    return len(re.findall(r"[^\W\d_]{2,}", re.sub(r"%\(\w+\)s|<[^>]+>", "", text))) >= LEAST


def chosen(by_page: Iterable[list[Sentence]], most: int = SENTENCES) -> list[Sentence]:
    """Return sentences of as many pages as possible, in the order of the pages: one of each, then a second one."""
    order = [sentences for sentences in by_page if sentences]
    rounds = (each for of_round in zip_longest(*order) for each in of_round if each)
    picked = set(islice(rounds, most))
    return [sentence for sentences in order for sentence in sentences if sentence in picked]


def main() -> None:
    """Write the sheet of the given language into a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language")
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    django.setup()
    from ipsfidelity.tables import as_xlsx

    rows = [(number, *sentence, "") for number, sentence in enumerate(chosen(met_sentences(given.language)), start=1)]
    given.file.write_bytes(as_xlsx(HEADER, rows))
    print(f"{given.file}: {len(rows)} sentences of {len({row[2] for row in rows})} pages")


if __name__ == "__main__":
    main()
