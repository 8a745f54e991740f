"""What the law wants to be stated: accessibility and privacy, filled from the settings and the rules in force."""
