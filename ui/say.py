"""The words of the pages in the reader's language; `_` marks a sentence for the catalogue."""

from __future__ import annotations

from flask_babel import gettext, ngettext as plural


def _(sentence: str, **values: object) -> str:
    """Return a sentence in the reader's language, its places filled."""
    return str(gettext(sentence, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Return the form of a sentence that fits `num`, in the reader's language."""
    return str(plural(one, many, num, **values))
