"""What is due, for whom: the steps of a visit, the next reviews, the calendar feed, the reminders."""
