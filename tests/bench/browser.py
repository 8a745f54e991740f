"""A signed-in person who sends requests straight to the WSGI application, without the overhead of a test client."""

import sys
from http.cookies import SimpleCookie
from io import BytesIO
from uuid import uuid4

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

APPLICATION = WSGIHandler()
TOKEN = "t" * 32


class Browser:
    """Sends requests with the cookie of a session, and keeps the cookies that it gets."""

    def __init__(self, session: str) -> None:
        self.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: TOKEN})

    def get(self, path: str) -> bytes:
        """Return the body of a page. Raises AssertionError unless the status is 200."""
        return self._send("GET", path, b"", "text/html")

    def save(self, path: str, version: int) -> bytes:
        """Save an item that has this version as its page does, with a score and a note that the version decides."""
        score = f"value={version % 5 + 1}&sources=INT&evidence=Et+notat+nummer+{version}"
        body = f"{score}&version={version}&change={uuid4()}"
        return self._send("POST", path, body.encode(), "application/json")

    def _send(self, method: str, path: str, body: bytes, accept: str) -> bytes:
        path, _question_mark, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookies.output(attrs=[], header="", sep=";").strip(),
            "HTTP_ACCEPT": accept,
            "HTTP_X_CSRFTOKEN": TOKEN,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        started: list[tuple[str, list[tuple[str, str]]]] = []
        answer = b"".join(APPLICATION(environ, lambda *start: started.append(start)))
        ((status, headers),) = started
        if not status.startswith("200"):
            raise AssertionError(f"{method} {path}: {status}: {answer[:300]!r}")
        for name, value in headers:
            if name == "Set-Cookie":
                self.cookies.load(value)
        return answer
