"""Mail servers of tests, on real sockets: one that takes mails, and some that do not."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


def closed_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def smtp_at(port: int, timeout: float = 2, longest: float = 5) -> dict[str, Any]:
    """Return the setting MAILERS for a server on this machine."""
    options = {"host": "127.0.0.1", "port": port, "timeout": timeout, "longest": longest}
    return {"default": {"BACKEND": "ipsfidelity.smtp.EmailBackend", "OPTIONS": options}}


@dataclass
class MailServer:
    """A server that answers `replies` by the first word of a command, and keeps what it has taken.

    `drip` is the seconds between the bytes of its greeting. With `hang` it takes connections and says nothing. With
    `silent` it takes mails without saying so.
    """

    port: int = 0
    replies: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    silent: bool = False
    drip: float = 0
    mails: list[str] = field(default_factory=list)
    connections: int = 0

    def talk(self, client: socket.socket) -> None:
        """Hold one conversation."""
        self.connections += 1
        with client, client.makefile("rw", encoding="utf-8", newline="\r\n") as lines:
            if self.hang:
                client.recv(1)
                return
            for sign in "220 ready\r\n" if self.drip else ():
                client.send(sign.encode())
                time.sleep(self.drip)
            if not self.drip:
                _say(lines, "220 ready")
            while line := lines.readline():
                word = line.split()[0].upper()
                reply = self.replies.get(word, {"DATA": "354 go on", "QUIT": "221 bye"}.get(word, "250 ok"))
                _say(lines, reply)
                if word == "DATA" and reply.startswith("354"):
                    text = "".join(iter(lines.readline, ".\r\n"))
                    self.mails.append(text)
                    if self.silent:
                        client.recv(1)
                        return
                    _say(lines, self.replies.get("TEXT", "250 taken"))


@contextmanager
def mail_server(**behaviour: Any) -> Iterator[MailServer]:
    """Run a mail server for the block."""
    server = MailServer(**behaviour)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    client, _address = listening.accept()
                except OSError:
                    return  # the block has ended
                threading.Thread(target=_quietly, args=(server, client), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield server


def _quietly(server: MailServer, client: socket.socket) -> None:
    try:
        server.talk(client)
    except OSError:
        return  # the program cut the connection


def _say(lines: Any, reply: str) -> None:
    lines.write(f"{reply}\r\n")
    lines.flush()
