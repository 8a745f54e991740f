"""Every page is accessible: axe finds no violation, a phone needs no horizontal scrolling, and the keyboard suffices."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews.actionplan.services import ActionFields, add_action
from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import plan_version
from reviews.conduct.correction import open_correction
from reviews.conduct.specialists import change_specialists
from reviews.conduct.submission import submit_ratings
from reviews.imports.services import queue_import
from reviews.imports.uploads import store_upload
from reviews.models import Interview, Organisation, QuickNote, Review, Upload
from reviews.overview.joining import join
from reviews.people.invitations import invite
from reviews.schedule.calendar_feed import make_feed
from reviews.schedule.preparation import set_done
from reviews.schedule.timeline import add_step, begin_with_proposal
from reviews.workflow import Role
from tests.builders import World, answer, hold_interview, note, note_on_action, quick_note, rate, remark, save
from tests.import_files import csv_file, import_one, row_of
from tests.reviews.test_access import an_export

Window = Callable[..., Page]
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"label-content-name-mismatch": {"enabled": True}},  # WCAG 2.5.3; axe still calls it experimental
    "resultTypes": ["violations"],  # passed checks are not listed node by node, which saves a third of the time
}
# The space between lines, letters, words and paragraphs that a reader may set (WCAG 1.4.12).
ADD_SPACING = """() => { const sheet = new CSSStyleSheet(); document.adoptedStyleSheets = [sheet]; sheet.replaceSync(
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    + "p { margin-bottom: 2em !important }"); }"""
ENLARGED = 320  # pixels: a window of 1,280 pixels, enlarged to 400 %
PARTS = 4  # so that no test takes minutes
TALL = 8000  # pixels: no fixed element at the edge of a window may cover a control that is scrolled into view
# Pages that together show each component, form, table and chart.
IN_DARK = (
    *("sign in", "home", "home, coordinator", "home, first steps", "home, empty", "inbox", "search", "account"),
    *("reviews", "review", "review, apart", "review, final", "review, cancelled", "evidence", "entry"),
    *("item", "specialists", "suggestion that was departed from", "waiting", "checklist", "quick notes"),
    *("consensus", "consensus, read", "item in consensus, with choices", "hand out", "sign", "interview, long note"),
    *(
        "report",
        "report's text",
        "result for the wall",
        "sheet, draft with notes",
        "remarks, team leader",
        "plan",
        "action",
    ),
    *("organisation", "compare", "overview", "heat map", "figures, withheld", "network", "import, faulty", "dates"),
    *("history, final", "scale", "guide", "preparation", "new review", "not found", "accessibility", "privacy"),
)
LONG = "Skrevet ut i ett: " + "ordutenmellomrom" * 12 + "\n\nOg et avsnitt til."


def checked_file(world: World, *rows: list[object]) -> Upload:
    """Return an uploaded file of these rows that was checked and not imported."""
    name = f"fylket-{len(rows)}-" + "ordutenmellomrom" * 5 + ".csv"
    given = {"network": world.network, "by": world.coordinator, "edition": world.scale, "file_name": name}
    return store_upload(data=csv_file(*rows), **given)


def rated_with_unequal_observations(world: World) -> Review:
    """Return a review in consensus whose evaluators differ on every item, and wrote too much on one to merge it."""
    review = world.apart_review()
    for user, amount in ((world.evaluator, "40"), (world.colleague, "200")):
        rate(review, user, dict.fromkeys(range(1, 26), 4 if amount == "40" else 3), evidence=LONG)
        mine = {"evidence": f"{amount} " * 1200, "observation": {"amount": amount}, "departure": LONG[:200]}
        save(review, user, {15: mine})
        submit_ratings(review=review, by=user)
    return review


def interviews_of(world: World, review: Review) -> tuple[Interview, Interview, QuickNote]:
    """Return an interview by a guide and one without, and one of two sorted quick notes."""
    interview = hold_interview(review, world.evaluator, {"5.1": LONG}, place="Møterom 2")
    hold_interview(review, world.colleague, informant_role="Behandler", label="Behandler A")
    quick_note(review, world.evaluator, "Kort", interview=interview.pk)
    blank = hold_interview(review, world.evaluator, {"5": LONG}, is_blank=True, informant_role="Pårørende", label="P")
    return interview, blank, quick_note(review, world.colleague, LONG, item_number=5)


def pages_of(world: World) -> dict[str, tuple[str, str]]:
    """Return every page with content on it, as name: (who, address)."""
    bare = world.plan_review()
    begin_with_proposal(network=world.network, by=world.coordinator)
    add_step(network=world.network, by=world.coordinator, weeks=-4, text="Ordutenmellomrom" * 12)
    soon = timezone.localdate() + timedelta(days=20)
    prepared = world.plan_review(visit_start=soon, visit_end=soon)
    step = prepared.preparation.earliest("due", "pk")
    set_done(step=step, by=world.evaluator, done=True)
    make_feed(world.coordinator)
    draft = world.score_review({n: n % 5 + 1 for n in range(1, 24)})
    save(draft, world.evaluator, {5: {"evidence": LONG, "recommendation": LONG, "sources": ["INT"]}})
    seen = {"specialists": {"A": {"amount": "6"}, "B": {"score": 2}}}
    change_specialists(review=draft, by=world.evaluator, action="add", label="B")
    save(draft, world.evaluator, {17: {"observation": seen}, 4: {"observation": {"amount": "95"}, "value": 3}})
    save(draft, world.evaluator, {24: {"value": None, "awaiting": True, "awaited": LONG[:100]}})
    apart, opened = world.apart_review(), world.consensus_review(4, dict.fromkeys(range(1, 26), 3))
    rate(apart, world.evaluator, {4: 3}, departure="Bare ett team.", observation={"amount": "95"})
    choosing = rated_with_unequal_observations(world)
    interview, blank, written = interviews_of(world, draft)
    signed = world.draft_review(4)
    told = hold_interview(signed, world.evaluator, {"5.1": LONG})
    quick_note(signed, world.evaluator, LONG, item_number=5)
    world.sign(signed)
    unled = Organisation.objects.create(network=world.network, name="IPS Li")
    leaderless, early = (
        world.score_review(4, organisation=unled),
        world.draft_review(4, visit_start=soon, visit_end=soon),
    )
    ready, handed_out, final = world.score_review(4), world.draft_review(4), world.final_review(3)
    followed = [
        add_action(
            review=final,
            by=world.team_leader,
            code=uuid4(),
            item_number=item,
            fields=ActionFields(LONG, "Teamleder", due),
        )
        for item, due in ((5, date(2026, 4, 1)), (None, None))
    ]
    note_on_action(review=final, action=followed[0], by=world.coordinator, note=LONG)
    later = world.plan_review(visit_start=date(2026, 9, 8), visit_end=date(2026, 9, 9))
    cancelled = world.plan_review()
    cancel(review=cancelled, by=world.evaluator, seen=plan_version(cancelled), reason=LONG)
    corrected = world.final_review(3, kind="peer")
    open_correction(review=corrected, by=world.evaluator, reason="Tallet gjaldt et annet team.")
    _invitation, secret = invite(
        network=world.network,
        by=world.coordinator,
        name="Kari Nymoen",
        email="kari@example.org",
        role=Role.EVALUATOR,
        organisation=world.organisation,
    )
    network = world.network.code

    def of(name: str, review: object, *more: object) -> str:
        return reverse(name, args=[review.code, *more])  # type: ignore[attr-defined]

    organisation = world.organisation
    twin = Organisation.objects.create(network=world.network, name="Ordutenmellomrom" * 9)
    join(organisation=twin, to=organisation, by=world.coordinator)
    asked, checked = world.asked_review(4), world.asked_review(3)
    answer(remark(asked, world.team_leader, 5, LONG), world.evaluator, LONG)
    own = remark(asked, world.team_leader, None, LONG)
    remark(asked, world.team_leader, 5, kind="fact")
    answer(remark(checked, world.team_leader, 4), world.evaluator)
    world.sign(checked)
    imported = import_one(world, notes={5: LONG}, file_name="ordutenmellomrom" * 9)
    faulty = checked_file(world, row_of(9, organisation=LONG, evaluators=LONG[:200]), row_of(["", *[4] * 24]))
    waiting = checked_file(world, row_of(4, visit_start="1999-01-01", visit_end=""))
    queue_import(upload=waiting, by=world.coordinator)
    right = checked_file(world, *(row_of(4, visit_start=f"{year}-01-01", visit_end="") for year in range(2000, 2010)))
    return {
        "specialists": ("evaluator", of("item", draft, 17)),
        "suggestion that was departed from": ("evaluator", of("item", draft, 4)),
        "waiting": ("evaluator", of("item", draft, 24)),
        "checklist": ("evaluator", of("item", draft, 11)),
        "evidence": ("evaluator", of("evidence", draft)),
        "evidence, apart": ("coordinator", of("evidence", apart)),
        "review, apart": ("evaluator", of("review", apart)),
        "review, apart, coordinator": ("coordinator", of("review", apart)),
        "hand in, incomplete": ("evaluator", of("hand_in", apart)),
        "consensus": ("evaluator", of("consensus", opened)),
        "consensus, read": ("coordinator", of("consensus", opened)),
        "consensus, differences": ("evaluator", of("consensus", choosing) + "?show=differences"),
        "item in consensus, with choices": ("evaluator", of("agree", choosing, 15)),
        "item in consensus": ("evaluator", of("agree", opened, 17)),
        "review in consensus": ("evaluator", of("review", opened)),
        "agreement, withheld": ("coordinator", reverse("agreement", args=[network])),
        "what to train on, withheld": ("coordinator", reverse("training", args=[network])),
        "what to train on, bad filter": ("coordinator", reverse("training", args=[network]) + "?kind=x"),
        "the network's year": ("coordinator", reverse("year", args=[network])),
        "compare with what was signed": ("nobody", of("check_signed", final)),
        "sign in": ("nobody", reverse("account_login")),
        "forgotten password": ("nobody", reverse("account_reset_password")),
        "no sign-up": ("nobody", reverse("account_signup")),
        "invitation": ("nobody", reverse("invitation", args=[secret])),  # redirects to the page that accepts
        "invitation, signed in": ("stranger", reverse("invitation", args=[secret])),
        "invitation, gone": ("nobody", reverse("invitation", args=["x"])),
        "search": ("evaluator", reverse("search") + "?q=ordutenmellomrom"),
        "search, people and reviews": ("coordinator", reverse("search") + "?q=eval"),
        "search, empty": ("evaluator", reverse("search")),
        "search, nothing found": ("evaluator", reverse("search") + "?q=" + "ordutenmellomrom" * 6 + "x"),
        "help": ("coordinator", reverse("help")),
        "help, a page with steps and a picture": ("evaluator", reverse("help_page", args=["scoring"])),
        "help, a page without steps": ("nobody", reverse("help_page", args=["privacy"])),
        "keys": ("evaluator", reverse("help_keys") + "?at=item"),
        "inbox": ("colleague", reverse("inbox")),
        "inbox, team leader": ("team_leader", reverse("inbox")),
        "inbox, empty": ("stranger", reverse("inbox")),
        "own name": ("evaluator", reverse("own_name")),
        "mails and keys": ("evaluator", reverse("notifications")),
        "account": ("evaluator", reverse("account")),
        "delete account": ("evaluator", reverse("account_delete")),
        "password": ("evaluator", reverse("account_change_password")),
        "e-mail": ("evaluator", reverse("account_email")),
        "second factor": ("coordinator", reverse("mfa_index")),
        "no second factor yet": ("evaluator", reverse("mfa_index")),
        "passkeys": ("evaluator", reverse("mfa_list_webauthn")),
        "confirm": ("evaluator", reverse("account_reauthenticate")),
        "sessions": ("evaluator", reverse("usersessions_list")),
        "linked providers": ("evaluator", reverse("socialaccount_connections")),
        "sign out": ("evaluator", reverse("account_logout")),
        "networks": ("admin", reverse("networks")),
        "installation": ("admin", reverse("installation")),
        "queue": ("admin", reverse("queue")),
        "backups and deletion": ("admin", reverse("data_care")),
        "new network": ("admin", reverse("new_network")),
        "rename a network": ("admin", reverse("rename_network", args=[network])),
        "network": ("coordinator", reverse("network", args=[network])),
        "a network's organisations": ("coordinator", reverse("network_organisations", args=[network])),
        "paste organisations": ("coordinator", reverse("paste_organisations", args=[network])),
        "paste people": ("coordinator", reverse("paste_people", args=[network])),
        "rename an organisation": (
            "coordinator",
            reverse("rename_organisation", args=[network, organisation.code]),
        ),
        "refused, long name": ("coordinator", reverse("rename_organisation", args=[network, twin.code])),
        "invite": ("coordinator", reverse("invite", args=[network])),
        "new organisation": ("coordinator", reverse("new_organisation", args=[network])),
        "person": ("coordinator", reverse("person", args=[network, world.evaluator.code])),
        "how long notes are kept": ("coordinator", reverse("notes_retention", args=[network])),
        "interviews": ("evaluator", of("interviews", draft)),
        "interviews, none": ("evaluator", of("interviews", ready)),
        "interviews, final": ("evaluator", of("interviews", signed)),
        "interviews, none and final": ("evaluator", of("interviews", final)),
        "interview, opening": ("evaluator", of("interview_step", draft, interview.code, 0)),
        "interview, long note": ("evaluator", of("interview_step", draft, interview.code, 5)),
        "interview, with a condition": ("evaluator", of("interview_step", draft, interview.code, 16)),
        "interview, final": ("evaluator", of("interview_step", signed, told.code, 5)),
        "interview, item by item": ("evaluator", of("interview_step", draft, blank.code, 5)),
        "quick notes": ("evaluator", of("quick_notes", draft)),
        "quick notes, a change": ("evaluator", of("quick_notes", draft) + f"?note={written.code}"),
        "quick notes, none": ("evaluator", of("quick_notes", ready)),
        "quick notes, final": ("evaluator", of("quick_notes", signed)),
        "quick notes, sorting": ("evaluator", of("quick_notes_sort", draft)),
        "quick notes, none to sort": ("evaluator", of("quick_notes_sort", ready)),
        "interview's head": ("evaluator", of("interview_head", draft, interview.code)),
        "remarks, team leader": ("team_leader", of("remarks", asked) + "?item=7"),
        "remarks, evaluator": ("evaluator", of("remarks", asked)),
        "remarks, coordinator": ("coordinator", of("remarks", asked)),
        "remarks, not asked": ("evaluator", of("remarks", handed_out)),
        "remarks, final": ("team_leader", of("remarks", checked)),
        "change a remark": ("team_leader", of("remark", asked, own.code)),
        "day for remarks": ("evaluator", of("facts_until", asked)),
        "review to check": ("team_leader", of("review", asked)),
        "review with remarks to answer": ("evaluator", of("review", asked)),
        "sheet to check": ("team_leader", of("sheet", asked) + "?notes=1"),
        "sign, remarks unanswered": ("evaluator", of("move", asked, "finalise")),
        "sign, while the service may remark": ("evaluator", of("move", world.asked_review(4), "finalise")),
        "home, a draft to check": ("team_leader", reverse("home")),
        "draft report": ("team_leader", of("review", handed_out)),
        "hand out": ("evaluator", of("move", ready, "draft")),
        "hand out, nobody leads": ("evaluator", of("move", leaderless, "draft")),
        "sign, before the end of the visit": ("evaluator", of("move", early, "finalise")),
        "hand out, incomplete": ("evaluator", of("move", draft, "draft")),
        "send back": ("coordinator", of("move", handed_out, "reopen")),
        "sign": ("evaluator", of("move", handed_out, "finalise")),
        "correct": ("evaluator", of("correct", final)),
        "review, being corrected": ("evaluator", of("review", corrected)),
        "history": ("evaluator", of("history", draft)),
        "history, final": ("team_leader", of("history", final)),
        "who has read": ("team_leader", of("access", final)),
        "check a pdf": ("team_leader", of("verify", final)),
        "home": ("evaluator", reverse("home")),
        "home, coordinator": ("coordinator", reverse("home")),
        "home, first steps": ("admin", reverse("home")),
        "home, empty": ("other_leader", reverse("home")),
        "reviews": ("coordinator", reverse("reviews")),
        "reviews, none": ("coordinator", reverse("reviews") + "?year=1999"),
        "reviews, bad filter": ("coordinator", reverse("reviews") + "?year=x"),
        "organisations": ("coordinator", reverse("organisations")),
        "organisation": ("coordinator", of("organisation", organisation)),
        "join": ("coordinator", of("join", organisation)),
        "join with": ("coordinator", of("join_with", organisation, world.sister.code)),
        "organisation, empty": ("coordinator", of("organisation", world.sister)),
        "organisation, a kind with one review": ("coordinator", of("organisation", organisation) + "?kind=peer"),
        "organisation, unknown kind": ("team_leader", of("organisation", organisation) + "?kind=x"),
        "compare": ("team_leader", of("compare", organisation)),
        "compare, two kinds": (
            "team_leader",
            of("compare", organisation) + f"?a={corrected.code}&b={final.code}",
        ),
        "compare, refused": ("team_leader", of("compare", organisation) + "?a=x"),
        "compare, none": ("coordinator", of("compare", world.sister)),
        "overview": ("coordinator", reverse("overview")),
        "overview, none fits": ("coordinator", reverse("overview") + "?q=xyz"),
        "overview, bad filter": ("coordinator", reverse("overview") + "?band=x&sort=x"),
        "heat map": ("coordinator", reverse("heat_map")),
        "heat map, all kinds": ("coordinator", reverse("heat_map") + "?kind=all"),
        "figures, withheld": ("evaluator", reverse("benchmarks")),
        "new review": ("evaluator", of("new_review", organisation)),
        "new review, as last time": ("coordinator", of("new_review", organisation) + "?act=again"),
        "new review, nothing chosen": ("evaluator", reverse("plan_review")),
        "evaluators of a network": ("coordinator", reverse("evaluator_load", args=[network])),
        "change of a plan": ("coordinator", of("change_plan", draft)),
        "change of a plan, evaluator": ("evaluator", of("change_plan", bare)),
        "cancelling": ("evaluator", of("cancel", draft)),
        "review, cancelled": ("evaluator", of("review", cancelled)),
        "preparation, cancelled": ("evaluator", of("preparation", cancelled)),
        "review": ("evaluator", of("review", draft)),
        "review, final": ("team_leader", of("review", final)),
        "item": ("evaluator", of("item", draft, 5)),
        "item without questions": ("evaluator", of("item", draft, 10)),
        "last item": ("evaluator", of("item", draft, 25)),
        "entry": ("evaluator", of("entry", draft)),
        "report": ("team_leader", of("report", final)),
        "result for the wall": ("team_leader", of("wall", final)),
        "report, draft": ("evaluator", of("report", draft)),
        "report's text": ("evaluator", of("report_text", draft)),
        "sheet": ("team_leader", of("sheet", final)),
        "sheet, draft with notes": ("evaluator", of("sheet", draft) + "?notes=1"),
        "instruments": ("evaluator", reverse("instruments")),
        "scale": ("evaluator", reverse("scale", args=["ips-25-nb"])),
        "guide": ("evaluator", reverse("guide", args=["ips-25-specialist-sv"])),
        "imports": ("coordinator", reverse("imports", args=[network])),
        "import, right": ("coordinator", reverse("import_preview", args=[network, right.code])),
        "import, faulty": ("coordinator", reverse("import_preview", args=[network, faulty.code])),
        "import, columns": ("coordinator", reverse("import_columns", args=[network, right.code])),
        "import, waiting": ("coordinator", reverse("import_preview", args=[network, waiting.code])),
        "review, imported": ("coordinator", of("review", imported)),
        "sheet, imported": ("team_leader", of("sheet", imported) + "?notes=1"),
        "history, imported": ("team_leader", of("history", imported)),
        "exports": ("coordinator", reverse("exports", args=[network])),
        "export, waiting": (
            "coordinator",
            reverse("export_file", args=[network, an_export(world, "items.csv", is_made=False).code]),
        ),
        "export, ready": (
            "coordinator",
            reverse("export_file", args=[network, an_export(world, "reviews.xlsx").code]),
        ),
        "exports, none fits": ("coordinator", reverse("exports", args=[network]) + "?until=1999-01-01"),
        "exports, bad filter": (
            "coordinator",
            reverse("exports", args=[network]) + "?kind=x&since=2026-05-01&until=2026-01-01",
        ),
        "plan": ("team_leader", of("plan", final)),
        "plan, by item": ("team_leader", of("plan", final) + "?order=item"),
        "plan, empty": ("team_leader", of("plan", corrected)),
        "plan, read": ("evaluator", of("plan", final)),
        "plan, read and empty": ("evaluator", of("plan", corrected)),
        "action": ("team_leader", of("plan_action", final, followed[0].code)),
        "action that can be removed": ("team_leader", of("plan_action", final, followed[1].code)),
        "new action": ("coordinator", of("plan_add", final, 4)),
        "plan before": ("evaluator", of("plan_before", later)),
        "plan before, none": ("evaluator", of("plan_before", apart)),
        "review with a plan before": ("evaluator", of("review", later)),
        "next review due": ("coordinator", of("due", corrected)),
        "when reviews are due": ("coordinator", reverse("rhythm", args=[network])),
        "planned by an older edition": ("coordinator", reverse("newer_editions", args=[network])),
        "dates": ("coordinator", reverse("dates")),
        "dates, evaluator": ("evaluator", reverse("dates")),
        "dates, none": ("stranger", reverse("dates")),
        "timeline": ("coordinator", reverse("timeline", args=[network])),
        "row of a timeline": (
            "coordinator",
            reverse("timeline_step", args=[network, world.network.timeline.first().pk]),
        ),
        "preparation": ("evaluator", of("preparation", prepared)),
        "preparation, none": ("evaluator", of("preparation", bare)),
        "step of a preparation": ("evaluator", of("preparation_step", prepared, step.pk)),
        "new review with a timeline": ("coordinator", of("new_review", organisation)),
        "accessibility": ("nobody", reverse("accessibility")),
        "privacy": ("nobody", reverse("privacy")),
        "accessibility, signed in": ("evaluator", reverse("accessibility")),
        "privacy, signed in": ("evaluator", reverse("privacy")),
        "not found": ("evaluator", "/reviews/00000000-0000-4000-8000-000000000000/"),
        "closed": ("evaluator", of("item", final, 1)),
    }


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("width", [ENLARGED, 1280])
def test_every_page_passes_axe_and_fits_the_window(world: World, window: Window, width: int, part: int) -> None:
    windows: dict[str, Page] = {}
    found = []
    for name, (who, url) in list(pages_of(world).items())[part::PARTS]:
        if who not in windows:
            windows[who] = window(who, viewport={"width": width, "height": TALL})
        page = windows[who]
        page.goto(url)
        for violation in Axe().run(page, options=RULES).response["violations"]:
            targets = [" ".join(map(str, node["target"])) for node in violation["nodes"]][:3]
            found.append(f"{name} ({width}): {violation['id']} at {targets}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{name} ({width}): wider than the window")
        if width != ENLARGED:
            page.evaluate(ADD_SPACING)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append(f"{name}: wider than the window with more space in the text")
    assert found == []


def test_main_pages_pass_axe_in_dark_colours(world: World, window: Window) -> None:
    windows: dict[str, Page] = {}
    found = []
    pages = pages_of(world)
    for name in IN_DARK:
        who, url = pages[name]
        if who not in windows:
            windows[who] = window(who, viewport={"width": 1280, "height": TALL}, color_scheme="dark")
        page = windows[who]
        page.goto(url)
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
        for violation in Axe().run(page, options=RULES).response["violations"]:
            targets = [" ".join(map(str, node["target"])) for node in violation["nodes"]][:3]
            found.append(f"{name}: {violation['id']} at {targets}")
    assert found == []


@pytest.mark.parametrize(
    ("language", "part", "parts"), [("fi", 0, 2), ("fi", 1, 2), ("nn", 0, 3), ("sv", 1, 3), ("en", 2, 3)]
)
def test_pages_in_the_other_languages_pass_axe_and_fit_the_window(
    world: World, window: Window, language: str, part: int, parts: int
) -> None:
    """Finnish has the longest words, so that all pages are made in it. The other languages share them."""
    world.evaluator.language = language
    world.evaluator.save()
    page = window("evaluator", viewport={"width": 320, "height": TALL})
    found = []
    theirs = [(name, url) for name, (who, url) in pages_of(world).items() if who == "evaluator"]
    for name, url in theirs[part::parts]:
        page.goto(url)
        found += [f"{name}: {violation['id']}" for violation in Axe().run(page, options=RULES).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{name}: wider than the window")
    assert found == []


def test_a_conflict_and_a_refused_form_pass_axe(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(reverse("item", args=[review.code, 1]))
    save(review, world.colleague, {1: {"evidence": "Andre", "value": 2}})
    page.get_by_label("Dokumentasjon").fill("Min")
    page.get_by_role("button", name="Sammenlign").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert Axe().run(page, options=RULES).response["violations"] == []
    interview = hold_interview(review, world.evaluator)
    page.goto(reverse("interview_step", args=[review.code, interview.code, 2]))
    note(interview, world.colleague, {"2.1": "Andre"})
    page.get_by_role("textbox").first.fill("Min")
    page.get_by_role("button", name="Sammenlign").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.goto(reverse("new_review", args=[world.organisation.code]))
    page.locator("form[method=post] [type=submit]").last.evaluate("button => button.form.noValidate = true")
    page.get_by_role("button", name="Opprett vurdering").click()
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    assert Axe().run(page, options=RULES).response["violations"] == []


def test_the_first_tab_stop_skips_the_menu(world: World, window: Window) -> None:
    page = window("evaluator")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hopp til innholdet")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_every_control_of_the_scoring_page_is_reachable_by_tab_and_visible(world: World, window: Window) -> None:
    page = window("evaluator")
    page.goto(reverse("item", args=[world.plan_review().code, 5]))
    reached = set()
    for _ in range(75):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            """() => { const node = document.activeElement, box = node.getBoundingClientRect();
            return [node.name || node.textContent.trim().slice(0, 20), box.width > 0 && box.height > 0]; }"""
        )
        assert focus[1], focus
        reached.add(focus[0])
    assert {"value", "sources", "evidence", "recommendation", "go", "Taster ?"} <= reached


def test_on_a_phone_the_lists_start_collapsed_and_open_when_tapped(world: World, window: Window) -> None:
    page = window("evaluator", viewport={"width": 360, "height": 740})
    page.goto(reverse("item", args=[world.plan_review().code, 4]))
    question = page.get_by_text("Vem hänvisar kunder till dig?")
    expect(question).to_be_hidden()
    page.get_by_text("Intervjuspørsmål").click()
    expect(question).to_be_visible()
