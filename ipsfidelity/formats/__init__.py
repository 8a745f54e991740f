"""Date formats where Django's own do not fit: its English is that of the United States."""
