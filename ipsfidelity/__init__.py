"""The installation: settings, URLs, languages, error responses, log and health checks."""
