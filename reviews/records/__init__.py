"""Keep the history of each review and the access log, and protect both from change."""
