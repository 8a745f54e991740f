"""Uploads of own exports: what the program exported is stored for its preview, 1,000 reviews of one scale in each.

A row of such an upload has the cells of any other one, so that the same checks apply, and its `original`: what a table
of past reviews cannot say. A file with more reviews, or with reviews by several scales, becomes several uploads, which
are imported independently. A review that is here already is refused, so that no part can be imported twice.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from ipsfidelity.names import name_key
from ipsfidelity.privacy import identity_numbers
from reviews.conduct.observation_fields import form_fields, observation_data, observation_from
from reviews.imports import columns
from reviews.imports.context import candidates_by_key
from reviews.imports.own_exports import read_own_export
from reviews.imports.tables import MOST_ROWS, Oddity, excerpt, unreadable
from reviews.imports.uploads import delete_uploads
from reviews.models import Network, Upload, User
from reviews.models.scores import LONGEST_NOTE, LONGEST_REASON
from reviews.records.chain import digest
from reviews.sheets.verification import NOT_SIGNED
from reviews.typed_text import cleaned_note
from scales.definition import Item, Scale
from scales.models import ScaleEdition

LARGEST_EXPORT = 100_000_000  # bytes
LONGEST_NAME = 130  # characters, of the 150 that are stored: the rest is for the number of the part
MOST_LEFT, LONGEST_LEFT = 60, 200  # names of what is not read, and characters of one
PIECE = 1_000_000  # bytes
Content = Mapping[str, Any]


@dataclass
class _Part:
    """The reviews of one upload while a file is read. `superseded` reviews of the file are left out.

    `left` counts the reviews by what is not read of them (own_keys.py).
    """

    edition: ScaleEdition
    rows: list[list[Any]] = field(default_factory=list)
    originals: dict[str, Any] = field(default_factory=dict)
    superseded: int = 0
    left: Counter[str] = field(default_factory=Counter)


def store_own_export(
    *, network: Network, by: User, file_name: str, file: IO[bytes], at: datetime | None = None
) -> list[Upload]:
    """Store the reviews in an own export, and return the uploads, in the order of the file.

    Uploads of the same person and file are replaced. Raise UnreadableFile if the file is not as it was exported. The
    file is read review by review; at most MOST_ROWS of each scale are in memory.
    """
    at = at or timezone.now()
    given = {"network": network, "by": by, "at": at, "sha256": _sha256(file)}
    with transaction.atomic():
        delete_uploads(Upload.objects.expired(at))
        replaced = Upload.objects.filter(network=network, by=by, sha256=given["sha256"], imported_at__isnull=True)
        delete_uploads(replaced.exclude(pk__in=replaced.in_queue().values("pk")))
        keys = [
            Upload.objects.create(file_name=file_name, rows=_as_plain(part), row_count=len(part.rows), **given).pk
            for part in _parts(file, network)
        ]
        if not keys:
            raise unreadable("own_nothing")
        for number, key in enumerate(keys, start=1):
            if len(keys) > 1:
                name = f"{file_name[:LONGEST_NAME]} ({number}/{len(keys)})"
                Upload.objects.filter(pk=key).update(file_name=name)
    return list(Upload.objects.filter(pk__in=keys).defer("rows").select_related("network").order_by("pk"))


def _sha256(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file, and leave it at its beginning."""
    file.seek(0)
    digest_of_file = hashlib.sha256()
    while piece := file.read(PIECE):
        digest_of_file.update(piece)
    file.seek(0)
    return digest_of_file.hexdigest()


def _parts(file: IO[bytes], network: Network) -> Iterator[_Part]:
    editions = {edition.slug: edition for edition in ScaleEdition.objects.defer("document")}
    organisations, parts, superseded = candidates_by_key(network), dict[str, _Part](), 0
    for number, content, left in read_own_export(file):
        if not content["valid"]:
            superseded += 1
            continue
        edition = _edition(content, editions, number)
        if edition.slug in parts and len(parts[edition.slug].rows) == MOST_ROWS:
            yield parts.pop(edition.slug)
        part = parts.setdefault(edition.slug, _Part(edition))
        _add(part, number, content, organisations)
        part.left.update(_named(left))
    for part in parts.values():
        part.superseded, superseded = superseded, 0
        yield part


