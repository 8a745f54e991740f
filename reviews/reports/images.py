"""The charts of the report as PNG, for Word files. The geometry comes from reviews/charts; nothing is computed here.

Charts are drawn larger than needed and then reduced, because Pillow does not smooth edges by itself.
"""

import io
from collections.abc import Iterable
from functools import cached_property

from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw, ImageFont

from reviews.charts.bars import BarChart
from reviews.charts.trend import CORNERS, RADIUS, Trend

SHARP = 2  # pixels of the file for each unit of the geometry
SMOOTH = 2  # pixels drawn for each pixel of the file
REGULAR, SEMIBOLD = "SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf"
INK, SOFT, DARK, BAR = "#1d2629", "#55636a", "#08444a", "#0d5c63"
LAST, ZONE, GRID, FAINT = "#8a4b00", "#eef1f2", "#c3ccd0", "#d5dcdf"
LEGEND = 26  # units: height of the legend above the chart of totals


class _Canvas:
    """A white image. All lengths are in the units of the geometry."""

    def __init__(self, width: float, height: float) -> None:
        self.pixels = SHARP * SMOOTH
        self.image = Image.new("RGB", (round(width * self.pixels), round(height * self.pixels)), "#ffffff")
        self.fonts: dict[tuple[str, int], ImageFont.FreeTypeFont] = {}

    @cached_property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def box(self, x: float, y: float, width: float, height: float, *, fill: str, edge: str = "") -> None:
        if width:
            corners = self._pixels((x, y), (x + width, y + height))
            self.draw.rectangle(corners, fill=fill, outline=edge or None, width=self.pixels if edge else 0)

    def line(self, *points: tuple[float, float], fill: str, width: float = 1) -> None:
        self.draw.line(self._pixels(*points), fill=fill, width=round(width * self.pixels), joint="curve")

    def circle(self, x: float, y: float, radius: float, *, fill: str, edge: str = "", width: float = 0) -> None:
        corners = self._pixels((x - radius, y - radius), (x + radius, y + radius))
        self.draw.ellipse(corners, fill=fill, outline=edge or None, width=round(width * self.pixels))

    def shape(self, corners: Iterable[tuple[float, float]], fill: str) -> None:
        self.draw.polygon(self._pixels(*corners), fill=fill)

    def text(self, x: float, y: float, text: str, size: int, fill: str, *, face: str = REGULAR, at: str = "l") -> float:
        """Write a text on the baseline `y`, from `x` or, with `at="m"`, centred on it. Return the x of its end."""
        font = self._font(face, size)
        self.draw.text((x * self.pixels, y * self.pixels), text, font=font, fill=fill, anchor=f"{at}s")
        return x + font.getlength(text) / self.pixels

    def as_png(self) -> bytes:
        small = self.image.resize((self.image.width // SMOOTH, self.image.height // SMOOTH), Image.Resampling.BOX)
        out = io.BytesIO()
        # A palette of 64 colours looks the same and makes the file a third as large.
        small.quantize(64).save(out, "PNG", dpi=(96 * SHARP, 96 * SHARP))
        return out.getvalue()

    def _pixels(self, *points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * self.pixels, y * self.pixels) for x, y in points]

    def _font(self, face: str, size: int) -> ImageFont.FreeTypeFont:
        if (face, size) not in self.fonts:
            path = finders.find(f"source-sans/{face}")
            if not isinstance(path, str):
                raise ValueError(f"no static file source-sans/{face}")
            self.fonts[face, size] = ImageFont.truetype(path, size * self.pixels)
        return self.fonts[face, size]


def bars_png(picture: BarChart) -> bytes:
    """Return the bar chart of all items. Rings mark the scores of the previous review."""
    canvas = _Canvas(float(picture.width), float(picture.height))
    top, bottom, left = float(picture.top), float(picture.bottom), float(picture.left)
    for where, score in picture.ticks:
        canvas.line((float(where), top), (float(where), bottom), fill=FAINT)
        canvas.text(float(where), top - 5, score, 12, SOFT, at="m")
    for heading in picture.headings:
        canvas.text(0, float(heading.y), heading.name, 13, DARK, face=SEMIBOLD)
    for bar in picture.bars:
        middle = float(bar.middle)
        canvas.text(0, middle + 4, bar.label, 13, INK)
        canvas.box(left, float(bar.y), float(bar.width), float(picture.thick), fill=BAR)
        if bar.last:
            canvas.circle(float(bar.last_x), middle, 6.25, fill="#ffffff", edge=LAST, width=2.5)
        canvas.text(float(bar.score_x), middle + 4, bar.score or "–", 13, INK, face=SEMIBOLD)
    return canvas.as_png()


def trend_png(trend: Trend) -> bytes:
    """Return the line chart of totals over time: one line for each kind of review, with a legend above."""
    canvas = _Canvas(float(trend.width), float(trend.height) + LEGEND)
    left, bottom = float(trend.left), float(trend.bottom) + LEGEND
    for zone in trend.zones:
        canvas.box(left, float(zone.y) + LEGEND, float(zone.width), float(zone.height), fill=ZONE, edge="#ffffff")
        middle = float(zone.middle) + LEGEND + 4
        end = canvas.text(float(trend.label_x), middle, f"{zone.range} ", 14, SOFT)
        canvas.text(end, middle, zone.label, 14, INK)
    for tick in trend.ticks:
        canvas.line((float(tick.x), LEGEND + 8), (float(tick.x), bottom), fill=GRID)
        canvas.text(float(tick.x), bottom + 18, tick.label, 14, SOFT, at="l" if float(tick.x) <= left else "m")
    legend = left
    for series in trend.series:
        _draw_marker(canvas, series.marker, legend + 8, LEGEND / 2)
        legend = canvas.text(legend + 20, LEGEND / 2 + 5, series.kind_label, 14, INK) + 24
        points = [(float(point.x), float(point.y) + LEGEND) for point in series.points]
        if len(points) > 1:
            canvas.line(*points, fill=DARK, width=2)
        for point, (x, y) in zip(series.points, points, strict=True):
            _draw_marker(canvas, series.marker, x, y)
            if not point.is_crowded:
                canvas.text(x, float(point.label_y) + LEGEND, point.total, 14, INK, face=SEMIBOLD, at="m")
    return canvas.as_png()


def _draw_marker(canvas: _Canvas, marker: str, x: float, y: float) -> None:
    if marker in CORNERS:
        canvas.shape([(x + right, y + down) for right, down in CORNERS[marker]], DARK)
    else:
        canvas.circle(x, y, RADIUS, fill=DARK)
