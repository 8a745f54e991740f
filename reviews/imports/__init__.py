"""Imports of past reviews from files: read, check, preview, import."""
