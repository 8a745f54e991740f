"""Pictures as geometry: numbers in, coordinates out. Pure; templates draw them as SVG, reports/ as images."""


def units(value: float) -> str:
    """Return a number as SVG wants it: one decimal at most, a point whatever the language."""
    return f"{value:.1f}".removesuffix(".0")
