"""`make bench`: measure pages, saves and PDFs as ratios to a baseline of the same run.

Machines are noisy, so the candidates take turns, medians are compared, and only ratios are judged. The exit code is 1
if a ratio exceeds its limit. The baselines use the same stack and do next to nothing: an empty view and an empty POST
of a signed-in person, and WeasyPrint on finished HTML without our optimisations.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from io import BytesIO
from urllib.parse import urlencode
from uuid import uuid4

FOLDER = tempfile.TemporaryDirectory(prefix="ipsfidelity-bench-")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "tests.bench_settings",
    "DATABASE_URL": f"sqlite:///{FOLDER.name}/bench.sqlite3",
    "SECURE_SSL_REDIRECT": "off",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
}

import django  # noqa: E402  Django reads the settings named above

django.setup()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import translation  # noqa: E402
from weasyprint import CSS, HTML  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import URLFetcherResponse  # noqa: E402

from ipsfidelity.pdf import render_pdf  # noqa: E402
from ipsfidelity.pdf_renderer import SCHEME, OwnStaticFiles  # noqa: E402
from reviews.actionplan.services import ActionFields, add_action  # noqa: E402
from reviews.exports.formats import csv_of, json_lines_of, workbook_of  # noqa: E402
from reviews.exports.zips import archive_of  # noqa: E402
from reviews.models import FinalRecord, Review  # noqa: E402
from reviews.reports.report import report_of  # noqa: E402
from reviews.sheets.sheet import sheet_of  # noqa: E402
from tests.builders import World, build_world, fresh, instrument, many_finals, save  # noqa: E402
from tests.crowd import crowd  # noqa: E402

NOTE = "I journalgjennomgang av ti mapper fant vi oppdaterte planer i ni. " * 9  # about 600 characters
APPLICATION = WSGIHandler()


class Browser:
    """Sends requests of a signed-in person straight to the WSGI application, without the overhead of a test client."""

    def __init__(self, world: World, who: str = "evaluator") -> None:
        cookies = world.client_of(who).cookies
        self.token = "t" * 32
        session = cookies[settings.SESSION_COOKIE_NAME].value
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={self.token}"
        self.headers = {"Cookie": self.cookie, "X-CSRFToken": self.token, "Accept": "application/json"}

    def send(self, method: str, path: str, body: bytes = b"", accept: str = "text/html") -> tuple[str, bytes]:
        path, _question_mark, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookie,
            "HTTP_ACCEPT": accept,
            "HTTP_X_CSRFTOKEN": self.token,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        statuses: list[str] = []
        body = b"".join(APPLICATION(environ, lambda status, headers: statuses.append(status)))
        return statuses[0], body


def cpu_time(run: Callable[[], object]) -> float:
    """Return the processor time of one run, in milliseconds."""
    start = time.process_time()
    run()
    return (time.process_time() - start) * 1000


def median_times(candidates: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median processor time of each candidate, in milliseconds.

    The candidates take turns, so that noise affects all of them. A first run of each is not measured.
    """
    for run in candidates.values():
        run()
    measured: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, run in candidates.items():
            measured[name].append(cpu_time(run))
    return {name: statistics.median(times) for name, times in measured.items()}


class Report:
    """Prints one line for each figure. `aim` is the target; a figure above `limit` fails the run."""

    within_limits = True

    def line(self, label: str, value: float, *, aim: float, limit: float, unit: str = "x") -> None:
        verdict = "reached" if value <= aim else "not reached" if value <= limit else "WORSE THAN THE LIMIT"
        self.within_limits = self.within_limits and value <= limit
        print(f"  {label:<58} {value:>7.2f} {unit:<2}  aim {aim:<5g} {verdict}")


def bench_pages(report: Report, browser: Browser, review: Review) -> None:
    paths = {
        "baseline": "/bench/empty/",
        "scoring page": reverse("item", args=[review.code, 5]),
        "review page": reverse("review", args=[review.code]),
        "list of reviews": reverse("reviews"),
        "entry page": reverse("entry", args=[review.code]),
        "sheet": reverse("sheet", args=[review.code]),
    }

    def visit(path: str) -> Callable[[], object]:
        return lambda: check_ok(browser.send("GET", path))

    times = median_times({name: visit(path) for name, path in paths.items()}, rounds=150)
    print(f"Pages (empty signed-in view: {times['baseline']:.2f} ms of processor time)")
    for name in list(paths)[1:]:
        limit = 18 if name == "list of reviews" else 7
        report.line(f"{name} / empty signed-in view", times[name] / times["baseline"], aim=3.5, limit=limit)


