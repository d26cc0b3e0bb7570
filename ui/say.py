"""The words of the pages in the reader's language; `_` marks a sentence for the catalogue."""

from __future__ import annotations

from gettext import NullTranslations
from typing import cast

from flask import Flask, g
from flask_babel import get_translations


def install(app: Flask) -> None:
    """Let the templates of `app` look sentences up the same way."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of its i18n extension
        lambda sentence: _words().gettext(sentence),
        lambda one, many, num: _words().ngettext(one, many, num),
        newstyle=True,
    )


def _words() -> NullTranslations:
    """Return the reader's catalogue, looked up once for a request: a page asks hundreds of times.

    The language of a request is settled before its first sentence; what changes it redirects.
    """
    kept = g.get("words")
    if kept is None:
        kept = g.words = get_translations()
    return cast(NullTranslations, kept)


def _(sentence: str, **values: object) -> str:
    """Return a sentence in the reader's language, its places filled."""
    said = _words().gettext(sentence)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Return the form of a sentence that fits `num`, in the reader's language."""
    return _words().ngettext(one, many, num) % {"num": num, **values}
