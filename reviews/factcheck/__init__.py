"""The service reads the draft report and remarks on it; the evaluators answer before it becomes final."""
