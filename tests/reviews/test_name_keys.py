"""Names in the database: each path of writing keeps the keys, duplicates are refused, lists are sorted and searched."""

import re
from collections.abc import Callable, Iterable
from html import unescape
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings

from ipsfidelity.alphabets import ALPHABETS, sort_key
from ipsfidelity.names import cleaned_name, name_key, search_key
from reviews.apps import keys_exist_once
from reviews.models import Invitation, Membership, Network, Organisation, Review, User
from reviews.models.names import Named
from reviews.people.forms import OrganisationForm
from reviews.people.invitations import invite, open_account
from reviews.queue.worker import run_due
from reviews.workflow import Role
from tests.builders import World, query_plan
from tests.import_files import csv_file, import_one, row_of, upload
from tests.test_names import spellings

pytestmark = pytest.mark.django_db

SPELT = "  ips\u00a0ØYVÆR\u200b "  # nobody can tell it from IPS Øyvær
IN_BOTH_ENGINES = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def stored(row: Any) -> Any:
    return type(row)._default_manager.get(pk=row.pk)


def assert_keys_fit(row: Any) -> None:
    row = stored(row)
    assert row.name == cleaned_name(row.name)
    assert row.search_key == search_key(row.name)
    for alphabet in ALPHABETS:
        assert bytes(getattr(row, f"sort_{alphabet}")) == sort_key(row.name, alphabet)
    if isinstance(row, User):
        assert row.email_key == name_key(row.email)
    else:
        assert row.name_key == name_key(row.name)


def twin(organisation: Organisation, name: str) -> Organisation:
    """Return another organisation with an indistinguishable name, as it was possible before names had keys."""
    return Organisation.objects.create(network=organisation.network, name=name, name_key_number=1)


def store(client: Client, world: World, data: bytes) -> str:
    """Upload a file; return the address of its preview."""
    return upload(client, world, data).headers["Location"]


def post_organisation(client: Client, world: World, name: str) -> Any:
    return client.post(reverse("new_organisation", args=[world.network.code]), {"name": name})


# --- Keys are written by every path -----------------------------------------------------------


def by_save(world: World, name: str) -> Organisation:
    organisation = Organisation(network=world.network, name=name)
    organisation.save()
    return organisation


def by_bulk_create(world: World, name: str) -> Organisation:
    return Organisation.objects.bulk_create([Organisation(network=world.network, name=name)])[0]


def by_form(world: World, name: str) -> Organisation:
    assert post_organisation(world.client_of("coordinator"), world, name).status_code == 302
    return Organisation.objects.latest("pk")


def by_admin(world: World, name: str) -> Organisation:
    sent = {"name": name, "network": world.network.pk}
    assert world.client_of("admin").post(reverse("admin:reviews_organisation_add"), sent).status_code == 302
    return Organisation.objects.latest("pk")


def by_renaming(world: World, name: str) -> Organisation:
    address = reverse("rename_organisation", args=[world.network.code, world.sister.code])
    assert world.client_of("coordinator").post(address, {"name": name}).status_code == 302
    return world.sister


def by_saving_one_field(world: World, name: str) -> Organisation:
    world.sister.name = name
    world.sister.save(update_fields=["name"])
    return world.sister


def by_update(world: World, name: str) -> Organisation:
    assert Organisation.objects.filter(pk=world.sister.pk).update(name=name) == 1
    return world.sister


CREATE = [by_save, by_bulk_create, by_form, by_admin]
CHANGE = [by_renaming, by_saving_one_field, by_update]


@pytest.mark.parametrize("write", [*CREATE, *CHANGE])
def test_every_path_writes_the_keys_of_a_name(world: World, write: Callable[[World, str], Organisation]) -> None:
    organisation = write(world, "  IPS\u00a0Ålesund\u200b ")
    assert_keys_fit(organisation)
    assert stored(organisation).name == "IPS Ålesund"


