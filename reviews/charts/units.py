"""How the pictures write their coordinates."""


def units(value: float) -> str:
    """Return a number as SVG wants it: one decimal at most, a point whatever the language."""
    return f"{value:.1f}".removesuffix(".0")
