"""Load JSON documents as editions. Idempotent; never alters an edition in use."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from django.db import transaction

from scales.definition import Scale
from scales.document import DocumentFaults
from scales.models import Edition, GuideEdition, ScaleEdition
from scales.parsing import incomparabilities

Outcome = Literal["loaded", "altered", "unchanged"]
KINDS: dict[str, type[Edition]] = {"scale": ScaleEdition, "guide": GuideEdition}


class EditionInUse(Exception):
    """The document differs from an edition with the same slug that reviews refer to."""


def read(path: Path) -> Any:
    """Return the JSON of a file. Raise DocumentFaults if it cannot be read as JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DocumentFaults([f"document: cannot be read: {error}"]) from error


COPIED = ("instrument", "version", "language", "title")  # columns with what the document says


def checksum_of(document: Any) -> str:
    """Return the SHA-256 that identifies a document, independent of the order of its keys."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def load(document: Any) -> tuple[Edition, Outcome]:
    """Store a scale or a guide, and return its edition and the outcome.

    Raise DocumentFaults for a faulty document, and EditionInUse if the slug belongs to another document that is in use.
    """
    kind = document.get("kind") if isinstance(document, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise DocumentFaults([f"document.kind: must be one of {', '.join(KINDS)}, not {kind!r}"])
    model = KINDS[kind]
    definition = model.parse(document)
    if isinstance(definition, Scale):
        _check_other_editions(definition)
    checksum = checksum_of(document)
    stored = model.objects.select_for_update().filter(slug=definition.slug).first()
    if stored and stored.checksum == checksum:
        return stored, "unchanged"
    if stored and stored.is_used():
        raise EditionInUse(
            f"{definition.slug} is used by reviews and stays as it is: give the changed document a slug of its own."
        )
    fields = {name: getattr(definition, name) for name in COPIED}
    edition, created = model.objects.update_or_create(
        slug=definition.slug, defaults=fields | {"document": document, "checksum": checksum}
    )
    ScaleEdition.forget_families()
    return edition, "loaded" if created else "altered"


def _check_other_editions(scale: Scale) -> None:
    """Compare a scale with each stored edition that it names, or that names it. Raise DocumentFaults.

    An edition that is named and not stored is checked when it is loaded.
    """
    faults = []
    for edition in ScaleEdition.objects.exclude(slug=scale.slug).defer("document"):
        other = edition.scale
        if other.slug in scale.comparable_with or scale.slug in other.comparable_with:
            faults += [f"comparable_with: {fault}" for fault in incomparabilities(scale, other)]
        if other.slug in scale.replaces or scale.slug in other.replaces:
            faults += [f"replaces: {fault}" for fault in _faults_of_replacement(scale, other)]
    if faults:
        raise DocumentFaults(faults)


def _faults_of_replacement(scale: Scale, other: Scale) -> Iterator[str]:
    """Yield why neither of two editions can replace the other, so that no scale disappears from new reviews."""
    if (scale.instrument, scale.language) != (other.instrument, other.language):
        yield f"{scale.slug} and {other.slug} have different instruments or languages"
    if scale.slug in other.replaces and other.slug in scale.replaces:
        yield f"{scale.slug} and {other.slug} replace each other"
