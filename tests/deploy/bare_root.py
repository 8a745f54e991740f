"""A bare Debian, in which the steps of a Containerfile are run without a container engine. Needs root."""

import json
import os
import re
import shlex
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

PROJECT = Path(settings.BASE_DIR)
CERTIFICATES = "/etc/certificates-of-host.crt"  # in the root: a package of Debian writes the usual file again
BASES = PROJECT / "var" / "deploy"  # kept between runs; can be deleted at any time


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of this size in memory. Its content is lost afterwards."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@dataclass(frozen=True)
class Step:
    """An instruction of a Containerfile and the rest of its line."""

    word: str
    rest: str


def steps_of(stage: str) -> list[Step]:
    """Return the steps of a stage, the base first."""
    text = (PROJECT / "deploy" / "Containerfile").read_text(encoding="utf-8").replace("\\\n", "")
    (body,) = re.findall(rf"(?ms)^(FROM \S+) AS {stage}\n(.*?)(?=^FROM|\Z)", text)
    lines = [body[0], *(line for line in body[1].splitlines() if line and not line.startswith("#"))]
    return [Step(*line.split(" ", 1)) for line in lines]


def debian(release: str) -> Path:
    """Return a folder with a minimal Debian, which is made once."""
    base = BASES / release
    if not base.exists():
        unfinished = base.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        made = subprocess.run(
            ["debootstrap", "--variant=minbase", release, unfinished],
            capture_output=True,
            text=True,
            env=os.environ | {"PATH": "/usr/sbin:/sbin:" + os.environ["PATH"]},
        )
        assert made.returncode == 0, made.stdout[-2000:] + made.stderr
        unfinished.rename(base)
    return base


@dataclass
class BareRoot:
    """A root folder and what the steps have set so far."""

    root: Path
    user: str = "root"
    folder: str = "/"
    variables: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)
    registry: dict[str, str] = field(default_factory=dict)  # settings of the host

    def follow(self, step: Step) -> None:
        """Do what a container engine does for a step. Others than these do not occur."""
        match step.word:
            case "FROM":
                (release,) = re.findall(r"debian:(\w+)-slim$", step.rest)
                subprocess.run(["cp", "-a", f"{debian(release)}/.", self.root], check=True)
                self._take_network_of_host()
            case "RUN":
                done = self.run(["sh", "-c", step.rest])
                assert done.returncode == 0, step.rest + done.stdout[-2000:] + done.stderr[-2000:]
            case "COPY":
                self._copy(*step.rest.split(" "))
            case "WORKDIR":
                self.folder = step.rest
            case "ENV":
                self.variables |= dict(pair.split("=", 1) for pair in shlex.split(step.rest))
            case "USER":
                self.user = step.rest
            case "HEALTHCHECK":
                self.healthcheck = json.loads(step.rest.partition(" CMD ")[2])
            case "CMD":
                self.command = json.loads(step.rest)
            case _:
                raise ValueError(step)

    def run(self, command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the root, as the user, with the folder and the variables of the steps so far."""
        return subprocess.run(self.chrooted(command, **variables), capture_output=True, text=True)

    def chrooted(self, command: list[str], **variables: str) -> list[str]:
        """Return the command that runs `command` in the root, with /proc of its own mounts."""
        known = self.variables | self.registry | variables
        inner = ["env", "-i", *(f"{name}={value}" for name, value in known.items()), *command]
        outer = f'mount -t proc proc {self.root}/proc && exec chroot --userspec={self.user} {self.root} "$@"'
        inside = ["sh", "-c", f'cd {self.folder} && exec "$@"', "sh", *inner]
        return ["unshare", "--mount", "sh", "-c", outer, "sh", *inside]

    def _copy(self, source: str, target: str) -> None:
        """Copy the files of the project that are or would be committed."""
        assert source == "."
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=PROJECT,
            capture_output=True,
            check=True,
        )
        names = [name for name in listed.stdout.decode().split("\0") if name and (PROJECT / name).is_file()]
        for name in names:
            place = self.root / target.lstrip("/") / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, place)

    def _take_network_of_host(self) -> None:
        """Use the names and certificates of this machine, and its settings for package registries."""
        self.registry = {name: os.environ[name] for name in ("PIP_INDEX_URL",) if name in os.environ}
        self.registry["PIP_CERT"] = CERTIFICATES
        certificates = os.environ.get("PIP_CERT") or ssl.get_default_verify_paths().cafile
        for file, place in (("/etc/resolv.conf", "/etc/resolv.conf"), (certificates, CERTIFICATES)):
            copy = self.root / place.lstrip("/")
            copy.unlink(missing_ok=True)  # a link would lead to the file of this machine
            shutil.copy(file, copy)