def _edition(content: Content, editions: Mapping[str, ScaleEdition], row: int) -> ScaleEdition:
    """Return the edition by which a review was scored. Raise UnreadableFile if it is not here, or is another here."""
    signed = content["scale"]
    edition = editions.get(signed["slug"])
    if edition is None:
        raise unreadable("own_no_edition", slug=signed["slug"])
    if signed.get("checksum", edition.checksum) != edition.checksum or signed["version"] != edition.version:
        raise unreadable("own_other_edition", slug=signed["slug"])
    if "checksum" in signed and digest(_as_signed(content)) != content["fingerprint"]:
        raise unreadable("own_altered", row=row)
    return edition


def _as_signed(content: Content) -> dict[str, Any]:
    added = NOT_SIGNED | {"original", "visit", "period", "specialists"}
    return {key: value for key, value in content.items() if key not in added}


def _add(part: _Part, number: int, content: Content, organisations: Mapping[str, Any]) -> None:
    scale, items = part.edition.scale, content["items"]
    labels = [each["label"] for each in content["specialists"]]
    texts = {name: cleaned_note(content.get("report", {}).get(name, "")) for name in ("summary", "strengths")}
    if any(len(text) > LONGEST_NOTE or identity_numbers(text) for text in texts.values()):
        raise unreadable("own_broken", row=number)
    if [item["number"] for item in items] != [item.number for item in scale.items]:
        raise unreadable("own_broken", row=number)
    cells = {column: _kept(text) for column, text in _cells(content, organisations) if text}
    part.rows.append([number, cells])
    part.originals[str(number)] = content["original"] | {
        "period": content["period"],
        "specialists": content["specialists"],
        "report": texts,
        "items": {str(item["number"]): _rest_of_item(item, scale, labels, number) for item in items},
    }


def _named(left: Iterable[str]) -> Iterator[str]:
    """Yield the names of what is not read, shortened and without national identity numbers."""
    yield from {"–" if identity_numbers(name[:LONGEST_LEFT]) else excerpt(name) for name in left}


def _kept(text: str) -> str | list[str]:
    """Return a cell as it is stored: without its text if that holds a national identity number."""
    return [Oddity.IDENTITY_NUMBER, ""] if identity_numbers(text) else text


def _cells(content: Content, organisations: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the cells of a review as a table of past reviews has them."""
    signed = content["review"]
    name, name_now = signed["organisation"], content.get("current", {}).get("organisation", "")
    is_renamed = name_key(name) not in organisations and name_key(name_now) in organisations
    yield columns.ORGANISATION, name_now if is_renamed else name
    yield columns.START, content["visit"][0]
    yield columns.END, content["visit"][1]
    yield columns.KIND, signed["kind"]
    yield columns.EVALUATORS, "; ".join(signed["evaluators"])
    yield columns.TOTAL, str(content["total"])
    for item in content["items"]:
        yield columns.score_column(item["number"]), str(item["score"])
        yield columns.note_column(item["number"]), item["evidence"]
        yield columns.recommendation_column(item["number"]), item["recommendation"]


def _rest_of_item(item: Content, scale: Scale, labels: Sequence[str], row: int) -> dict[str, Any]:
    """Return what a row has no cells for. Raise UnreadableFile if it cannot have been entered here."""
    reasons = {name: cleaned_note(item.get(name, "")) for name in ("departure", "decision")}
    too_long = any(len(text) > LONGEST_REASON or identity_numbers(text) for text in reasons.values())
    known = {source.code for source in scale.sources}
    if too_long or not known.issuperset(item["sources"]) or not _fits(item, scale.by_number[item["number"]], labels):
        raise unreadable("own_broken", row=row)
    return {"sources": item["sources"], "observation": item["observation"]} | reasons


def _fits(item: Content, asked: Item, labels: Sequence[str]) -> bool:
    """Return whether an observation is one that the form of the item makes."""
    observation = item["observation"]
    if not observation:
        return True
    try:
        form = forms.Form(MultiValueDict(observation_data(observation, asked, labels)))
    except (TypeError, AttributeError, ValueError):
        return False
    form.fields = form_fields(asked, labels)
    return form.is_valid() and observation_from(form.cleaned_data, asked, labels) == observation


def _as_plain(part: _Part) -> dict[str, Any]:
    return {
        "edition": part.edition.slug,
        "sheet": "",
        "sheets": 0,
        "rows": part.rows,
        "originals": part.originals,
        "superseded": part.superseded,
        "left": dict(part.left.most_common(MOST_LEFT)),
    }
