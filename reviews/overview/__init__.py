"""Find reviews and organisations, and see how an organisation or a network develops."""
