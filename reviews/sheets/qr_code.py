"""The QR code on a signed sheet: it leads to the public page that compares a file with what was signed.

The code holds the address of that page and nothing else. It is drawn as one path, so that the PDF has it as vectors and
the same sheet is the same file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import segno
from django.conf import settings
from django.urls import reverse

QUIET_ZONE = 4  # modules around the code, which the standard requires


@dataclass(frozen=True)
class QrCode:
    """A QR code with the `url` that it leads to. `path` is its SVG path in a square of `size` modules."""

    url: str
    size: str
    path: str


def qr_code_of(code: object) -> QrCode | None:
    """Return the QR code for the review with a code, None while the installation does not know its own address.

    A signed sheet stays as it is for ever, so that no address is better than one that may be wrong.
    """
    if not settings.PUBLIC_URL:
        return None
    url = settings.PUBLIC_URL + reverse("check_signed", args=[code])
    drawn = segno.make_qr(url, error="m")
    size = str(drawn.symbol_size(border=QUIET_ZONE)[0])
    return QrCode(url, size, "".join(_runs(drawn.matrix)))


def _runs(matrix: Iterable[bytearray]) -> Iterator[str]:
    """Yield a rectangle for each horizontal run of dark modules."""
    for y, row in enumerate(matrix, QUIET_ZONE):
        x = QUIET_ZONE
        for is_dark, run in groupby(row):
            width = len(list(run))
            if is_dark:
                yield f"M{x} {y}h{width}v1h-{width}z"
            x += width
