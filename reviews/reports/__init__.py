"""The report of a review: one read model; the page, the PDF and the Word file all show it."""
