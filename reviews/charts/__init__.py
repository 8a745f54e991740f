"""Compute the geometry of charts: numbers in, coordinates out. Pure: imports no Django."""


def units(value: float) -> str:
    """Return a number as SVG wants it: at most one decimal, with a point in every language."""
    return f"{value:.1f}".removesuffix(".0")
