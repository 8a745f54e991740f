"""The geometry of charts, calculated from numbers. Pure: imports no Django."""


def units(value: float) -> str:
    """Return a number as SVG text: one decimal at most, with a decimal point in every language."""
    return f"{value:.1f}".removesuffix(".0")
