"""The site as an operator runs it: nginx with deploy/nginx.conf, in front of gunicorn with the command of its unit."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests
from django.conf import settings

from ipsfidelity.owner import PURPOSES

DEPLOY = Path(settings.BASE_DIR) / "deploy"
NGINX = shutil.which("nginx", path="/usr/sbin:" + os.environ["PATH"]) or "nginx"
HOST = "ips.example.org"
# What nginx.conf is included in, on Debian: here with everything below the folder of the test.
AROUND = """
include /etc/nginx/modules-enabled/*.conf;
daemon off;
worker_processes 1;
user root;
pid {folder}/nginx.pid;
error_log {folder}/main.log;
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def replace_all(text: str, replacements: dict[str, str]) -> str:
    """Replace every key, each of which must occur."""
    for old, new in replacements.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


# What only an owner can say, and what the example therefore leaves empty.
STATED = {
    "OWNER_NAME": "Fylket",
    "OWNER_COUNTRY": "NO",
    "CONTACT_EMAIL": "hjelp@example.org",
    "CONTACT_PHONE": "22 00 00 00",
    "ACCESSIBILITY_STATEMENT_URL": "https://uustatus.no/nb/erklaringer/publisert/1",
    "ACCESSIBILITY_STATUS": "not",
    "ACCESSIBILITY_ASSESSED": "2026-11-01",
    "ACCESSIBILITY_METHOD": "self",
    "DATA_PROTECTION_EMAIL": "pvo@example.org",
    "PRIVACY_GROUNDS": json.dumps(dict.fromkeys(PURPOSES, "GDPR art. 6.1 e")),
}


def example_settings() -> dict[str, str]:
    """Return the settings that deploy/environment.example sets."""
    lines = (DEPLOY / "environment.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def command_of(unit: str) -> list[str]:
    """Return the command of a systemd unit, with the program at its place here."""
    text = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8")
    (command,) = re.findall(r"(?m)^ExecStart=(.+)$", text)
    return shlex.split(command.replace("/opt/ipsfidelity/.venv/bin", str(Path(sys.executable).parent)))


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def make_certificate(folder: Path) -> None:
    """Make a self-signed certificate for the host of the example, and its key."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST},IP:127.0.0.1", "-days", "2"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, check=True, capture_output=True)


@dataclass
class Site:
    """The running site. `folder` holds its files and logs."""

    folder: Path
    https: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)
    behind: int = field(default_factory=free_port)

    def start(self) -> None:
        """Write the configuration and start both servers."""
        self.start_nginx()
        self.start_gunicorn()

    def start_nginx(self, *others: int) -> None:
        """Write the configuration and start nginx, in front of the program at `behind` and at these other ports."""
        make_certificate(self.folder)
        self._write_configuration(others)
        command = [NGINX, "-c", str(self.folder / "nginx.conf")]
        tried = subprocess.run([*command, "-t"], capture_output=True, text=True)
        assert tried.returncode == 0, tried.stderr
        with (self.folder / "nginx.log").open("w") as log:
            self.nginx = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until((self.folder / "nginx.pid").exists)

    def start_gunicorn(self) -> None:
        """Start the program with the command of its unit and the settings of the example.

        Wait as systemd does, for the message that it is ready (`Type=notify`).
        """
        command = command_of("ipsfidelity-server.service")
        command[command.index("--bind") + 1] = f"127.0.0.1:{self.behind}"
        place = self.folder / "notify"
        place.unlink(missing_ok=True)
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified,
            (self.folder / "gunicorn.log").open("a") as log,
        ):
            notified.bind(str(place))
            notified.settimeout(60)
            environment = self.environment() | {"NOTIFY_SOCKET": str(place)}
            self.gunicorn = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
            while b"READY=1" not in notified.recv(1024):
                pass

    def stop_gunicorn(self) -> None:
        self.gunicorn.send_signal(signal.SIGTERM)
        self.gunicorn.wait(timeout=40)

    def stop(self) -> None:
        self.stop_gunicorn()
        self.nginx.terminate()
        self.nginx.wait(timeout=20)

    def environment(self) -> dict[str, str]:
        """Return the settings of the example, with places and secrets of this test."""
        (self.folder / "secret_key").write_text("only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
        (self.folder / "secrets_key").write_text("second-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
        (self.folder / "mail_password").write_text("for-the-test-only")
        own = {
            "SECRET_KEY_FILE": str(self.folder / "secret_key"),
            "SECRETS_KEY_FILE": str(self.folder / "secrets_key"),
            "MAIL_PASSWORD_FILE": str(self.folder / "mail_password"),
            "DATABASE_URL": f"sqlite:///{self.folder}/db.sqlite3",
            "STATIC_ROOT": str(self.folder / "static"),
            "BACKUP_FOLDER": str(self.folder / "backups"),
            "METRICS_FOLDER": str(self.folder / "metrics"),
            "METRICS_TOKEN": "m3trics" * 5,
        }
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder)} | example_settings() | own

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=self.environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def request(self, method: str, path: str, **options: object) -> requests.Response:
        """Send a request through nginx, as to the host of the example. `headers` are added."""
        headers = {"Host": HOST} | dict(options.pop("headers", {}))  # type: ignore[call-overload]
        url = f"https://127.0.0.1:{self.https}{path}"
        certificate = str(self.folder / "fullchain.pem")
        return requests.request(
            method, url, headers=headers, verify=certificate, timeout=60, allow_redirects=False, **options
        )

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.request("GET", path, headers=headers)

    def logs(self) -> str:
        """Return all logs of nginx and gunicorn so far."""
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("*.log")))

    def _write_configuration(self, others: tuple[int, ...]) -> None:
        site = replace_all(
            (DEPLOY / "nginx.conf").read_text(encoding="utf-8"),
            {
                "listen [::]:": "# ",
                "listen 80": f"listen 127.0.0.1:{self.http}",
                "listen 443": f"listen 127.0.0.1:{self.https}",
                "127.0.0.1:8000;": "".join(
                    [f"127.0.0.1:{self.behind};", *(f" server 127.0.0.1:{port};" for port in others)]
                ),
                "/etc/ssl/ipsfidelity": str(self.folder),
                "/var/log/nginx": str(self.folder),
                "/srv/ipsfidelity": str(self.folder),
            },
        )
        (self.folder / "site.conf").write_text(site, encoding="utf-8")
        (self.folder / "nginx.conf").write_text(AROUND.format(folder=self.folder), encoding="utf-8")


def end(site: Site) -> None:
    """Stop what runs, also after a failure at the start."""
    for process in (getattr(site, "gunicorn", None), getattr(site, "nginx", None)):
        if process and process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=40)
