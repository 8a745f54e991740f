"""Imports in the browser: a coordinator uploads a file with faults, corrects it, imports it and reads the sheet."""

import re
from collections.abc import Callable
from datetime import date

from django.urls import reverse
from playwright.sync_api import FilePayload, Page, expect

from reviews.exports.formats import json_lines_of
from reviews.models import Membership, Network, Organisation, Review, Upload
from reviews.queue.worker import run_due
from reviews.workflow import Role
from tests.builders import World
from tests.import_files import csv_file, row_of, xlsx_file

Window = Callable[..., Page]


def choose(page: Page, data: bytes, name: str) -> None:
    file = FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
    page.get_by_label("Fil", exact=False).last.set_input_files(file)
    page.get_by_role("button", name="Sjekk filen").click()


def test_a_coordinator_corrects_a_file_imports_it_and_reads_a_sheet(world: World, window: Window) -> None:
    page = window("coordinator")
    page.goto(reverse("network", args=[world.network.code]))
    page.get_by_role("link", name="Importer tidligere vurderinger").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    assert download.value.suggested_filename == "import-ips-25-nb.xlsx"
    second = row_of(3, organisation="IPS Granlia", visit_start=date(2022, 5, 4), visit_end="")
    choose(page, xlsx_file(row_of([*[4] * 11, 6, *[4] * 13]), [*second[:3], "egen", *second[4:]]), "gamle.xlsx")
    expect(page.get_by_role("heading", level=1)).to_have_text("gamle.xlsx")
    found = page.get_by_role("table", name="Dette er feil").get_by_role("row")
    expect(found).to_have_count(3)
    expect(found.nth(1)).to_contain_text("item_12")
    expect(found.nth(1)).to_contain_text("«6» er ikke en skåre fra 1 til 5.")
    expect(found.nth(2)).to_contain_text("«egen» er ikke en type vurdering")
    expect(page.get_by_role("button", name="Importer")).to_have_count(0)
    page.get_by_role("link", name="Last opp en annen fil").click()
    choose(page, xlsx_file(row_of(4), second), "gamle.xlsx")
    understood = page.get_by_role("table", name="Slik ble filen forstått")
    expect(understood.get_by_role("row").nth(2)).to_contain_text("IPS Granlia")
    expect(understood.get_by_role("row").nth(2)).to_contain_text("75")
    assert not Review.objects.exists()
    page.get_by_role("button", name="Importer 2 vurderinger").click()
    status = page.get_by_role("status")
    expect(status).to_contain_text("Venter på tur siden")
    assert not Review.objects.exists()
    page.get_by_role("link", name="Oppdater").focus()
    run_due()
    expect(status).to_have_text("2 vurderinger er importert.")  # the page asks by itself
    expect(page.get_by_role("link", name="Alle vurderinger")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="10.–11. mars 2024", exact=True).click()
    expect(page.get_by_text("Den er gjort et annet sted og ikke signert her")).to_be_visible()
    page.get_by_role("link", name="Skåringsskjema", exact=True).click()
    expect(page.get_by_text("Importert av Coordinator")).to_contain_text("Ikke signert her.")
    expect(page.get_by_text("Kari Nymoen, Per Berg")).to_be_visible()
    assert (Review.objects.count(), Upload.objects.filter(imported_at__isnull=False).count()) == (2, 1)


def test_the_preview_asks_which_of_two_organisations_of_a_name_is_meant(world: World, window: Window) -> None:
    second = Organisation.objects.create(network=world.network, name="IPS ØYVÆR", name_key_number=1)
    page = window("coordinator")
    page.goto(reverse("network_organisations", args=[world.network.code]))
    expect(page.get_by_text("Ingen kan skille disse organisasjonene")).to_be_visible()
    page.get_by_role("link", name="Data", exact=True).click()
    page.get_by_role("link", name="Importer", exact=True).click()
    choose(page, xlsx_file(row_of(4)), "gamle.xlsx")
    page.get_by_label("Hvilken «IPS Øyvær» gjelder det?").select_option("IPS ØYVÆR (2), ingen vurdering ennå")
    page.get_by_role("button", name="Importer 1 vurdering").click()
    expect(page.get_by_role("status")).to_contain_text("Venter på tur siden")
    run_due()
    expect(page.get_by_role("status")).to_have_text("1 vurdering er importert.")
    assert Review.objects.get().organisation == second


