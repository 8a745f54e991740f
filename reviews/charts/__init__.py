"""Pictures as geometry: numbers in, coordinates out. Pure; templates draw them as SVG, reports/ as images."""
