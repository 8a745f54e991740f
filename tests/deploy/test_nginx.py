"""nginx with our configuration in front of gunicorn: TLS, limits, compression, logs, and pages while gunicorn is down."""

import json
import re
import socket
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPSConnection
from pathlib import Path

import pytest
import requests
from django.conf import settings
from django.urls import reverse

from tests.deploy.site import HOST, Site, end, wait_until

SECRET = "sEcReT-0123456789"
# Makes a coordinator who is signed in; prints the network's code and the session's key.
COORDINATOR = """
from django.test import Client
from reviews.models import Membership, Network, User
network = Network.objects.create(name="Nettverk")
user = User.objects.create_user("ola", email="ola@example.org")
Membership.objects.create(user=user, network=network, role="coordinator")
client = Client()
client.force_login(user)
print(network.code, client.session.session_key)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"))
    site.manage("migrate", "--verbosity", "0")
    site.manage("load_scales")
    site.manage("collectstatic", "--noinput", "--verbosity", "0")
    site.manage("error_pages", str(site.folder / "errors"))
    try:
        site.start()
        yield site
    finally:
        end(site)


@pytest.fixture(scope="module")
def calendar(installed: Site) -> str:
    """Return the secret of a calendar address."""
    return installed.manage(
        "shell",
        "--verbosity",
        "0",
        "--command",
        "from reviews.models import User; from reviews.schedule.calendar_feed import make_feed;"
        "print(make_feed(User.objects.create_user('kari', email='kari@example.org')))",
    ).strip()


def test_the_program_answers_through_nginx_over_tls(installed: Site) -> None:
    page = installed.get("/accounts/login/")
    assert page.status_code == 200
    assert "Secure" in page.headers["Set-Cookie"]
    assert (
        page.headers["Strict-Transport-Security"]
        == installed.get("/static/css/app.css").headers["Strict-Transport-Security"]
    )
    assert page.headers["Server"] == "nginx"  # without its version


def test_plain_http_leads_to_the_same_page_over_https(installed: Site) -> None:
    answer = requests.get(
        f"http://127.0.0.1:{installed.http}/help/?a=b",
        headers={"Host": "else.example"},
        timeout=20,
        allow_redirects=False,
    )
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{HOST}/help/?a=b")


def shake_hands(site: Site, version: ssl.TLSVersion) -> None:
    """Open a TLS connection of exactly this version, with any cipher."""
    context = ssl.create_default_context(cafile=str(site.folder / "fullchain.pem"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", site.https)) as plain:
        context.wrap_socket(plain, server_hostname=HOST).close()


def test_current_versions_of_tls_are_accepted(installed: Site) -> None:
    shake_hands(installed, ssl.TLSVersion.TLSv1_2)
    shake_hands(installed, ssl.TLSVersion.TLSv1_3)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_version_of_tls_is_refused_by_the_server(installed: Site) -> None:
    with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
        shake_hands(installed, ssl.TLSVersion.TLSv1_1)


def test_a_host_that_is_not_ours_is_refused(installed: Site) -> None:
    assert installed.get("/accounts/login/", Host="else.example").status_code == 400


# --- Request ids and addresses ----------------------------------------------------------


def test_the_response_and_both_logs_have_the_same_request_id(installed: Site) -> None:
    page = installed.get("/help/", **{"X-Request-ID": "chosen-by-a-client"})
    request_id = page.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", request_id)
    wait_until(lambda: request_id in (installed.folder / "ipsfidelity.log").read_text())
    lines = [json.loads(line) for line in (installed.folder / "gunicorn.log").read_text().splitlines()]
    assert request_id in [line.get("request_id") for line in lines]


def test_a_client_cannot_choose_the_address_that_is_limited(installed: Site) -> None:
    """Ten attempts a minute for an address, whatever it claims in X-Forwarded-For."""
    page = installed.get("/accounts/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    answers = []
    for number in range(12):
        form = {"csrfmiddlewaretoken": token, "login": f"nobody-{number}", "password": "wrong-password"}
        headers = {"X-Forwarded-For": f"192.0.2.{number}", "Referer": f"https://{HOST}/accounts/login/"}
        answers.append(
            installed.request("POST", "/accounts/login/", data=form, headers=headers, cookies=page.cookies).text
        )
    assert "For mange" not in answers[0]
    assert "For mange" in answers[-1]


def test_no_log_has_a_secret_or_a_query(installed: Site) -> None:
    for path in (
        f"/calendar/{SECRET}.ics",
        f"/invitations/{SECRET}/",
        f"/accounts/password/reset/key/3-{SECRET}/",
        f"/accounts/confirm-email/{SECRET}/",
        f"/search/?q={SECRET}",
    ):
        installed.get(path)
    wait_until(lambda: "/search/" in (installed.folder / "ipsfidelity.log").read_text())
    assert SECRET not in installed.logs()


def test_health_and_metrics_are_for_the_machine_itself(installed: Site) -> None:
    headers = {"Host": HOST, "Authorization": f"Bearer {installed.environment()['METRICS_TOKEN']}"}
    context = ssl.create_default_context(cafile=str(installed.folder / "fullchain.pem"))
    for path in ("/livez", "/readyz", "/metrics"):
        assert installed.get(path, **headers).status_code == 200
        another = HTTPSConnection("127.0.0.1", installed.https, context=context, source_address=("127.0.0.2", 0))
        with closing(another):
            another.request("GET", path, headers=headers)
            assert another.getresponse().status == 403


# --- Bodies and answers ------------------------------------------------------------------


def post(site: Site, path: str, size: int) -> requests.Response:
    return site.request("POST", path, data=b"x" * size, headers={"Cookie": "__Host-language=sv"})


def test_bodies_have_the_limits_of_the_program(installed: Site) -> None:
    largest = max(settings.LARGER_BODIES.values())
    beyond_nginx = post(installed, "/accounts/login/", largest + 1)
    assert beyond_nginx.status_code == 413
    assert "nginx" not in beyond_nginx.text
    beyond_the_program = post(installed, "/accounts/login/", settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    assert beyond_the_program.status_code == 413


def raw_post(site: Site, path: str, length: int, cookie: str) -> tuple[bytes, float]:
    """Send the head of a request and none of its body; return the first line of the answer, and the seconds to it."""
    context = ssl.create_default_context(cafile=str(site.folder / "fullchain.pem"))
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {length}\r\nCookie: {cookie}\r\n\r\n"
    with context.wrap_socket(socket.create_connection(("127.0.0.1", site.https)), server_hostname=HOST) as one:
        one.settimeout(5)
        begun = time.monotonic()
        one.sendall(head.encode())
        try:
            return one.recv(4096).partition(b"\r\n")[0], time.monotonic() - begun
        except TimeoutError:
            return b"waits for the body", time.monotonic() - begun


def test_only_a_coordinator_of_the_network_sends_nginx_more_than_a_form(installed: Site) -> None:
    """Nothing of a stranger's body is read: the answer comes before any of it is sent."""
    code, cookie = installed.manage("shell", "--verbosity", "0", "--command", COORDINATOR).split()
    path, largest = reverse("imports", args=[code]), max(settings.LARGER_BODIES.values())
    other = reverse("imports", args=["00000000-0000-0000-0000-000000000000"])
    for url, who in ((path, "a=1"), (path, "__Host-sid=invented"), (other, f"__Host-sid={cookie}")):
        assert raw_post(installed, url, 100_000_000, who)[0] == b"HTTP/1.1 413 Request Entity Too Large", url
    assert raw_post(installed, path, 100_000_000, f"__Host-sid={cookie}")[0] == b"waits for the body"
    assert raw_post(installed, path, largest + 1, f"__Host-sid={cookie}")[0].startswith(b"HTTP/1.1 413")
    assert installed.get(path, Cookie="a=1").status_code == 302
    small = installed.request("POST", path, data=b"x" * 100_000)
    assert small.status_code in {302, 403}  # not signed in, or no token
    assert installed.get("/body-limit").status_code == 404  # nobody but nginx asks


