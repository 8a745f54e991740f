"""The service checks the facts of a draft report: remarks and their answers."""
