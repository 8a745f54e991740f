"""A small invented scale with another size, other sections and other bands than the real one."""

from typing import Any


def pocket_scale(**changes: Any) -> dict[str, Any]:
    """Return a valid document with 3 items in 2 sections and a maximum of 15."""
    return {
        "kind": "scale",
        "slug": "pocket",
        "instrument": "pocket",
        "version": "1",
        "language": "en",
        "title": "Pocket scale",
        "instruction": "Choose one score for each item.",
        "rights": "Invented for the tests.",
        "sources": [{"code": "LOG", "name": "The log book."}, {"code": "ASK", "name": "Asking people."}],
        "bands": [
            {"label": "fine", "min": 12, "max": 15},
            {"label": "fair", "min": 7, "max": 11},
            {"label": "poor", "min": 3, "max": 6},
        ],
        "sections": [
            {"name": "Kitchen", "items": [pocket_item(1, 1), pocket_item(2, 2)]},
            {"name": "Garden", "items": [pocket_item(3, 1, sources=["ASK"])]},
        ],
        "corrections": [],
    } | changes


def pocket_item(number: int, section_number: int, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "section_number": section_number,
        "title": f"Pocket item {number}",
        "description": f"What item {number} is about.",
        "sources": ["LOG", "ASK"],
        "anchors": [{"score": score, "text": f"Anchor {score} of item {number}."} for score in range(1, 6)],
        "rule": {"type": "judgement"},
    } | changes


def pocket_guide(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "guide",
        "slug": "pocket-guide",
        "instrument": "pocket",
        "version": "1",
        "language": "en",
        "title": "Pocket questions",
        "role": "gardener",
        "rights": "Invented for the tests.",
        "criteria": [
            {"number": 1, "title": "Pots", "questions": [{"text": "Are there pots?", "also": [3]}]},
            {"number": 3, "title": "Peas", "note": "Ask outside.", "questions": [{"text": "Are there peas?"}]},
        ],
    } | changes


def leader_guide(**changes: Any) -> dict[str, Any]:
    """Return a guide to the real scale for another role, in English, without an opening question."""
    return {
        "kind": "guide",
        "slug": "leader-guide",
        "instrument": "ips-25",
        "version": "1",
        "language": "en",
        "title": "Questions to the team leader",
        "role": "team leader",
        "source": "ADM",
        "rights": "Invented for the tests.",
        "criteria": [
            {
                "number": 10,
                "title": "Focus",
                "note": "Ask for the plan.",
                "questions": [
                    {"text": "Who reads the figures?"},
                    {"text": "What did they change?", "condition": "If anybody reads them.", "also": [4]},
                ],
            },
            {"number": 4, "title": "Teams", "questions": [{"text": "How many teams?"}]},
        ],
    } | changes
