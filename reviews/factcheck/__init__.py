"""The factual check of a draft report: remarks of the service, and the answers of the evaluators."""
