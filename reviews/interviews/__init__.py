"""Interviews: notes on what informants say, question by question, deleted some weeks after finalisation."""
