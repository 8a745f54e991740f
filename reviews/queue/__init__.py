"""Work behind the requests: tasks are queued in the database and run by `manage.py work`."""