def test_a_coordinator_matches_a_service_s_own_columns_and_answers_what_the_file_leaves_open(
    world: World, window: Window
) -> None:
    page = window("coordinator", java_script_enabled=False)
    page.goto(reverse("imports", args=[world.network.code]))
    head = ["Virksomhet", "Dato", *(f"{n}. kriterium" for n in range(1, 25)), "Siste kriterium", "Merknad"]
    row = ["IPS Oyvaer", "5/11/2024", *[4] * 25, "Fint"]
    title = ["Våre kvalitetsvurderinger"]
    choose(page, csv_file(head, row, ["Snitt", "", *[4] * 25], head=title, encoding="cp1252"), "egne.csv")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hva står i kolonnene?")
    expect(page.get_by_role("combobox", name="kolonne A Virksomhet", exact=True)).to_have_value("organisation")
    expect(page.get_by_role("status")).to_contain_text("Mangler ennå: skåre på kriterium 25")
    page.get_by_role("button", name="Les filen slik").click()
    expect(page.get_by_role("alert")).to_contain_text("Dette mangler ennå: skåre på kriterium 25")
    page.get_by_role("combobox", name="kolonne AA Siste kriterium", exact=True).select_option("item")
    page.get_by_role("combobox", name="Kriterium kolonne AA Siste kriterium").fill("25")
    page.get_by_role("button", name="Les filen slik").click()
    not_read = page.get_by_role("table", name="Ikke lest")
    for place, told in (("rad 1", "Våre kvalitetsvurderinger"), ("rad 4", "Snitt"), ("kolonne AB", "Merknad")):
        expect(not_read.get_by_role("row", name=place)).to_contain_text(told)
    page.get_by_label("Filen er ikke i UTF-8.").select_option("cp1252")
    page.get_by_label("Hvilken type er alle sammen?").select_option("peer")
    page.get_by_label("I hvilken rekkefølge er de skrevet").select_option("dag, måned, år")
    page.get_by_label("Ingen organisasjon heter «IPS Oyvaer».").select_option("IPS Øyvær, ingen vurdering ennå")
    page.get_by_role("button", name="Importer 1 vurdering").click()
    run_due()
    page.get_by_role("link", name="Oppdater").click()
    expect(page.get_by_role("status")).to_have_text("1 vurdering er importert.")
    review = Review.objects.get()
    assert (review.organisation, review.kind, review.visit_start) == (world.organisation, "peer", date(2024, 11, 5))


def test_without_javascript_an_import_is_left_come_back_to_and_refused(world: World, window: Window) -> None:
    page = window("coordinator", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page.goto(reverse("imports", args=[world.network.code]))
    choose(page, csv_file(row_of(4)), "gamle.csv")
    page.get_by_role("button", name="Importer 1 vurdering").click()
    expect(page.get_by_role("status")).to_contain_text("Venter på tur siden")
    page.goto(reverse("imports", args=[world.network.code]))
    expect(page.get_by_text("Venter på tur siden")).to_be_visible()
    page.get_by_role("link", name="gamle.csv").click()
    world.plan_review(visit_start=date(2024, 3, 10), visit_end=date(2024, 3, 11))
    run_due()
    page.get_by_role("link", name="Oppdater").click()
    expect(page.get_by_text("Ingenting er importert, og filen er beholdt.")).to_be_visible()
    expect(page.get_by_role("table", name="Dette er feil")).to_contain_text("Det finnes allerede en vurdering")


def test_on_a_phone_without_javascript_a_file_is_refused_accepted_and_withdrawn(world: World, window: Window) -> None:
    page = window("coordinator", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page.goto(reverse("imports", args=[world.network.code]))
    choose(page, b"organisasjon;dato\nIPS;i dag", "rot.csv")
    expect(page.get_by_text("Disse kolonnene mangler").last).to_be_visible()  # at the field
    choose(page, csv_file(row_of(4)), "rett.csv")
    expect(page).to_have_url(re.compile("/imports/[0-9a-f-]{36}/$"))
    page.get_by_role("button", name="Trekk filen tilbake").click()
    expect(page.get_by_role("status")).to_contain_text("Filen er trukket tilbake")
    assert not Upload.objects.exists()


def test_on_a_phone_the_columns_of_a_file_are_matched_without_scrolling_sideways(world: World, window: Window) -> None:
    page = window("coordinator", viewport={"width": 360, "height": 740})
    page.goto(reverse("imports", args=[world.network.code]))
    head = ["Virksomhet", "Dato", *(f"Poeng {n}" for n in range(1, 26)), "Merknad om " + "oppfølging" * 9]
    choose(page, csv_file(["IPS Øyvær", "2024-03-10", *[4] * 25, "ordutenmellomrom" * 9], head=head), "egne.csv")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hva står i kolonnene?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    row = page.get_by_role("table", name="Kolonner").get_by_role("row", name="Merknad")
    kind, item = row.locator("select"), row.locator("input")
    expect(kind).to_have_value("")
    expect(item).to_be_hidden()
    kind.select_option("note")
    item.fill("3")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Les filen slik").click()
    page.get_by_label("Hvilken type er alle sammen?").select_option("peer")
    page.get_by_role("button", name="Importer 1 vurdering").click()
    run_due()
    assert Review.objects.get().scores.get(item_number=3).evidence == "ordutenmellomrom" * 9


def test_a_coordinator_brings_an_export_into_another_network(world: World, window: Window) -> None:
    """The file is read behind the request; the page says so, and then shows what is in it."""
    review = world.final_review(4)
    data = b"".join(json_lines_of([review.pk]))
    other = Network.objects.create(name="Fylket ved siden av")
    Organisation.objects.create(network=other, name="IPS Øyvær")
    Membership.objects.create(user=world.coordinator, network=other, role=Role.COORDINATOR)
    page = window("coordinator")
    page.goto(reverse("imports", args=[other.code]))
    choose(page, data, "reviews.jsonl")
    expect(page.get_by_role("status")).to_contain_text("Venter på å bli lest")
    run_due()
    expect(page.get_by_role("heading", name="Slik ble filen forstått")).to_be_visible()  # the page asks by itself
    expect(page.get_by_text("om evaluatorene skåret hver for seg eller sammen (1)")).to_be_visible()
    page.get_by_role("button", name="Importer 1 vurdering").click()
    expect(page.get_by_role("status")).to_contain_text("Venter på tur siden")
    run_due()
    expect(page.get_by_role("status")).to_have_text("1 vurdering er importert.")
    assert Review.objects.filter(organisation__network=other, is_imported=True).count() == 1
