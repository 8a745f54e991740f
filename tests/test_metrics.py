"""The metrics: who may read them, that every worker gives the same, and what the labels contain."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.test import Client
from django.urls import reverse

from tests.builders import World, build_world, instrument, item_post
from tests.served import CSRF, Server, cookie_of, served, url_of_test_database

TOKEN = "of-the-tests-0123456789"
ASKING = {"Authorization": f"Bearer {TOKEN}"}
Metrics = dict[str, float]


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world(instrument())


@pytest.fixture
def server(world: World, tmp_path: Path) -> Iterator[Server]:
    """Serve the database of the tests by two workers, one of which has the files of an earlier server to delete."""
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "counter_1.db").write_bytes(b"of an earlier server")
    with served(url_of_test_database(), tmp_path, workers=2, METRICS_TOKEN=TOKEN, METRICS_FOLDER=str(folder)) as server:
        yield server


def read(server: Server) -> Metrics:
    """Return the metrics by name and labels."""
    answer = server.get("/metrics", **ASKING)
    assert answer.status_code == 200, answer.text
    rows = (line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in rows}


def requests_of(metrics: Metrics, page: str, status: str = "2xx") -> float:
    return metrics.get(f'ips_request_seconds_count{{page="{page}",status="{status}"}}', 0)


def workers_of(server: Server) -> set[int]:
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()
    return {int(pid) for pid in children.split()}


@pytest.mark.django_db(transaction=True)
def test_every_worker_gives_the_sum_of_all_and_a_killed_one_takes_nothing_with_it(server: Server, world: World) -> None:
    before = requests_of(read(server), "livez")
    for _ in range(30):
        server.get("/livez")
    assert [requests_of(read(server), "livez") - before for _ in range(8)] == [30] * 8
    killed = min(workers_of(server))
    os.kill(killed, signal.SIGKILL)
    for _ in range(20):
        server.get("/livez")
    assert [requests_of(read(server), "livez") - before for _ in range(8)] == [50] * 8
    assert killed not in workers_of(server)
    assert len({line["request_id"] for line in server.lines() if line.get("route") == "livez"}) >= 50


@pytest.mark.django_db(transaction=True)
def test_saves_conflicts_and_durations_are_counted_without_names(server: Server, world: World) -> None:
    review, cookie = world.plan_review(), cookie_of(world, "evaluator")
    before, url = read(server), reverse("item", args=[review.code, 1])
    sent = item_post(review, 1, by=world.evaluator, value="4") | {"csrfmiddlewaretoken": CSRF}
    headers = {"Cookie": cookie, "Accept": "application/json"}
    first = requests.post(server.address + url, sent, headers=headers, timeout=60)
    second = requests.post(server.address + url, sent | {"value": "2", "change": ""}, headers=headers, timeout=60)
    server.get(f"/reviews/{review.code}/nowhere/", Cookie=cookie)
    assert (first.status_code, second.status_code) == (200, 409)
    after = read(server)
    assert after["ips_last_event"] > before["ips_last_event"]
    assert after["ips_conflicts_total"] - before.get("ips_conflicts_total", 0) == 1
    assert (requests_of(after, "item"), requests_of(after, "item", "4xx"), requests_of(after, "", "4xx")) == (1, 1, 1)
    assert 0 < after['ips_request_seconds_sum{page="item",status="2xx"}'] < 60
    assert after["ips_database_up"] == 1
    assert after["ips_disk_free_bytes"] > 0
    assert not [name for name in after if str(review.code) in name or "evaluator" in name]


def test_without_the_token_the_metrics_are_refused(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    given = ("", "Bearer", "Bearer wrong", TOKEN, f"Bearer {TOKEN}0", "Bearer æ")
    assert {Client().get("/metrics", headers={"Authorization": header}).status_code for header in given} == {403}


def test_without_a_token_in_the_settings_there_are_no_metrics() -> None:
    assert Client().get("/metrics", headers=ASKING).status_code == 404
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_while_the_database_is_away_the_counts_are_given_and_say_so(tmp_path: Path) -> None:
    url = "postgres://x:x@127.0.0.1:1/x"
    with served(url, tmp_path, METRICS_TOKEN=TOKEN, METRICS_FOLDER=str(tmp_path / "metrics")) as server:
        assert server.get("/accounts/login/").status_code == 503
        metrics = read(server)
    assert requests_of(metrics, "account_login", "5xx") == 1
    assert metrics["ips_database_up"] == 0
    assert "ips_last_event" not in metrics
