"""Search everything that a person may see: organisations, reviews, items, people and their own notes."""
