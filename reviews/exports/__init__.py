"""What leaves the house and what comes in: exports of finished reviews, past reviews from a file."""
