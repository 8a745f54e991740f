"""The weather of an installation, run by `make soak`: what is killed, full, cut, late or crowded while people work.

Each test serves the program as an installation does (tests/served.py), on a copy of the database of the tests
(database.py), lets people save (people.py), and compares what was acknowledged with what is stored.
"""
