"""The templates of this project are loaded without the indentation of their lines."""

import pytest
from django.template.loader import get_template
from django.template.loaders.filesystem import Loader as FilesystemLoader
from django.urls import reverse

from tests.builders import World, save


def test_a_template_is_loaded_without_indentation_and_with_all_of_its_lines() -> None:
    loaded = get_template("base.html").template
    written = FilesystemLoader(loaded.engine).get_contents(loaded.origin)
    assert loaded.source.splitlines() == [line.lstrip() for line in written.splitlines()]
    assert loaded.source != written


@pytest.mark.django_db
def test_a_text_keeps_the_spaces_that_a_person_typed(world: World) -> None:
    review, text = world.score_review(4), "Først dette:\n    en innrykket linje"
    save(review, world.evaluator, {1: {"evidence": text}})
    page = world.client_of("evaluator").get(reverse("item", args=[review.code, 1])).content.decode()
    assert text in page
