"""Search everything that a person may see: organisations, reviews, items, people, their own notes and the guide."""
