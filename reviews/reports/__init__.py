"""The report of a review as page, PDF and Word file, and the text that evaluators write for it."""
