"""Reports errors to a Sentry-compatible service. A report holds what the line of the log holds, without the person.

The reports are composed here from that line: the library only sends them. Its integrations, which read requests, local
variables and queries, are off. Imported only if SENTRY_DSN is set.
"""

import atexit
import json
import logging
from typing import Any

import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from sentry_sdk.utils import BadDsn

from ipsfidelity.installation import version
from ipsfidelity.logs import JsonFormatter

TAGS = ("request_id", "method", "route", "status")
REFUSED_BELOW = 500  # status


class SentryHandler(logging.Handler):
    """Sends each error that is logged, from a thread of its own, so that nobody waits for the service."""

    def __init__(self, dsn: str) -> None:
        """Raise ImproperlyConfigured if the DSN cannot be read."""
        super().__init__(logging.ERROR)
        self.setFormatter(JsonFormatter())
        try:
            self.client = sentry_sdk.Client(
                dsn,
                release=f"ipsfidelity@{version()}",
                server_name="",  # otherwise the name of the machine
                default_integrations=False,
                auto_enabling_integrations=False,
                include_local_variables=False,
                send_client_reports=False,
            )
        except BadDsn:
            raise ImproperlyConfigured("SENTRY_DSN cannot be read: expected https://key@host/number.") from None
        atexit.register(self.client.close)  # sends what is left, for at most two seconds

    def emit(self, record: logging.LogRecord) -> None:
        """Send a report, unless the request was refused: what strangers send is no fault."""
        if getattr(record, "status_code", REFUSED_BELOW) < REFUSED_BELOW:
            return
        try:
            self.client.capture_event(report_of(json.loads(self.format(record))))
        except Exception:  # noqa: BLE001  # as in every handler of logging: a report must not cause a failure
            self.handleError(record)


def report_of(line: dict[str, Any]) -> Any:
    """Return an event of Sentry from a line of the log."""
    return {
        "level": line["level"],
        "logger": line["logger"],
        "logentry": {"message": line["event"]},
        "tags": {name: str(line[name]) for name in TAGS if name in line},
        # The service expects the exception that was raised last at the end.
        "exception": {"values": [_exception(error) for error in reversed(line.get("exceptions", []))]},
    }


def _exception(error: dict[str, Any]) -> dict[str, Any]:
    module, _, name = error["class"].rpartition(".")
    value = " ".join(str(error[key]) for key in ("code", "constraint") if key in error)
    return {
        "type": name,
        "module": module,
        "value": value,
        "stacktrace": {"frames": [_frame(frame) for frame in error["frames"]]},
    }


def _frame(frame: str) -> dict[str, Any]:
    """Return a frame of Sentry. `frame` is "file:line function"."""
    file, _, rest = frame.rpartition(":")
    line, _, function = rest.partition(" ")
    return {"filename": file, "lineno": int(line), "function": function, "in_app": "site-packages" not in file}