def test_a_body_of_unknown_length_has_the_limit_of_a_form(installed: Site) -> None:
    """Nobody can be asked whether a coordinator may send it, so that it is refused while it is sent."""
    context = ssl.create_default_context(cafile=str(installed.folder / "fullchain.pem"))
    path, piece = (
        reverse("imports", args=["00000000-0000-0000-0000-000000000000"]),
        b"10000\r\n" + b"x" * 65536 + b"\r\n",
    )
    for method in ("POST", "GET", "PUT"):
        head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        with context.wrap_socket(socket.create_connection(("127.0.0.1", installed.https)), server_hostname=HOST) as one:
            one.settimeout(5)
            one.sendall(head)
            for _piece in range(100):  # 6.5 MB
                one.sendall(piece)
            assert one.recv(4096).startswith(b"HTTP/1.1 413"), method


def test_a_body_in_pieces_arrives_whole(installed: Site) -> None:
    """The program refuses bodies of unknown length; nginx collects them first."""
    answer = installed.request("POST", "/accounts/login/", data=iter([b"a=", b"b"]))
    assert answer.status_code == 303  # no token, not 411


def test_slow_posts_hold_no_worker(installed: Site) -> None:
    """Two workers, four people who never finish sending: everybody else is served."""
    context = ssl.create_default_context(cafile=str(installed.folder / "fullchain.pem"))
    head = f"POST /accounts/login/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 100000\r\n\r\na=".encode()
    slow = [socket.create_connection(("127.0.0.1", installed.https)) for _ in range(4)]
    slow = [context.wrap_socket(one, server_hostname=HOST) for one in slow]
    try:
        for one in slow:
            one.sendall(head)
        begun = time.monotonic()
        assert installed.get("/livez").status_code == 200
        assert time.monotonic() - begun < 10
    finally:
        for one in slow:
            one.close()


