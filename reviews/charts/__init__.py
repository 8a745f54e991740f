"""Compute the geometry of charts: numbers in, coordinates out. Pure: imports no Django."""
