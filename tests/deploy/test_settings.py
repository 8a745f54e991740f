"""Every setting is documented, and the example of an installation has no fault."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.deploy.site import DEPLOY, STATED, example_settings

ROOT = Path(settings.BASE_DIR)
CODE = "".join((ROOT / "ipsfidelity" / f"{name}.py").read_text() for name in ("settings", "databases", "owner"))
PAGE = (ROOT / "docs" / "operate" / "configure.md").read_text(encoding="utf-8")
EXAMPLE = (DEPLOY / "environment.example").read_text(encoding="utf-8")
READ = set(re.findall(r'(?:env\.\w+\(|\(env,)\s*"([A-Z_]+)"', CODE))
OF_GUNICORN = {"WEB_CONCURRENCY"}


def test_the_page_on_configuring_has_every_setting_and_no_other() -> None:
    rows = re.findall(r"(?m)^\| (`[A-Z_`, ]+`) \|", PAGE)
    named = set(re.findall("[A-Z_]+", " ".join(rows)))
    assert len(READ) > 20
    assert named == READ | OF_GUNICORN


def test_the_example_names_every_setting_and_no_other() -> None:
    written = re.findall(r"(?m)^#?([A-Z_]+)=", EXAMPLE)
    named = {name if name in READ else name.removesuffix("_FILE") for name in written}
    assert named == READ | OF_GUNICORN


def test_systemd_and_a_shell_read_the_example_alike() -> None:
    shell = f"set -a; . {DEPLOY / 'environment.example'}; env"
    printed = subprocess.run(["env", "-i", "sh", "-c", shell], capture_output=True, text=True, check=True).stdout
    read = dict(line.split("=", 1) for line in printed.splitlines())
    assert {name: read[name] for name in example_settings()} == example_settings()


def check(tmp_path: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    """Run the checks of a deployment with the settings of the example, some of them changed."""
    secrets = {
        "secret_key": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        "secrets_key": "second-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        "mail_password": "for-the-test-only",
    }
    for name, content in secrets.items():
        (tmp_path / name).write_text(content)
    example = {name: value.replace("/etc/ipsfidelity", str(tmp_path)) for name, value in example_settings().items()}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=example | changed, capture_output=True, text=True)


def test_the_example_lacks_only_what_the_owner_states(tmp_path: Path) -> None:
    assert "(ipsfidelity.W010) Missing on /accessibility/ and /privacy/" in check(tmp_path).stderr
    checked = check(tmp_path, **STATED)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("name", ["MAIL_FROM", "BEHIND_PROXY", "ALLOWED_HOSTS"])
def test_the_checks_miss_what_is_left_out_of_the_example(tmp_path: Path, name: str) -> None:
    assert check(tmp_path, **STATED | {name: ""}).returncode != 0