@pytest.mark.parametrize(("asked", "encoding"), [("gzip", "gzip"), ("gzip, deflate, br", "br")])
def test_pages_and_files_are_compressed(installed: Site, asked: str, encoding: str) -> None:
    page = installed.get("/help/", **{"Accept-Encoding": asked})
    assert page.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in page.headers["Vary"]
    name = re.search(r'href="(/static/css/app\.[0-9a-f]{12}\.css)"', installed.get("/accounts/login/").text)[1]
    style = installed.request("GET", name, headers={"Accept-Encoding": asked}, stream=True)
    assert style.headers["Content-Encoding"] == encoding
    collected = installed.folder / "static" / name.removeprefix("/static/")
    assert style.raw.read(decode_content=False) == Path(f"{collected}.{encoding.replace('gzip', 'gz')}").read_bytes()


def test_files_with_a_hash_in_their_name_are_kept_for_ever(installed: Site) -> None:
    name = re.search(r'href="(/static/css/app\.[0-9a-f]{12}\.css)"', installed.get("/accounts/login/").text)[1]
    assert "immutable" in installed.get(name).headers["Cache-Control"]
    assert "immutable" not in installed.get("/static/css/app.css").headers["Cache-Control"]
    assert installed.get("/static/css/").status_code == 403
    assert installed.get("/static/staticfiles.json/../../secret_key").status_code in {400, 404}


# --- Calendars ---------------------------------------------------------------------------


def test_a_calendar_that_is_asked_for_too_often_is_throttled(installed: Site, calendar: str) -> None:
    answers = [installed.get(f"/calendar/{calendar}.ics") for _ in range(50)]
    counted = Counter(answer.status_code for answer in answers)
    assert answers[0].status_code == 200
    assert counted[200] <= 10
    assert counted[429] == 50 - counted[200]
    assert (answers[-1].headers["Retry-After"], answers[-1].headers["Content-Type"]) == ("60", "text/plain")
    assert installed.get("/help/").status_code == 200  # only the calendar is
    assert calendar not in installed.logs()


def test_guesses_of_calendar_addresses_are_throttled(installed: Site) -> None:
    time.sleep(5)  # what the test before has used up
    statuses = Counter(installed.get(f"/calendar/guess-{number}.ics").status_code for number in range(150))
    assert set(statuses) == {404, 429}


# --- While the program is down -------------------------------------------------------------


@pytest.fixture
def down(installed: Site) -> Iterator[Site]:
    installed.stop_gunicorn()
    yield installed
    installed.start_gunicorn()


@pytest.mark.parametrize(
    ("asked", "expected"), [("no", "nb"), ("nn-NO,nn;q=0.9", "nn"), ("de,fi", "nb"), ("fi-FI,fi", "fi")]
)
def test_without_a_choice_the_page_is_in_the_language_that_the_browser_asks_for(
    down: Site, asked: str, expected: str
) -> None:
    assert down.get("/", **{"Accept-Language": asked}).headers["Content-Language"] == expected


@pytest.mark.parametrize(("language", "expected"), [("", "nb"), ("sv", "sv"), ("fi", "fi"), ("xx", "nb")])
def test_a_page_in_the_readers_language_says_that_the_program_is_down(down: Site, language: str, expected: str) -> None:
    page = down.get("/", Cookie=f"device=1; __Host-language={language}" if language else "device=1")
    assert page.status_code == 502
    assert f'lang="{expected}"' in page.text
    assert page.headers["Content-Language"] == expected
    assert (page.headers["Cache-Control"], page.headers["Retry-After"]) == ("no-store", "30")
    assert re.fullmatch("[0-9a-f]{32}", page.headers["X-Request-ID"])
    for address in re.findall(r'href="(/static/[^"]+)"', page.text):
        assert down.get(address).status_code == 200, address


def test_what_was_sent_while_the_program_is_down_is_answered_too(down: Site) -> None:
    assert post(down, f"/calendar/{SECRET}.ics", 1000).status_code == 502
    assert post(down, "/accounts/login/", 1000).status_code == 502
    assert post(down, "/accounts/login/", 3_000_000).status_code == 413
    assert SECRET not in down.logs()


def test_pages_of_the_proxy_cannot_be_asked_for(installed: Site) -> None:
    assert installed.get("/errors/nb/502.html").status_code == 404