@pytest.mark.parametrize("write", [by_save, by_bulk_create, by_saving_one_field, by_update])
def test_the_database_refuses_a_second_organisation_of_a_name(
    world: World, write: Callable[[World, str], Organisation]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write(world, SPELT)


def test_a_name_that_somebody_takes_at_the_same_moment_is_refused(world: World) -> None:
    form = OrganisationForm({"name": "IPS Ny"}, instance=Organisation(network=world.network))
    assert form.is_valid()
    by_save(world, "ips ny")
    assert not form.saved()
    assert "En annen har nettopp tatt dette navnet" in str(form.errors)


def test_other_networks_may_have_an_organisation_of_the_name(world: World) -> None:
    assert_keys_fit(Organisation.objects.create(network=world.others.network, name="IPS Øyvær"))


def test_the_database_refuses_a_name_of_which_nothing_is_visible(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(network=world.network, name="\u200b")
    assert post_organisation(world.client_of("coordinator"), world, "\u200b").status_code == 422


def test_a_name_cannot_be_updated_by_an_expression(world: World) -> None:
    with pytest.raises(TypeError, match="cannot be computed"):
        Organisation.objects.update(name=models.F("last_kind"))
    with pytest.raises(TypeError, match="cannot be computed"):
        Organisation.objects.bulk_update([world.organisation], ["name"])


@pytest.mark.pdf
@override_settings(DEBUG=True)
def test_the_demo_has_keys() -> None:
    call_command("load_scales", verbosity=0)
    call_command("load_demo", verbosity=0)
    for row in (*Organisation.objects.all(), *Network.objects.all(), *User.objects.all()):
        assert_keys_fit(row)


def test_people_have_keys(world: World) -> None:
    user = world.evaluator
    user.name, user.email = "Åse \u200bNy", "Ny.Adresse@example.org"
    user.save(update_fields=["name", "email"])
    assert_keys_fit(user)


def test_every_named_model_has_its_constraints() -> None:
    for model in Named.__subclasses__():
        constraints = {type(each) for each in model._meta.constraints}
        assert {models.UniqueConstraint, models.CheckConstraint} <= constraints, model


# --- A second name is refused with a sentence ---------------------------------------------------


@IN_BOTH_ENGINES
@given(spelt=spellings("ips øyvær"))
def test_an_organisation_that_exists_is_refused_in_every_spelling(world: World, spelt: str) -> None:
    client, count = world.client_of("coordinator"), Organisation.objects.count()
    answer = post_organisation(client, world, spelt)
    assert answer.status_code == 422
    assert "Nettverket har allerede «IPS Øyvær», og ingen kan se forskjell på navnene." in answer.content.decode()
    assert Organisation.objects.count() == count


@IN_BOTH_ENGINES
@given(spelt=spellings("ips øyvær"))
def test_an_import_finds_the_organisation_in_every_spelling(world: World, spelt: str) -> None:
    client = world.client_of("coordinator")
    page = client.get(store(client, world, csv_file(row_of(4, organisation=spelt)))).context["page"]
    assert [row.organisation for row in page.rows] == ["IPS Øyvær"]
    assert page.faults == ()


@pytest.mark.parametrize("name", ["IPS \u0410lta", "IPS Øyvær \u039f"])
def test_a_name_that_mixes_alphabets_is_refused(world: World, name: str) -> None:
    page = post_organisation(world.client_of("coordinator"), world, name).content.decode()
    assert "Navnet blander bokstaver fra flere alfabeter" in page
    answer = world.client_of("admin").post(reverse("admin:reviews_network_add"), {"name": name})
    assert "blander bokstaver" in answer.content.decode()
    assert not Network.objects.filter(name=name).exists()


def test_a_name_in_another_alphabet_is_accepted(world: World) -> None:
    assert post_organisation(world.client_of("coordinator"), world, "ИПС Надежда").status_code == 302


def test_a_network_that_exists_is_refused(world: World) -> None:
    client = world.client_of("admin")
    answer = client.post(reverse("admin:reviews_network_add"), {"name": "NORD\u00adFJELLA"})
    assert "Det finnes allerede et nettverk «Nordfjella»" in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Network.objects.create(name="nordfjella")


# --- Addresses -----------------------------------------------------------------------------------


def test_an_address_exists_once(world: World) -> None:
    User.objects.filter(pk=world.evaluator.pk).update(email="Kari@Example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="other", name="Other", email="kari@example.org")
    for name in ("one", "two"):
        User.objects.create(username=name, name=name)  # any number of accounts without an address


@pytest.mark.parametrize("address", ["k\u0430ri@example.org", "kari@n\u0430v.no", "kari\u200b@example.org"])
def test_an_odd_address_is_refused_everywhere(world: World, address: str) -> None:
    sent = {"name": "Kari Ny", "email": address, "role": "evaluator", "organisation": ""}
    world.client_of("coordinator").post(reverse("invite", args=[world.network.code]), sent)
    assert not Invitation.objects.exists()
    own = {"email": address, "action_add": ""}
    world.client_of("evaluator").post(reverse("account_email"), own)
    assert not EmailAddress.objects.filter(email__startswith="k").exists()
    with pytest.raises(ValidationError):
        User(username="x", name="X", email=address, password="x").full_clean()


def test_a_changed_address_that_another_account_has_is_not_confirmed(world: World) -> None:
    User.objects.filter(pk=world.colleague.pk).update(email="kari@example.org")  # which allauth does not know of
    own = world.evaluator.email
    EmailAddress.objects.create(user=world.evaluator, email=own, verified=True, primary=True)
    client = world.client_of("evaluator")
    client.post(reverse("account_reauthenticate"), {"password": "evaluator-pw"})
    client.post(reverse("account_email"), {"email": "Kari@Example.org", "action_add": ""})
    run_due()
    link = next(word for word in mail.outbox[-1].body.split() if "confirm-email" in word)
    assert client.post(link).status_code < 500
    assert stored(world.evaluator).email_key == own
    client.post(reverse("account_email"), {"email": "ny@example.org", "action_add": ""})
    run_due()
    client.post(next(word for word in mail.outbox[-1].body.split() if "confirm-email" in word))
    assert stored(world.evaluator).email_key == "ny@example.org"


def test_an_invitation_opens_no_second_account_of_an_address(world: World) -> None:
    User.objects.filter(pk=world.evaluator.pk).update(email="KARI@example.org")
    invitation, _secret = invite(
        network=world.network,
        by=world.coordinator,
        name="K",
        email="kari@Example.org",
        role="evaluator",
        organisation=None,
    )
    with pytest.raises(Exception, match="e-post"):
        open_account(invitation, name="K", password="x", subject=None)


# --- What existed twice before ---------------------------------------------------------------------


def test_what_exists_twice_is_numbered_by_the_migration_and_stays(world: World) -> None:
    second, third = (by_save(world, name) for name in ("a", "b"))
    people = [User.objects.create(username=name, name=name, email=f"{name}@example.org") for name in ("x", "y")]
    before_keys = models.QuerySet  # which adds no keys
    for row, name in ((second, "ips\u200b øyvær"), (third, "IPS  ØYVÆR")):
        before_keys(Organisation).filter(pk=row.pk).update(name=name)
    for person, address in zip(people, ("Kari@example.org", "kari@example.org"), strict=True):
        before_keys(User).filter(pk=person.pk).update(email=address)
    migration = import_module("reviews.migrations.0016_name_keys")
    state = MigrationLoader(connection).project_state([("reviews", "0016_name_keys")])
    migration.fill(state.apps, SimpleNamespace(connection=connection))
    rows = Organisation.objects.filter(name_key="ips øyvær").order_by("pk")
    assert [(row.name, row.name_key_number) for row in rows] == [("IPS Øyvær", 0), ("ips øyvær", 1), ("IPS ØYVÆR", 2)]
    assert [stored(person).email_key_number for person in people] == [0, 1]
    for row in (*rows, *people):
        row.refresh_from_db()
        row.save()  # changes that do not concern the name are still possible
        assert_keys_fit(row)
    warning = keys_exist_once(databases=["default"])[0]
    assert f"the address of account {people[1].pk}" in warning.msg


def test_a_new_duplicate_of_a_duplicate_is_refused(world: World) -> None:
    second = twin(world.organisation, "ips øyvær")
    assert post_organisation(world.client_of("coordinator"), world, "IPS ØYVÆR").status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        by_save(world, "IPS ØYVÆR")
    second.name = "IPS Granlia "  # which exists too
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()
    by_update(world, "IPS Ny")
    second = stored(second)
    second.name = "IPS Annen"
    second.save()
    assert stored(second).name_key_number == 0


def test_the_coordinator_is_shown_what_exists_twice(world: World) -> None:
    client = world.client_of("coordinator")
    address = reverse("network_organisations", args=[world.network.code])
    assert "Ingen kan skille" not in client.get(address).content.decode()
    twin(world.organisation, "IPS ØYVÆR")
    page = client.get(address)
    assert "Ingen kan skille disse organisasjonene" in page.content.decode()
    assert [[each.name for each in group] for group in page.context["page"].same_names] == [["IPS Øyvær", "IPS ØYVÆR"]]


def test_an_import_asks_which_of_two_organisations_is_meant(world: World) -> None:
    second, client = twin(world.organisation, "IPS ØYVÆR"), world.client_of("coordinator")
    address = store(client, world, csv_file(row_of(4, organisation="ips øyvær"), row_of(3, organisation="IPS Granlia")))
    page = client.get(address)
    assert len(page.context["page"].questions) == 1
    assert "Hvilken «ips øyvær» gjelder det? Rader: 2" in page.content.decode()
    assert client.post(address).status_code == 422
    field = page.context["page"].questions[0].field
    for wrong in ("", "x", str(world.sister.code), str(world.others.code)):
        assert client.post(address, {field: wrong}).status_code == 422
    assert not Review.objects.exists()
    assert client.post(address, {field: str(second.code)}).status_code == 302
    run_due()
    assert set(Review.objects.values_list("organisation", flat=True)) == {second.pk, world.sister.pk}


def test_another_choice_is_possible_where_the_first_has_the_review_already(world: World) -> None:
    import_one(world)
    second, client = twin(world.organisation, "IPS ØYVÆR"), world.client_of("coordinator")
    address = store(client, world, csv_file(row_of(4)))
    field = client.get(address).context["page"].questions[0].field
    answer = client.post(address, {field: str(world.organisation.code)})
    assert answer.status_code == 409
    assert [option.is_chosen for option in answer.context["page"].questions[0].options] == [True, False]
    assert client.post(address, {field: str(second.code)}).status_code == 302


def test_the_file_of_faults_says_what_the_page_says(world: World) -> None:
    import_one(world)
    twin(world.organisation, "IPS ØYVÆR")
    client = world.client_of("coordinator")
    address = store(client, world, csv_file(row_of(4)))
    assert client.get(f"{address}faults.csv").content.decode().count("\n") == 1  # the question is not a fault
    field = client.get(address).context["page"].questions[0].field
    answer = client.post(address, {field: str(world.organisation.code)})
    link = re.findall(r'href="([^"]*faults.csv[^"]*)"', answer.content.decode())[0]
    (fault,) = answer.context["page"].faults
    _head, *lines = client.get(unescape(link)).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1
    assert fault.sentence.replace('"', '""') in lines[0]


def test_an_import_marks_what_the_network_does_not_have(world: World) -> None:
    client = world.client_of("coordinator")
    rows = [row_of(4, organisation="IPS Ny"), row_of(4, organisation="ips øyvær")]
    page = client.get(store(client, world, csv_file(*rows)))
    assert [row.is_new for row in page.context["page"].rows] == [True, False]
    assert "ny: ikke i nettverket ennå" in page.content.decode()
    assert "i filen: ips øyvær" in page.content.decode()


# --- Lists and searches ----------------------------------------------------------------------------

BY_LANGUAGE = {
    "nb": ["abba", "IPS 2", "IPS 10", "Zeta", "Ærlig", "Ärlig", "Øst", "Öst", "Ås"],
    "sv": ["abba", "IPS 2", "IPS 10", "Zeta", "Ås", "Ärlig", "Ærlig", "Öst", "Øst"],
    "en": ["abba", "Ærlig", "Ärlig", "Ås", "IPS 2", "IPS 10", "Öst", "Øst", "Zeta"],
}


@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_lists_are_in_the_order_of_the_readers_language(world: World, language: str) -> None:
    names = BY_LANGUAGE[language]
    network = Network.objects.create(name="Ny")
    Organisation.objects.bulk_create(Organisation(network=network, name=name) for name in reversed(names))
    Membership.objects.create(user=world.coordinator, network=network, role=Role.COORDINATOR)
    User.objects.filter(pk=world.coordinator.pk).update(language=language)
    client = world.client_of("coordinator")
    own = {"network": str(network.code)}
    page = client.get(reverse("overview"), own | {"sort": "name"}).context["page"]
    assert [row.name for row in page.rows] == names
    back = client.get(reverse("overview"), own | {"sort": "-name"}).context["page"]
    assert [row.name for row in back.rows] == names[::-1]
    listed = client.get(reverse("network_organisations", args=[network.code])).context["page"].organisations.rows
    assert [each.name for each in listed] == names
    with translation.override(language):
        assert list(map(str, Organisation.objects.filter(network=network))) == names


def test_people_and_networks_are_in_the_order_of_the_readers_language(world: World) -> None:
    for name in ("Åse", "Ärla", "Zara", "östen"):
        user = User.objects.create(username=name, name=name)
        Membership.objects.create(user=user, network=world.others.network, role=Role.EVALUATOR)
        Network.objects.create(name=name)
    orders = {"nb": ["Zara", "Ärla", "östen", "Åse"], "sv": ["Zara", "Åse", "Ärla", "östen"]}
    for language, order in orders.items():
        with translation.override(language):
            people = User.objects.evaluators_of(world.others.network).exclude(pk=world.stranger.pk)
            assert [person.name for person in people] == order
            assert [network.name for network in Network.objects.filter(name__in=order)] == order


@pytest.mark.parametrize(
    ("typed", "name"),
    [("alesund", "IPS Ålesund"), ("ålesund", "IPS Ålesund"), ("oyvaer", "IPS Øyværet"), ("ostersund", "IPS Östersund")],
)
def test_a_search_finds_names_without_their_accents(world: World, typed: str, name: str) -> None:
    Organisation.objects.create(network=world.network, name=name)
    client = world.client_of("coordinator")

    def found(page: str, parameter: str) -> Iterable[str]:
        context = client.get(reverse(page), {parameter: typed}).context["page"]
        return [row.name for row in getattr(context, "rows", None) or context.organisations]

    assert name in found("overview", "q")
    assert name in found("organisations", "q")
    exports = client.get(reverse("exports", args=[world.network.code]), {"name": typed})
    assert name in exports.content.decode()
    listed = world.client_of("admin").get(reverse("admin:reviews_organisation_changelist"), {"q": typed})
    assert name in listed.content.decode()


@pytest.mark.parametrize("sign", ["%", "_", "\\", "'"])
def test_signs_with_a_meaning_in_sql_are_searched_as_signs(world: World, sign: str) -> None:
    assert list(Organisation.objects.named(sign)) == []
    Organisation.objects.filter(pk=world.sister.pk).update(name=f"IPS {sign} Nord")
    assert list(Organisation.objects.named(f"{sign} nord")) == [world.sister]


@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_a_page_of_names_is_read_by_the_index_of_the_alphabet(world: World, language: str) -> None:
    many = (Organisation(network=world.network, name=f"IPS {n}") for n in range(500))
    Organisation.objects.bulk_create(many)
    User.objects.filter(pk=world.coordinator.pk).update(language=language)
    client = world.client_of("coordinator")
    for sort in ("name", "-name"):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("overview"), {"sort": sort, "page": 2})
        page = next(query["sql"] for query in asked.captured_queries if "LIMIT 51 OFFSET 50" in query["sql"])
        inner = page[page.index("(SELECT") + 1 : page.index("OFFSET 50") + len("OFFSET 50")]
        plan = query_plan(inner)
        assert f"organisation_{ {'nb': 'norwegian', 'sv': 'swedish', 'en': 'english'}[language] }" in plan
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan
