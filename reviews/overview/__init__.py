"""Lists of reviews and organisations, and how an organisation or a network develops."""
