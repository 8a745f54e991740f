"""Define what is measured, as scales and interview guides, and compute scores from it."""
