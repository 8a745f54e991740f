"""The report of a review as page, PDF and Word file with the evaluators' text, and a network's year as Word file."""
