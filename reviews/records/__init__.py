"""The history of each review and the access log, and the triggers that protect both from change."""
