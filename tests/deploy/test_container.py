"""The steps of the Containerfile make a program that starts without root and is ready, in a bare Debian."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.deploy.bare_root import BareRoot, small_disk, steps_of
from tests.deploy.site import DEPLOY, HOST, STATED, example_settings, free_port, make_certificate, replace_all

COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareRoot]:
    """Return the program's container, built from its steps, with the settings of the example and SQLite."""
    with small_disk(tmp_path_factory.mktemp("container") / "root", 1500) as root:  # in memory, which is faster
        container = BareRoot(root)
        for step in steps_of("program"):
            container.follow(step)
        secrets = container.root / "etc" / "ipsfidelity"
        secrets.mkdir()
        (secrets / "secret_key").write_text("only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
        (secrets / "secrets_key").write_text("second-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
        (secrets / "mail_password").write_text("for-the-test-only")
        container.variables |= example_settings() | {"DATABASE_URL": "sqlite:////var/lib/ipsfidelity/db.sqlite3"}
        yield container


@pytest.mark.timeout(600)
def test_the_steps_build_a_program_that_is_ready_without_root(container: BareRoot) -> None:
    assert container.user == "ipsfidelity"
    for command in COMPOSE["services"]["prepare"]["command"][2].split(" && "):
        prepared = container.run(command.split(" "))
        assert prepared.returncode == 0, prepared.stderr
    port = free_port()  # instead of 8000, which the machine may use
    script = container.root / "opt/ipsfidelity/deploy/healthcheck.py"
    script.write_text(script.read_text().replace(":8000", f":{port}"))
    command = [part.replace(":8000", f":{port}") for part in container.command]
    with subprocess.Popen(container.chrooted(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        for _attempt in range(60):
            health = container.run(container.healthcheck)
            if health.returncode == 0:
                break
            time.sleep(0.5)
        owner = Path(f"/proc/{server.pid}").stat().st_uid
        server.terminate()
    assert (health.returncode, health.stdout.splitlines()[0]) == (0, "ok"), health.stderr
    assert owner == 10001
    assert container.run(container.healthcheck).returncode == 1  # nobody answers any more


@pytest.mark.timeout(600)
def test_the_program_cannot_change_its_own_files(container: BareRoot) -> None:
    for place in (
        "/opt/ipsfidelity/manage.py",
        "/opt/ipsfidelity/.venv/bin/python",
        "/srv/ipsfidelity/static/css/app.css",
    ):
        assert container.run(["test", "-w", place]).returncode == 1, place
        assert container.run(["test", "-r", place]).returncode == 0, place


@pytest.mark.timeout(600)
def test_the_program_in_the_container_has_no_fault(container: BareRoot) -> None:
    command = ["python", "manage.py", "check", "--deploy", "--database", "default", "--fail-level", "WARNING"]
    checked = container.run(command, **STATED)
    assert checked.returncode == 0, checked.stderr
    assert container.run(["pg_dump", "--version"]).returncode == 0


@pytest.mark.timeout(600)
def test_the_script_runs_commands_with_the_settings_and_as_the_user_of_the_services(container: BareRoot) -> None:
    """`ips` of an installation without containers, which has the same places."""
    script = container.root / "opt/ipsfidelity/deploy/ips"
    settings = container.root / "etc/ipsfidelity"
    shutil.copy(DEPLOY / "environment.example", settings / "environment")
    (settings / "owner").write_text("DATABASE_URL=sqlite:////var/lib/ipsfidelity/owner.sqlite3\n")
    assert "DATABASE_URL=postgres" in (settings / "environment").read_text()
    host = replace(container, user="root", variables={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    made = host.run([f"/{script.relative_to(container.root)}", "--as-owner", "migrate", "--verbosity", "0"])
    assert made.returncode == 0, made.stderr
    assert (container.root / "var/lib/ipsfidelity/owner.sqlite3").stat().st_uid == 10001


@pytest.mark.timeout(600)
def test_the_steps_of_the_proxy_make_an_nginx_that_accepts_the_site_without_root(container: BareRoot) -> None:
    """In the root of the program: the stage takes the files that nginx serves from there anyway."""
    proxy = replace(container, user="root", folder="/", variables={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    for step in steps_of("proxy"):
        if step.word in {"RUN", "USER"}:
            proxy.follow(step)
    for folder in ("etc/ssl/ipsfidelity", "etc/nginx/sites-enabled"):
        (proxy.root / folder).mkdir(exist_ok=True)
    ports = {"listen 80": "listen 8080", "listen 443": "listen 8443"}  # in a network of its own, all ports are open
    ports |= {"listen [::]:80": "# ", "listen [::]:443": "# "}  # not every machine has IPv6
    site = replace_all((DEPLOY / "nginx.conf").read_text(encoding="utf-8"), ports)
    (proxy.root / "etc/nginx/sites-enabled/ipsfidelity").write_text(site, encoding="utf-8")
    make_certificate(proxy.root / "etc/ssl/ipsfidelity")
    for path in (proxy.root / "etc/ssl/ipsfidelity").iterdir():
        path.chmod(0o644)
    checked = proxy.run(["nginx", "-t"])
    assert (proxy.user, checked.returncode) == ("www-data", 0), checked.stderr
    assert proxy.run(["cat", "/srv/ipsfidelity/errors/sv/502.html"]).stdout.startswith("<!DOCTYPE html>")


def test_services_have_no_rights_that_they_do_not_need() -> None:
    ours = {name: service for name, service in COMPOSE["services"].items() if name != "database"}
    assert set(ours) == {"prepare", "web", "worker", "backup", "proxy"}
    for name, service in ours.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert "USER www-data" in (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def test_the_worker_of_the_containers_is_a_service_of_its_own() -> None:
    assert COMPOSE["services"]["worker"]["command"] == ["python", "manage.py", "work"]
    assert example_settings()["WORKER_BESIDE_SERVER"] == "off"
    assert HOST in example_settings()["ALLOWED_HOSTS"]
