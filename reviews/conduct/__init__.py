"""Plan a review, score it, hand it out, sign it and correct it."""
