"""Responses with a file: PDFs open in the browser, everything else is saved, each under its name."""

from ipsfidelity.downloads import CSV_TYPE, PDF_TYPE, ZIP_TYPE, send_file, stream_file


def test_a_pdf_opens_in_the_browser_and_any_other_file_is_saved() -> None:
    assert send_file(b"", PDF_TYPE, "ark.pdf")["Content-Disposition"] == 'inline; filename="ark.pdf"'
    assert send_file(b"", CSV_TYPE, "tall.csv")["Content-Disposition"] == 'attachment; filename="tall.csv"'


def test_a_name_cannot_end_the_header_it_is_sent_in() -> None:
    assert send_file(b"", CSV_TYPE, 'a"; x="b.csv')["Content-Disposition"] == 'attachment; filename="a\\"; x=\\"b.csv"'
    both = send_file(b"", PDF_TYPE, 'Ø"\r\nX: y.pdf', ascii_name="plain.pdf")["Content-Disposition"]
    assert both == "inline; filename=\"plain.pdf\"; filename*=UTF-8''%C3%98%22%0D%0AX%3A%20y.pdf"
    assert "\n" not in send_file(b"", CSV_TYPE, "a\r\nX: y.csv")["Content-Disposition"]


def test_a_streamed_file_is_made_while_it_is_sent() -> None:
    made = []
    response = stream_file((made.append(piece) or piece for piece in (b"a", b"b")), ZIP_TYPE, "ark.zip")
    assert made == []
    assert b"".join(response.streaming_content) == b"ab"
