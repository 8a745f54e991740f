"""Tell an outage of the database, which passes, from a fault of the program, which does not."""

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError

READ_ONLY = "25006"  # PostgreSQL: a server that only reads, for example a standby
NO_OUTAGE = "SQLITE_ERROR"  # SQLite: a statement that cannot work, for example on a missing table


def is_outage(error: BaseException | None) -> bool:
    """Return whether an exception, or one that led to it, says that the database cannot serve now.

    The database is locked, full, read-only, starting or stopping, or does not answer. Packages may raise exceptions of
    their own then, for example Django when it cannot store a session.
    """
    while error is not None:
        driver = error.__cause__
        match error:
            case OperationalError() if getattr(driver, "sqlite_errorname", "") != NO_OUTAGE:
                return True
            case InterfaceError():
                return True
            case InternalError() if getattr(driver, "pgcode", "") == READ_ONLY:
                return True
            case DatabaseError() if type(error) is DatabaseError and driver and not getattr(driver, "pgcode", ""):
                return True  # psycopg2: the connection ended in the middle of an answer
        error = error.__cause__ or error.__context__
    return False
