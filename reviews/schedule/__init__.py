"""When things are due: next reviews, visits and their preparation, calendars, reminders."""
