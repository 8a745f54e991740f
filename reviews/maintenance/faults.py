"""The exception of this room."""


class MaintenanceFault(Exception):
    """A task was refused or has failed. Its text says what happened, what is kept and what to do, for the operator."""
