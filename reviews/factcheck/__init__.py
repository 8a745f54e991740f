"""The service reads the draft report and checks its facts; the evaluators answer each remark."""
