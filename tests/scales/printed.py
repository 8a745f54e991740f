"""Differences between a shipped instrument and its printed source, place by place.

`digests.json` has a digest of each text instead of the text, because the wording belongs to its owners and is only in
the documents. "printed" has digests of the printed source with the page layout undone: lines joined, white space
collapsed, markup and numbering removed. "ours" has our own words, "repairs" the corrections by their stated places. No
digest of printed text was made from the documents themselves, so a new print needs its source. "editions" has the words
and corrections in which later editions of the same print differ.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from scales.definition import Guide, Scale, TextCorrection
from scales.document import DocumentFaults
from scales.parsing import parse_guide, parse_scale
from scales.places import Texts, texts_of_guide, texts_of_scale
from scales.rules import CountRule, Rule, ThresholdRule
from tests.scales import expected

DIGESTS = json.loads(Path(__file__).with_name("digests.json").read_text(encoding="utf-8"))


@cache
def digest_of(*texts: str) -> str:
    """Return 64 bits of SHA-256, enough to exclude accidental collisions."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def faults_of_scale(document: Any, slug: str = "ips-25-nb") -> list[str]:
    """Return the differences between a document and the printed Norwegian scale, each with its place.

    All editions with the slugs of `expected.NAMED` are transcriptions of the same print.
    """
    try:
        scale = parse_scale(document)
    except DocumentFaults as refused:
        return list(refused.faults)
    printed = as_printed(texts_of_scale(scale), scale.corrections)
    sources = {f"items/{number}/sources": digest_of(text) for number, text in expected.PRINTED_SOURCES.items()}
    own = DIGESTS["editions"].get(slug, {"ours": {}, "repairs": {}})
    digests = DIGESTS["scale"]["printed"] | DIGESTS["scale"]["ours"] | own["ours"] | sources
    return [
        *_differing({place: digest_of(text) for place, text in printed.items()}, digests),
        *_repairs_differing(scale.corrections, DIGESTS["scale"]["repairs"] | own["repairs"]),
        *_differing(_facts_of_scale(scale), _expected_of_scale(slug)),
    ]


def faults_of_guide(document: Any) -> list[str]:
    """Return the differences between a document and the printed Swedish guide, each with its place."""
    try:
        guide = parse_guide(document)
    except DocumentFaults as refused:
        return list(refused.faults)
    printed = as_printed(texts_of_guide(guide), guide.corrections)
    digests = DIGESTS["guide"]["printed"] | DIGESTS["guide"]["ours"]
    return [
        *_differing({place: digest_of(text) for place, text in printed.items()}, digests),
        *_repairs_differing(guide.corrections, DIGESTS["guide"]["repairs"]),
        *_differing(_facts_of_guide(guide), _expected_of_guide()),
    ]


def as_printed(texts: Texts, corrections: tuple[TextCorrection, ...]) -> Texts:
    """Return the texts with all corrections undone."""
    undone = dict(texts)
    for correction in corrections:
        for place in correction.places:
            undone[place] = undone[place].replace(correction.corrected, correction.printed)
    return undone


def _repairs_differing(corrections: tuple[TextCorrection, ...], known: Mapping[str, str]) -> Iterator[str]:
    found = {each.where: digest_of(each.printed, each.corrected, each.reason, *each.places) for each in corrections}
    yield from _differing(found, known)
    if [each.where for each in corrections] != list(known):
        yield "corrections: are others, or stand in another order"


def _differing(found: Mapping[str, object], known: Mapping[str, object]) -> Iterator[str]:
    for place in found.keys() | known.keys():
        if found.get(place) != known.get(place):
            yield f"{place}: expected {known.get(place, 'nothing')}, found {found.get(place, 'nothing')}"


def _facts_of_scale(scale: Scale) -> dict[str, object]:
    facts: dict[str, object] = {"slug": scale.slug, "instrument": scale.instrument, "language": scale.language}
    facts |= {"comparable_with": scale.comparable_with, "replaces": scale.replaces}
    facts["months_to_next"] = tuple(band.months_to_next for band in scale.bands)
    facts["sources"] = tuple(source.code for source in scale.sources)
    facts |= {f"bands/{n}": (band.min, band.max) for n, band in enumerate(scale.bands, 1)}
    for n, section in enumerate(scale.sections, 1):
        facts[f"sections/{n}"] = [(item.number, item.section_number) for item in section.items]
    for item in scale.items:
        facts[f"items/{item.number}/rule"] = _without_texts(item.rule)
        facts[f"items/{item.number}/per_specialist"] = item.per_specialist
    return facts


@cache
def _expected_of_scale(slug: str) -> dict[str, object]:
    facts: dict[str, object] = {"slug": slug, "instrument": "ips-25", "language": "nb"} | expected.NAMED[slug]
    facts["sources"] = expected.SOURCES
    facts |= {f"bands/{n}": edges for n, edges in expected.BANDS.items()}
    for n, numbers in expected.SECTIONS.items():
        facts[f"sections/{n}"] = [(number, number - numbers.start + 1) for number in numbers]
    for number, rule in expected.RULES_BY_SLUG[slug].items():
        facts[f"items/{number}/rule"] = rule
        facts[f"items/{number}/per_specialist"] = number in expected.PER_SPECIALIST
    return facts


def _without_texts(rule: Rule) -> Rule:
    bare = replace(rule, note="")
    if isinstance(bare, CountRule | ThresholdRule):
        bare = replace(bare, caps=tuple(replace(cap, text="") for cap in bare.caps))
    if isinstance(bare, CountRule):
        return replace(bare, parts=tuple("" for _part in bare.parts))
    if isinstance(bare, ThresholdRule):
        return replace(bare, measure="", alternative=bare.alternative and replace(bare.alternative, measure=""))
    return bare


def _facts_of_guide(guide: Guide) -> dict[str, object]:
    facts: dict[str, object] = {"slug": guide.slug, "instrument": guide.instrument, "language": guide.language}
    facts |= {"source": guide.source, "criteria": [criterion.number for criterion in guide.criteria]}
    facts |= {f"criteria/{each.number}/questions": len(each.questions) for each in guide.criteria}
    return facts | {key: (q.also, q.components) for key, q in guide.by_key.items() if q.also or q.components}


@cache
def _expected_of_guide() -> dict[str, object]:
    facts: dict[str, object] = {"slug": "ips-25-specialist-sv", "instrument": "ips-25", "language": "sv"}
    facts |= {"source": "INT", "criteria": list(expected.QUESTIONS)}
    facts |= {f"criteria/{number}/questions": count for number, count in expected.QUESTIONS.items()}
    return facts | expected.LINKS
