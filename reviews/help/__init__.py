"""The user guide: short pages by role, the way from each page to its part, and the keys of each page."""
