"""An edit of a draft in a few business words."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.metadata import Form
from seamline.text import Text
from seamline.usecases.editing.wording import data_of, differences

LONGEST = 100


def words_of(changed: Mapping[str, tuple[str, str]]) -> Text:
    """Return what an edit did to documents, each by its texts before and after."""
    said = [one for path, (was, now) in changed.items() for one in _said(path, was, now)]
    if not said:
        return Text("改动", "a change")
    first = said[0]
    more = len(said) - 1
    zh = f"{first.zh[:LONGEST]}{f'等 {more + 1} 处' if more else ''}"
    en = f"{first.en[:LONGEST]}{f' and {more} more' if more else ''}"
    return Text(zh, en)


def said_of(
    path: str, was: str, now: str, forms: Mapping[str, Form] | None = None
) -> tuple[Text, ...]:
    """Return everything that became of a document; `forms` give conditions their labels."""
    return tuple(_said(path, was, now, forms or {}))


def _said(path: str, was: str, now: str, forms: Mapping[str, Form] | None = None) -> list[Text]:
    if (was and not data_of(was, path)) or (now and not data_of(now, path)):
        return [Text(f"{path} 的源码有改动", f"the source of {path} changed")]
    try:
        return list(differences(was, now, path, forms or {}))
    except (KeyError, TypeError, AttributeError, ValueError):  # half of a document, in between
        return [Text(f"{path} 有改动", f"{path} changed")]
