"""What is due: a network's timeline, a review's preparation, a person's dates, calendar and reminders."""
