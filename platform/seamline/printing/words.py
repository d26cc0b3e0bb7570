"""The words on the pages of a PDF, as somebody reads them."""

from __future__ import annotations

import pypdfium2


def words_of(pdf: bytes) -> str:
    """Return the words of every page, those that a line end divides once more in one piece."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    return "\n".join((text, "".join(text.splitlines())))
