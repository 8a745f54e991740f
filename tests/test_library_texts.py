"""Our catalogues override sentences of Django and allauth; each is still a text of a library."""

from io import BytesIO
from pathlib import Path

import allauth
import django
import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from ipsfidelity.catalogues import collect_texts
from reviews.models import User

CATALOGUES = [
    Path(library.__file__).parent / folder / "sv" / "LC_MESSAGES" / "django.po"
    for library, folder in ((django, "conf/locale"), (django, "contrib/auth/locale"), (allauth, "locale"))
]


def test_each_overridden_text_is_still_one_of_a_library() -> None:
    library = {message.id for path in CATALOGUES for message in read_po(BytesIO(path.read_bytes()))}
    ours = [message.id for message in collect_texts() if ("ipsfidelity/library_texts.py", 0) in message.locations]
    assert len(ours) > 60
    assert [text for text in ours if text not in library] == []


@pytest.mark.parametrize(
    ("language", "question"),
    [("nb", "Er du sikker på at du vil logge ut?"), ("sv", "Är du säker på att du vill logga ut?")],
)
@pytest.mark.django_db
def test_signing_out_asks_in_plain_words(language: str, question: str) -> None:
    client = Client()
    client.force_login(User.objects.create_user("kari", language=language), backend=settings.AUTHENTICATION_BACKENDS[0])
    assert question in client.get(reverse("account_logout")).content.decode()


@pytest.mark.parametrize(("language", "sentence"), [("nb", "Fyll ut feltet."), ("sv", "Fyll i fältet.")])
def test_an_empty_field_asks_in_plain_words(language: str, sentence: str) -> None:
    with translation.override(language):
        assert gettext("This field is required.") == sentence
