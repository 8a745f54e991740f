"""The log of the program: JSON lines on stdout, without user input and without secrets.

A request is logged with id, method, route, status and the user's code, never with its URL, which may contain a secret.
An exception is logged with class, frames, constraint and error code, never with its message, which may quote a person's
text. Messages of our own loggers are logged in full, those of other loggers as unformatted templates
(docs/decisions.md). Imported by the settings, so this module must not read them on import.
"""

import errno
import logging
import re
import sqlite3
import traceback
from http.client import responses
from typing import Any

from django.urls import Resolver404, resolve
from structlog.contextvars import merge_contextvars
from structlog.processors import JSONRenderer, TimeStamper
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict

OURS = frozenset({"ipsfidelity", "reviews", "scales"})
CONSTRAINT = re.compile(r"(?:CHECK|UNIQUE|NOT NULL) constraint failed: ([\w., ']+)")
DEEPEST = 60  # frames of one exception


def logging_settings(*, sentry_dsn: str) -> dict[str, Any]:
    """Return the value of settings.LOGGING outside the demo. With a DSN, errors are also reported to that service."""
    handlers: dict[str, Any] = {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "lines"},
    }
    if sentry_dsn:
        handlers["sentry"] = {"class": "ipsfidelity.fault_reports.SentryHandler", "dsn": sentry_dsn}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "ipsfidelity.logs.JsonFormatter"}},
        "handlers": handlers | {"nowhere": {"class": "logging.NullHandler"}},
        "root": {"handlers": list(handlers), "level": "WARNING"},
        "loggers": {
            "ipsfidelity.requests": {"level": "INFO"},
            "ipsfidelity.heads": {"level": "INFO"},
            "django": {"level": "WARNING", "propagate": True},
            "django.request": {"level": "ERROR"},  # a refusal is in the line of its request
            "gunicorn.error": {"level": "INFO", "propagate": True},
            "gunicorn.access": {"handlers": ["nowhere"], "propagate": False},  # URLs, some with a secret
        },
    }


class JsonFormatter(ProcessorFormatter):
    """Formats a log record as one line of JSON."""

    def __init__(self) -> None:
        super().__init__(
            foreign_pre_chain=[
                TimeStamper(fmt="iso", utc=True, key="timestamp"),
                add_log_level,
                add_logger_name,
                merge_contextvars,
                _replace_path,
                _choose_message,
                _add_exceptions,
            ],
            processors=[self.remove_processors_meta, JSONRenderer()],
            use_get_message=False,
            pass_foreign_args=True,
        )


def _replace_path(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Replace the path of the request with its URL pattern, or "" if none matches."""
    path = line.pop("path", "")
    if path and "route" not in line:  # refused before the URL was resolved
        try:
            line["route"] = resolve(path).route
        except Resolver404:
            line["route"] = ""
    return line


def _choose_message(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Set the message to a text that cannot contain user input."""
    record: logging.LogRecord = line["_record"]
    values = line.pop("positional_args")
    line.pop("stack_info", None)
    if status := getattr(record, "status_code", None):
        line.update(event=responses.get(status, ""), status=status)
        if (seconds := getattr(record, "seconds", None)) is not None:  # the line of a request
            line["seconds"] = seconds
    elif record.name.partition(".")[0] in OURS:
        line["event"] = str(record.msg) % values if values else str(record.msg)
    elif values:
        line["event"] = str(record.msg)
    else:  # without arguments, the message may have been formatted before
        line.update(event="(not repeated: see the place)", place=f"{record.pathname}:{record.lineno}")
    return line


def _add_exceptions(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Add the exception, followed by its causes and contexts."""
    info = line.pop("exc_info", None)
    if info and info[1]:
        line["exceptions"] = [_facts_of(error) for error in _chain_of(info[1])]
    return line


def _chain_of(error: BaseException) -> list[BaseException]:
    """Return an exception, its causes and contexts, and the members of exception groups, without repetitions."""
    chain, queue = {id(error): error}, [error]
    while queue:
        current = queue.pop(0)
        for linked in (current.__cause__, current.__context__, *getattr(current, "exceptions", ())):
            if linked is not None and id(linked) not in chain:
                chain[id(linked)] = linked
                queue.append(linked)
    return list(chain.values())


def _facts_of(error: BaseException) -> dict[str, Any]:
    """Return class, constraint, error code and frames of an exception. None of them contains user input."""
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    if isinstance(error, sqlite3.Error) and (match := CONSTRAINT.fullmatch(str(error))):
        constraint = match[1]
    code = getattr(error, "pgcode", None) or getattr(error, "sqlite_errorname", None)
    if isinstance(error, OSError):
        code = getattr(error, "smtp_code", None) or errno.errorcode.get(error.errno or 0)
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    facts = {"class": f"{type(error).__module__}.{type(error).__qualname__}", "constraint": constraint, "code": code}
    return {name: fact for name, fact in facts.items() if fact} | {"frames": frames[-DEEPEST:]}
