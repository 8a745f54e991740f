"""What follows from a final review: when the next is due, the action plan, where each organisation stands."""
