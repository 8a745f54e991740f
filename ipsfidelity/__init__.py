"""Set up the installation: settings, addresses, languages, errors, log and health."""
