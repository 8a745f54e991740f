"""Invented scales of any size, with bands of their own."""

from collections.abc import Sequence
from typing import Any

from tests.scales.pocket import pocket_item, pocket_scale

IN_SECTION = 10


def built_scale(items: int, bands: Sequence[tuple[str, int]], **changes: Any) -> dict[str, Any]:
    """Return a valid document with this many items. `bands` are labels and lowest totals, the best band first."""
    highest = [5 * items, *(lowest - 1 for _label, lowest in bands)]
    numbers = range(1, items + 1)
    sections = [numbers[start : start + IN_SECTION] for start in range(0, items, IN_SECTION)]
    return pocket_scale(
        **{
            "slug": f"built-{items}",
            "instrument": f"built-{items}",
            "title": f"Scale of {items} items",
            "bands": [{"label": label, "min": lowest, "max": highest[i]} for i, (label, lowest) in enumerate(bands)],
            "sections": [
                {"name": f"Part {n}", "items": [pocket_item(number, i) for i, number in enumerate(part, 1)]}
                for n, part in enumerate(sections, 1)
            ],
        }
        | changes
    )


def with_months(document: dict[str, Any], *months: int) -> dict[str, Any]:
    """Return the document with the months to the next review of each band, the best band first."""
    bands = [band | {"months_to_next": count} for band, count in zip(document["bands"], months, strict=True)]
    return document | {"bands": bands}
