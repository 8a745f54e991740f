"""Tables in other encodings: guessed, shown by some of their words, and confirmed or chosen by a person."""

import pytest
from django.test import Client

from reviews.imports.columns import column_letters
from reviews.imports.services import FaultyRows, import_reviews
from reviews.models import Review, Upload
from reviews.queue.worker import run_due
from tests.builders import World
from tests.import_files import HEAD, csv_file, preview, row_of, stored, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(world: World) -> Client:
    return world.client_of("coordinator")


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("cp1252", "Windows-1252"),
        ("latin-1", "Windows-1252"),
        ("mac_roman", "Mac OS"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16 LE"),
        ("utf-16-be", "UTF-16 BE"),
    ],
)
def test_another_encoding_is_read_and_has_to_be_confirmed(
    client: Client, world: World, encoding: str, named: str
) -> None:
    waiting = stored(world, csv_file(row_of(4, evaluators="Kåre Ødegård"), encoding=encoding))
    (question,) = client.get(url_of(waiting)).context["page"].questions
    assert question.options[0].label == f"Øyvær, Kåre, Ødegård ({named})" or named == "Mac OS"
    assert client.post(url_of(waiting)).status_code == 422
    with pytest.raises(FaultyRows):
        import_reviews(upload=waiting, by=world.coordinator)
    assert client.post(url_of(waiting), {"letters": question.options[0].value}).status_code == 302
    run_due()
    assert Review.objects.get().record.content["review"]["evaluators"] == ["Kåre Ødegård"]


@pytest.mark.parametrize("right", ["cp850", "mac_roman", "cp865", "cp1252"])
def test_a_person_tries_other_encodings_and_the_file_is_read_in_the_one_that_they_choose(
    client: Client, world: World, right: str
) -> None:
    head, row = ("Virksomhet", "Datø", *HEAD[2:], "Ønske"), [*row_of(4, evaluators="Kåre Ødegård; Åse Ørn"), "Nå"]
    waiting = stored(world, csv_file(row, head=head, encoding=right))
    places = [column_letters(index) for index in range(len(HEAD))]
    chosen = {
        f"column:{place}": column.partition("_")[0] if column.startswith("item") else column
        for place, column in zip(places, HEAD, strict=True)
    }
    numbers = {f"item:{place}": column.rpartition("_")[2] for place, column in zip(places, HEAD, strict=True)}
    client.post(url_of(waiting, "import_columns"), chosen | numbers)
    (question,) = client.get(url_of(waiting)).context["page"].questions
    offered = [option.value for option in question.options]
    assert len(offered) > 2
    others = [encoding for encoding in offered if encoding != right]
    for encoding in (*others[1:], others[0], right):
        assert client.post(url_of(waiting), {"letters": encoding}).status_code == 302
        page = client.get(url_of(waiting)).context["page"]
        (chosen,) = [option.value for option in page.questions[0].options if option.is_chosen]
        assert chosen == encoding
    assert page.questions[0].options[0].label.startswith("Datø, Ønske, Øyvær, Kåre, Ødegård, Åse, Ørn, Nå (")
    assert (page.rows[0].organisation, page.rows[0].evaluators) == ("IPS Øyvær", "Kåre Ødegård, Åse Ørn")
    assert [each.beginning for each in page.not_read] == ["Ønske"]
    client.post(url_of(waiting), {"letters": right})
    run_due()
    assert Review.objects.get().record.content["review"]["evaluators"] == ["Kåre Ødegård", "Åse Ørn"]


def test_an_encoding_that_does_not_fit_is_not_taken(client: Client, world: World) -> None:
    waiting = stored(world, csv_file(row_of(4), encoding="cp1252"))
    before = Upload.objects.get().rows
    for encoding in ("utf-16", "ascii", "rot13", "x" * 200):
        assert client.post(url_of(waiting), {"letters": encoding}).status_code == 422
    assert Upload.objects.get().rows == before


def test_a_file_in_utf_8_asks_nothing(client: Client, world: World) -> None:
    assert preview(client, world, csv_file(row_of(4))).questions == ()
