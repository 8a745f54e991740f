"""Past reviews from files: read, checked, shown, imported."""
