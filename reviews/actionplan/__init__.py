"""The action plan that follows from a review."""
