"""Past reviews from files: read, checked, shown, then imported."""
