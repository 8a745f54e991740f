"""Compare independent ratings, agree on common scores and measure how far evaluators agree."""
