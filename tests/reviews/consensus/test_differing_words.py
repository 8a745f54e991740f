"""Which words of the anchors differ."""

from reviews.consensus.differing_words import differing_words


def marked(*texts: str) -> list[list[str]]:
    return [[run for run, differs in runs if differs] for runs in differing_words(texts)]


def test_the_words_that_are_not_in_all_texts_are_marked() -> None:
    texts = (
        "Foretar to personlige henvendelser hver uke.",
        "Foretar fire personlige henvendelser hver uke.",
        "Foretar fem personlige henvendelser hver måned.",
    )
    assert marked(*texts) == [["to", "uke."], ["fire", "uke."], ["fem", "måned."]]
    assert [" ".join(run for run, _differs in runs) for runs in differing_words(texts)] == list(texts)


def test_case_and_punctuation_do_not_count() -> None:
    assert marked("Møter, hver uke", "møter hver uke.") == [[], []]


def test_texts_without_much_in_common_are_not_marked() -> None:
    assert marked("Ingen er oppfylt.", "Alle møter holdes sammen med teamet.") == [[], []]


def test_empty_texts_have_no_runs() -> None:
    assert differing_words(("", "")) == ((), ())
