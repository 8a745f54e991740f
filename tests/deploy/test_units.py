"""The systemd units are valid, hardened, and start commands that exist with settings that exist."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from tests.deploy.site import DEPLOY

UNITS = sorted(path.name for path in (DEPLOY / "systemd").glob("ipsfidelity-*.*") if path.is_file())
SERVICES = [name for name in UNITS if name.endswith(".service")]
SANDBOX = "ipsfidelity-.service.d/sandbox.conf"


def text_of(unit: str) -> str:
    return (DEPLOY / "systemd" / unit).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the units, whose program is the one that is tested."""
    folder = tmp_path_factory.mktemp("units")
    shutil.copytree(DEPLOY / "systemd", folder, dirs_exist_ok=True)
    for path in [*folder.glob("*.service"), folder / SANDBOX]:
        path.write_text(path.read_text().replace("/opt/ipsfidelity", str(settings.BASE_DIR)))
    return folder


def test_there_is_a_server_a_worker_a_nightly_backup_and_a_weekly_verification() -> None:
    assert UNITS == [
        "ipsfidelity-backup.service",
        "ipsfidelity-backup.timer",
        "ipsfidelity-server.service",
        "ipsfidelity-verify.service",
        "ipsfidelity-verify.timer",
        "ipsfidelity-worker.service",
    ]


def test_systemd_finds_no_fault_in_the_units(units: Path) -> None:
    command = ["systemd-analyze", "verify", "--man=no", *(str(units / name) for name in UNITS)]
    checked = subprocess.run(command, capture_output=True, text=True)
    faults = [line for line in checked.stderr.splitlines() if "ipsfidelity" in line]
    assert (checked.returncode, faults) == (0, [])


def test_systemd_finds_a_command_that_does_not_exist(units: Path, tmp_path: Path) -> None:
    """The test above can fail."""
    broken = tmp_path / "ipsfidelity-server.service"
    broken.write_text((units / broken.name).read_text().replace("/gunicorn ", "/unicorn "))
    checked = subprocess.run(["systemd-analyze", "verify", "--man=no", broken], capture_output=True, text=True)
    assert checked.returncode != 0


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_exposed_as_little_as_it_can(units: Path, service: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(units / service)]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout.splitlines()[-1]  # at most 2.0 of 10


def test_every_command_of_a_unit_exists() -> None:
    commands = re.findall(r"manage\.py (\w+)", "".join(map(text_of, SERVICES)))
    assert len(commands) == 3
    assert set(commands) <= set(get_commands())


def test_the_timers_have_valid_times() -> None:
    for name in UNITS:
        for time in re.findall(r"(?m)^OnCalendar=(.+)$", text_of(name)):
            subprocess.run(["systemd-analyze", "calendar", time], check=True, capture_output=True)


def test_the_folders_that_services_may_write_are_those_of_the_settings() -> None:
    example = (DEPLOY / "environment.example").read_text(encoding="utf-8")
    assert "BACKUP_FOLDER=/var/backups/ipsfidelity" in example
    assert "ReadWritePaths=/var/backups/ipsfidelity" in text_of("ipsfidelity-backup.service")
    assert "METRICS_FOLDER=/var/lib/ipsfidelity/" in example
    assert "StateDirectory=ipsfidelity\n" in text_of(SANDBOX)