def autosave(browser: Browser, review: Review) -> Callable[[], None]:
    """Return a function that saves an item of a review as the page does, each time with another score and note."""
    path, state = reverse("item", args=[review.code, 7]), {"version": 0}

    def save_item() -> None:
        check_ok(browser.send("POST", path, item_body(state["version"]), accept="application/json"))
        state["version"] += 1

    return save_item


def item_body(version: int) -> bytes:
    return f"value={version % 5 + 1}&sources=INT&evidence=Et+notat+nummer+{version}&version={version}&change={uuid4()}".encode()


def bench_saving(report: Report, browser: Browser, review: Review) -> None:
    def save_nothing() -> None:
        check_ok(browser.send("POST", "/bench/save/", item_body(1)))

    times = median_times({"baseline": save_nothing, "autosave": autosave(browser, review)}, rounds=200)
    print(f"Saving (empty signed-in POST that writes two rows: {times['baseline']:.2f} ms)")
    report.line("autosave / signed-in POST baseline", times["autosave"] / times["baseline"], aim=1.8, limit=4)


def bench_writers(report: Report, world: World) -> None:
    """Let eight people save in eight reviews at once: one SQLite file, a server with two workers."""
    reviews = [world.plan_review() for _ in range(8)]
    address = _free_address()
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "ipsfidelity.wsgi", "--bind", address, "--workers", "2"],
        stderr=subprocess.DEVNULL,
    )

    def save_items(review: Review) -> list[float]:
        browser, times = Browser(world), []
        for i in range(60):
            body = urlencode({"evidence": f"{NOTE} {i}", "version": i // 25, "change": uuid4()})
            headers = browser.headers | {"Content-Type": "application/x-www-form-urlencoded"}
            connection = HTTPConnection(address)
            start = time.perf_counter()
            connection.request("POST", reverse("item", args=[review.code, i % 25 + 1]), body, headers)
            response = connection.getresponse()
            check_ok((str(response.status), response.read()))
            times.append((time.perf_counter() - start) * 1000)
        return times

    try:
        _wait_for(address)
        with ThreadPoolExecutor(len(reviews)) as pool:
            times = sorted(milliseconds for own in pool.map(save_items, reviews) for milliseconds in own)
    finally:
        server.terminate()
        server.wait()
    median, worst = statistics.median(times), times[int(len(times) * 0.99)]
    print(f"Eight writers at once (median {median:.1f} ms, 99th percentile {worst:.1f} ms, no save failed)")
    report.line("99th percentile / median", worst / median, aim=3, limit=5)


def _free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            connection = HTTPConnection(address)
            connection.request("GET", "/livez")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def render_uncached(text: str) -> bytes:
    """Return a PDF for which fonts and styles are loaded again, as in the examples of the library."""
    fetcher, fonts = OwnStaticFiles(), FontConfiguration()
    style = CSS(url=f"{SCHEME}css/print.css", url_fetcher=fetcher, font_config=fonts)
    return HTML(string=text, base_url=SCHEME, url_fetcher=fetcher).write_pdf(stylesheets=[style], font_config=fonts)


class SiteStyles(OwnStaticFiles):
    """Fetches the static files that a page of the site links to."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        return super().fetch(url.replace("static:///static/", SCHEME).replace("static:/static/", SCHEME), headers)


def print_page(screen: str) -> bytes:
    """Return a PDF of a page as the browser shows it, the way most sites make their PDFs."""
    return HTML(string=screen, base_url="static:///", url_fetcher=SiteStyles()).write_pdf()


def bench_pdf(report: Report, browser: Browser, review: Review) -> None:
    def html(*, notes: bool) -> str:
        return render_to_string("sheets/sheet_pdf.html", {"sheet": sheet_of(review), "with_notes": notes})

    screen = browser.send("GET", reverse("sheet", args=[review.code]))[1].decode()
    sheet, notes = html(notes=False), html(notes=True)
    times = median_times(
        {
            "page": lambda: print_page(screen),
            "static": lambda: render_uncached(sheet),
            "sheet": lambda: render_pdf(html(notes=False)),
            "static notes": lambda: render_uncached(notes),
            "notes": lambda: render_pdf(html(notes=True)),
        },
        rounds=12,
    )
    print(f"PDF (WeasyPrint on static HTML: sheet {times['static']:.0f} ms, with notes {times['static notes']:.0f} ms)")
    report.line("sheet, warm / the screen's page printed", times["sheet"] / times["page"], aim=0.45, limit=0.8)
    report.line("sheet, warm / static HTML", times["sheet"] / times["static"], aim=0.9, limit=1.1)
    report.line("sheet with notes, warm / static HTML", times["notes"] / times["static notes"], aim=0.9, limit=1.1)
    report.line("sheet, size", len(render_pdf(sheet)) / 1024, aim=20, limit=22, unit="kB")
    report.line(
        "sheet, cold / static HTML, cold",
        _cold("render_pdf(html)") / _cold("HTML(string=html).write_pdf()"),
        aim=1.35,
        limit=2,
    )


def bench_report(report: Report, browser: Browser, world: World) -> None:
    """Measure the report of an ordinary review and the longest report that the limits allow."""
    review = world.score_review(4)
    save(review, world.evaluator, {n: {"evidence": NOTE, "recommendation": NOTE[:300]} for n in range(1, 26)})
    usual, longest = _report_html(review), _report_html(_longest_review(world))
    screen = browser.send("GET", reverse("report", args=[review.code]))[1].decode()
    times = median_times(
        {
            "uncached": lambda: render_uncached(usual),
            "report": lambda: render_pdf(usual),
            "page": lambda: print_page(screen),
        },
        6,
    )
    print(f"Report (WeasyPrint on static HTML: {times['uncached']:.0f} ms)")
    report.line("report, warm / static HTML", times["report"] / times["uncached"], aim=0.9, limit=1.1)
    report.line("report, warm / the screen's page printed", times["report"] / times["page"], aim=0.62, limit=1.1)
    report.line("report, size", len(render_pdf(usual)) / 1024, aim=120, limit=150, unit="kB")
    report.line("longest report, not cached", cpu_time(lambda: render_pdf(longest)) / 1000, aim=3, limit=10, unit="s")
    path = reverse("report_pdf", args=[review.code])
    cached = median_times({"cached": lambda: check_ok(browser.send("GET", path))}, 5)["cached"]
    report.line("report, requested again", cached / 1000, aim=0.3, limit=1, unit="s")


def _report_html(review: Review) -> str:
    return render_to_string("reports/report_pdf.html", {"report": report_of(review)})


def _longest_review(world: World) -> Review:
    """Return a final review with 10,000 characters of notes in every item, twelve specialists and forty actions."""
    lines = "\n".join(NOTE[:240] for _ in range(30))[:5000]
    review = world.score_review(4)
    Review.objects.filter(pk=review.pk).update(specialists=[{"label": label} for label in "ABCDEFGHIJKL"])
    for number in range(1, 26):
        save(review, world.evaluator, {number: {"evidence": lines, "recommendation": lines}})
    world.hand_out(review)
    world.sign(review, render=render_pdf)
    for number in range(40):
        fields = ActionFields(NOTE[:500])
        add_action(review=fresh(review), by=world.coordinator, code=uuid4(), item_number=number % 25 + 1, fields=fields)
    return fresh(review)


def _cold(expression: str) -> float:
    """Return the wall time of the first PDF of a new process, in milliseconds: the best of three runs."""
    program = (
        "import django, time; django.setup(); html = '<html lang=nb><title>t</title><h1>Skår</h1>' * 1;"
        "begun = time.perf_counter();"
        "from weasyprint import HTML; from ipsfidelity.pdf import render_pdf;"
        f"{expression}; print((time.perf_counter() - begun) * 1000)"
    )
    command = [sys.executable, "-c", program]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(3)]
    return min(map(float, runs))


def bench_exports(report: Report, world: World) -> None:
    keys = [review.pk for review in many_finals(world.final_review(4), 200)]

    def records() -> object:
        return list(FinalRecord.objects.filter(review__in=keys).values_list("content", flat=True))

    def pdfs() -> object:
        return sum(len(FinalRecord.objects.values_list("pdf", flat=True).get(review=key)) for key in keys)

    times = median_times(
        {
            "records": records,
            "pdfs": pdfs,
            "zip": lambda: sum(map(len, archive_of(keys))),
            "lines": lambda: sum(map(len, json_lines_of(keys))),
            "items": lambda: sum(map(len, csv_of(keys, "items"))),
            "workbook": lambda: sum(map(len, workbook_of(keys))),
        },
        rounds=5,
    )
    print(f"Exports of 200 reviews (read only: records {times['records']:.0f} ms, PDFs {times['pdfs']:.0f} ms)")
    report.line("ZIP / reading the PDFs", times["zip"] / times["pdfs"], aim=2, limit=4)
    report.line("JSON lines / reading the records", times["lines"] / times["records"], aim=2.5, limit=5)
    report.line("item scores as CSV / reading the records", times["items"] / times["records"], aim=4, limit=8)
    report.line("workbook, a review", times["workbook"] / len(keys), aim=10, limit=25, unit="ms")


def bench_crowd(report: Report, world: World) -> None:
    """Measure a network of 5,000 organisations and 100,000 reviews, also for a person who may know of few of them."""
    begun = time.perf_counter()
    crowd(world.network, world.scale, world.coordinator, organisations=5_000, reviews=100_000)
    print(f"The overview at 5,000 organisations and 100,000 reviews (written in {time.perf_counter() - begun:.0f} s)")
    coordinator, evaluator = Browser(world, "coordinator"), Browser(world, "evaluator")
    pages = {
        "baseline": (coordinator, "/bench/empty/"),
        "overview": (coordinator, reverse("overview")),
        "overview, page 60 by total": (coordinator, f"{reverse('overview')}?sort=-total&page=60"),
        "heat map": (coordinator, reverse("heat_map")),
        "my work of an evaluator with few reviews": (evaluator, reverse("home")),
        "reviews of the same": (evaluator, reverse("reviews")),
    }

    def visit(browser: Browser, path: str) -> Callable[[], object]:
        return lambda: check_ok(browser.send("GET", path))

    times = median_times({name: visit(*page) for name, page in pages.items()}, rounds=15)
    for name in list(pages)[1:]:
        limit = 60 if name == "heat map" else 45
        report.line(f"{name} / empty signed-in view", times[name] / times["baseline"], aim=3.5, limit=limit)
    for name, (browser, path) in list(pages.items())[1:4]:
        with CaptureQueriesContext(connection) as captured:
            check_ok(browser.send("GET", path))
        slowest = max(float(query["time"]) for query in captured.captured_queries) * 1000
        report.line(f"{name}: slowest of {len(captured)} queries", slowest, aim=1, limit=60, unit="ms")


def check_ok(response: tuple[str, bytes]) -> None:
    """Raise AssertionError unless the status of a response is 200."""
    if not response[0].startswith("200"):
        raise AssertionError(f"{response[0]}: {response[1][:300]!r}")


def main() -> int:
    call_command("migrate", verbosity=0)
    translation.activate("nb")
    world = build_world(instrument())
    review = world.score_review({number: number % 5 + 1 for number in range(1, 25)})
    save(review, world.evaluator, {n: {"evidence": NOTE, "sources": ["INT"]} for n in range(1, 26) if n != 7})
    for _ in range(30):
        world.plan_review()
    report, browser = Report(), Browser(world)
    bench_pages(report, browser, review)
    bench_saving(report, browser, world.plan_review())
    bench_writers(report, world)
    bench_pdf(report, browser, review)
    bench_report(report, browser, world)
    bench_exports(report, world)
    bench_crowd(report, world)
    return 0 if report.within_limits else 1


if __name__ == "__main__":
    sys.exit(main())
