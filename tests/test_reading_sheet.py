"""The sheet for native readers has sentences of as many pages as possible."""

from tests.reading_sheet import Sentence, chosen, is_sentence


def sentences(page: str, count: int) -> list[Sentence]:
    return [Sentence("evaluator", page, "", f"{page} {number}", "") for number in range(count)]


def test_each_page_has_one_sentence_before_another_has_two() -> None:
    by_page = [sentences("/a/", 3), [], sentences("/b/", 1), sentences("/c/", 2)]
    assert [each.english for each in chosen(by_page, 3)] == ["/a/ 0", "/b/ 0", "/c/ 0"]
    assert [each.english for each in chosen(by_page, 4)] == ["/a/ 0", "/a/ 1", "/b/ 0", "/c/ 0"]
    assert len(chosen(by_page)) == 6


def test_labels_and_placeholders_are_no_sentences() -> None:
    assert is_sentence("Nothing was saved.")
    assert not is_sentence("Save")
    assert not is_sentence("%(name)s of <b>%(count)s</b>")
