"""Record what informants say, question by question, and delete it after the review is signed."""
