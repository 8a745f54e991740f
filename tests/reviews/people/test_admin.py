"""Django's admin: which queries its lists answer, and the traces of an administrator's changes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.db.models import JSONField, Model
from django.test import Client, RequestFactory
from django.urls import reverse

from reviews.models import AccessAction, AccessEvent, Organisation, Review, User
from reviews.models.names import ByName
from tests.builders import SECRET, World, with_second_factor
from tests.work import working

pytestmark = pytest.mark.django_db
SUFFIXES = ("", "__exact", "__startswith", "__gte", "__isnull", "__regex", "__in")
ITS_OWN = re.compile(
    r'name="(csrfmiddlewaretoken|back)" value="[^"]*"|data-session-left="[^"]*"'
)  # differs with every request
NEW = "Sommerfugl-på-fjellet-7"


def list_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def paths_of(model: type[Model], *, relations: bool = True) -> Iterator[str]:
    """Return every column of a model, the keys of its JSON, and those of related models in both directions."""
    for field in model._meta.get_fields(include_hidden=True):
        yield field.name
        if attribute := getattr(field, "attname", ""):
            yield attribute
        if isinstance(field, JSONField):
            yield from (f"{field.name}__secret", f"{field.name}__0")
        if field.is_relation and relations and field.related_model:
            yield from (f"{field.name}__{path}" for path in paths_of(field.related_model, relations=False))


def declared(model: type[Model], user: User) -> set[str]:
    """Return the parameters of the filters that a list shows."""
    request = RequestFactory().get("/")
    request.user = user
    shown = admin.site._registry[model].get_changelist_instance(request)
    return {name for spec in shown.filter_specs for name in spec.expected_parameters()}


# --- What lists answer --------------------------------------------------------------------


def test_no_list_answers_a_look_up_that_it_does_not_declare(world: World) -> None:
    """The test calls the list directly, because there are thousands of look-ups. Each is refused before any query."""
    tried = 0
    for model, own in admin.site._registry.items():
        allowed = declared(model, world.admin)
        for lookup in {f"{path}{suffix}" for path in paths_of(model) for suffix in SUFFIXES} - allowed:
            request = RequestFactory().get("/", {lookup: "1"})
            request.user = world.admin
            with pytest.raises(DisallowedModelAdminLookup):
                own.get_changelist_instance(request)
            tried += 1
    assert tried > 1_000


def test_a_condition_is_answered_alike_whether_it_is_true_or_false(world: World) -> None:
    Organisation.objects.update(last_total=100)
    client, answers = world.client_of("admin"), []
    pairs = [
        (Authenticator, "data__secret__startswith", SECRET[:1], "A"),
        (Authenticator, "data__contains", '{"secret": "x"}', "{}"),
        (Organisation, "last_total__gte", "95", "105"),
        (Organisation, "reviews__status", "draft", "x"),
        (Organisation, "network__good_total__gte", "1", "999"),
        (User, "password__startswith", "md5", "x"),
        (User, "is_nothing", "1", "2"),
    ]
    for model, lookup, true, false in pairs:
        both = [client.get(list_of(model), {lookup: value, "o": "1"}) for value in (true, false)]
        answers.append([(answer.status_code, ITS_OWN.sub("", answer.content.decode())) for answer in both])
    assert {status for both in answers for status, _ in both} == {400}
    assert all(first == second for first, second in answers)


@pytest.mark.parametrize("facets", ["", "1"])
def test_the_declared_filters_still_work(world: World, facets: str) -> None:
    client = world.client_of("admin")
    own = {"_facets": facets} if facets else {}
    page = client.get(list_of(Organisation), own | {"network__id__exact": world.network.pk, "o": "-1", "p": "1"})
    names = page.content.decode()
    assert page.status_code == 200
    assert "IPS Øyvær" in names
    assert world.others.name not in names
    people = client.get(list_of(User), own | {"is_superuser__exact": "1", "q": "admin", "all": ""})
    assert people.status_code == 200
    assert [user.username for user in people.context["cl"].result_list] == ["admin"]


def test_no_list_can_be_ordered_by_what_it_does_not_show(world: World) -> None:
    request = RequestFactory().get("/")
    for model, own in admin.site._registry.items():
        shown = [*own.get_list_display(request), *own.get_ordering(request), *model._meta.ordering, "pk"]
        for column in range(-30, 30):
            for sign in ("", "-"):
                request = RequestFactory().get("/", {"o": f"{sign}{column}"})
                request.user = world.admin
                order = own.get_changelist_instance(request).queryset.query.order_by
                assert set(map(column_of, order)) <= set(map(column_of, shown))


def column_of(order: Any) -> str:
    """Return the column of one element of an order. The name is shown, and sorted by its position in the alphabet."""
    column = getattr(order, "expression", order)
    return "sorted_name" if isinstance(column, ByName) else column.removeprefix("-")


def test_no_page_of_the_admin_reveals_reviews(world: World) -> None:
    review = world.score_review(4)
    client = world.client_of("admin")
    kinds = {model: ContentType.objects.get_for_model(model).pk for model in (Review, Organisation)}
    assert client.get(f"/admin/r/{kinds[Review]}/{review.pk}/").status_code == 404
    assert client.get(f"/admin/r/{kinds[Organisation]}/{world.organisation.pk}/").status_code == 302
    for model, field in (("review", "organisation"), ("network", "organisations"), ("reviewevent", "by")):
        asked = {"app_label": "reviews", "model_name": model, "field_name": field, "term": "a"}
        assert client.get(reverse("admin:autocomplete"), asked).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": world.organisation.pk}
    one = client.get(reverse("admin:reviews_organisation_delete", args=[world.organisation.pk]))
    for page in (one.content.decode(), client.post(list_of(Organisation), chosen).content.decode()):
        assert "Kan ikke slette" in page
        assert "2026-03-10" not in page
        assert "Leader" not in page
    assert client.get(list_of(User), {"_to_field": "code"}).status_code == 400
    by_code = reverse("admin:reviews_organisation_change", args=[world.organisation.code])
    assert client.get(by_code, {"_to_field": "code"}).status_code == 400


def test_staff_without_permissions_learn_of_no_organisation(world: World) -> None:
    User.objects.filter(pk=world.stranger.pk).update(is_staff=True)
    kind = ContentType.objects.get_for_model(Organisation).pk
    client = world.client_of("stranger")
    with_second_factor(world.stranger)
    assert client.get(f"/admin/r/{kind}/{world.organisation.pk}/").status_code == 404


def test_names_and_addresses_of_accounts_are_unique_regardless_of_case(world: World) -> None:
    EmailAddress.objects.create(user=world.colleague, email="mine@example.org", verified=True, primary=True)
    client = world.client_of("admin")
    change = reverse("admin:reviews_user_change", args=[world.evaluator.pk])
    own = {"username": "evaluator", "name": "Evaluator", "email": "evaluator@example.org", "is_active": "on"}
    for changed in ({"username": "COLLEAGUE"}, {"email": "Colleague@example.org"}, {"email": "MINE@example.org"}):
        answer = client.post(change, own | changed)
        assert set(answer.context["adminform"].form.errors) == set(changed)
    new = {"username": "ny", "name": "Ny", "usable_password": "false", "email": "mine@example.org"}
    assert set(client.post(reverse("admin:reviews_user_add"), new).context["adminform"].form.errors) == {"email"}
    assert client.post(change, own).status_code == 302


# --- How somebody signs in ----------------------------------------------------------------


def sign_in_changes_of(person: User) -> list[tuple[str, str, str]]:
    lines = AccessEvent.objects.filter(action=AccessAction.SIGN_IN_CHANGED, person=person)
    return [(str(line.by), line.action, line.page) for line in lines]


@pytest.fixture(autouse=True)
def _address_of_the_installation(settings: Any) -> None:
    settings.PUBLIC_URL = "https://ips.example.org"


@pytest.mark.parametrize("spelling", ["{}", "_2B{}", "_0A{}"])  # Django unquotes the key in the address
def test_a_password_set_by_an_administrator_is_logged_and_mailed(world: World, spelling: str) -> None:
    url = reverse("admin:auth_user_password_change", args=[spelling.format(world.evaluator.pk)])
    sent = {"password1": NEW, "password2": NEW, "usable_password": "true", "set-password": "1"}
    with working():
        assert world.client_of("admin").post(url, sent).status_code == 302
    world.evaluator.refresh_from_db()
    assert world.evaluator.check_password(NEW)
    assert sign_in_changes_of(world.evaluator) == [("Admin", "sign_in_changed", "password")]
    told = mail.outbox[0]
    assert told.to == ["evaluator@example.org"]
    assert "https://ips.example.org/accounts/password/reset/" in told.body
    assert NEW not in told.body + told.subject


def test_a_refused_password_leaves_no_trace(world: World) -> None:
    url = reverse("admin:auth_user_password_change", args=[world.evaluator.pk])
    with working():
        for sent in ({"password1": "kort", "password2": "kort"}, {"usable_password": "false", "set-password": "1"}):
            world.client_of("admin").post(url, sent)
    assert (sign_in_changes_of(world.evaluator), mail.outbox) == ([], [])


def test_an_account_created_with_a_password_is_logged_and_mailed(world: World) -> None:
    sent = {"username": "ny", "name": "Ny", "email": "ny@example.org", "usable_password": "true"}
    with working():
        world.client_of("admin").post(reverse("admin:reviews_user_add"), sent | {"password1": NEW, "password2": NEW})
    assert sign_in_changes_of(User.objects.get(username="ny")) == [("Admin", "sign_in_changed", "account")]
    assert [(told.to, NEW in told.body) for told in mail.outbox] == [(["ny@example.org"], False)]


def test_changing_the_address_first_does_not_hide_a_new_password(world: World) -> None:
    EmailAddress.objects.create(user=world.evaluator, email="evaluator@example.org", verified=True, primary=True)
    url = reverse("admin:reviews_user_change", args=[world.evaluator.pk])
    sent = {"username": "evaluator", "name": "Evaluator", "email": "mine@example.org", "is_active": "on"}
    with working():
        world.client_of("admin").post(url, sent)
    assert sign_in_changes_of(world.evaluator) == [("Admin", "sign_in_changed", "email")]
    assert [told.to for told in mail.outbox] == [["evaluator@example.org"]]


@pytest.mark.parametrize("way", ["page", "list"])
def test_a_second_factor_removed_by_an_administrator_is_logged_and_mailed(world: World, way: str) -> None:
    factor = Authenticator.objects.get(user=world.coordinator)
    client, sent = world.client_of("admin"), {"post": "yes"}
    with working():
        if way == "page":
            client.post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), sent)
        else:
            client.post(list_of(Authenticator), sent | {"action": "delete_selected", "_selected_action": factor.pk})
    assert not Authenticator.objects.filter(user=world.coordinator).exists()
    assert sign_in_changes_of(world.coordinator) == [("Admin", "sign_in_changed", "second_factor")]
    assert [told.to for told in mail.outbox] == [["coordinator@example.org"]]


def test_rights_that_an_administrator_changes_are_logged(world: World) -> None:
    url = reverse("admin:reviews_user_change", args=[world.evaluator.pk])
    sent = {"username": "evaluator", "name": "Evaluator", "email": "evaluator@example.org", "is_active": "on"}
    client = world.client_of("admin")
    client.post(url, sent | {"is_staff": "on", "is_superuser": "on"})
    client.post(url, {name: value for name, value in sent.items() if name != "is_active"})
    lines = AccessEvent.objects.filter(action=AccessAction.RIGHTS_CHANGED, person=world.evaluator).order_by("pk")
    changes = [(str(line.by), line.page) for line in lines]
    assert changes == [("Admin", "is_staff is_superuser"), ("Admin", "is_active is_staff is_superuser")]


def test_an_account_without_a_password_is_logged(world: World) -> None:
    sent = {"username": "ny", "name": "Ny", "email": "ny@example.org", "usable_password": "false"}
    world.client_of("admin").post(reverse("admin:reviews_user_add"), sent)
    assert sign_in_changes_of(User.objects.get(username="ny")) == [("Admin", "sign_in_changed", "account")]


def test_names_of_networks_and_organisations_that_an_administrator_writes_are_logged(world: World) -> None:
    client, network = world.client_of("admin"), world.network
    client.post(reverse("admin:reviews_network_change", args=[network.pk]), {"name": "Nordfjella og Sør"})
    new = {"name": "IPS Ny", "network": network.pk}
    client.post(reverse("admin:reviews_organisation_add"), new)
    client.post(reverse("admin:reviews_organisation_change", args=[world.sister.pk]), {"name": "IPS Granlia Øst"})
    lines = AccessEvent.objects.filter(by=world.admin, network=network).order_by("pk")
    about = [(line.action, str(line.organisation or "")) for line in lines]
    assert about == [
        ("network_renamed", ""),
        ("organisation_added", "IPS Ny"),
        ("organisation_renamed", "IPS Granlia Øst"),
    ]


def test_a_mail_server_that_is_down_does_not_undo_the_change(world: World, settings: Any) -> None:
    smtp = {"host": "127.0.0.1", "port": 9, "timeout": 1}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": smtp}}
    url = reverse("admin:auth_user_password_change", args=[world.evaluator.pk])
    sent = {"password1": NEW, "password2": NEW, "usable_password": "true", "set-password": "1"}
    with working():
        assert world.client_of("admin").post(url, sent).status_code == 302
    assert Client().login(username="evaluator", password=NEW)
    assert sign_in_changes_of(world.evaluator)
