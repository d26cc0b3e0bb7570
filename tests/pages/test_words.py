"""Every sentence of the pages has its Chinese words, and the compiled catalogue is current."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

UI = Path(__file__).parents[2] / "ui"
CHINESE = UI / "translations" / "zh" / "LC_MESSAGES"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]


def said() -> set[str]:
    """Return the English sentences in code and templates."""
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(UI, METHODS, {"templates/**.html": {"trimmed": "true"}}, keywords)
    return {message[0] if isinstance(message, tuple) else message for _, _, message, *_ in found}


def catalogue() -> Catalog:
    with (CHINESE / "messages.po").open("rb") as file:
        return read_po(file, locale="zh")


def test_nothing_is_left_in_english() -> None:
    known = {
        message.id[0] if isinstance(message.id, tuple) else message.id: message.string
        for message in catalogue()
        if message.id
    }
    assert said() - known.keys() == set()
    assert known.keys() - said() == set()
    assert [word for word, chinese in known.items() if not "".join(chinese)] == []


def test_places_for_values_are_the_same_in_both_languages() -> None:
    wrong = [message.id for message in catalogue() if message.id and list(message.check())]
    assert wrong == []


def test_the_compiled_catalogue_is_current() -> None:
    # Read back rather than compared byte by byte: the head names the version of Babel.
    with (CHINESE / "messages.mo").open("rb") as file:
        compiled = by_id(read_mo(file))
    assert compiled == by_id(catalogue())


def by_id(messages: Catalog) -> dict[str, str]:
    """Return every sentence with its Chinese, both as text: a list and a tuple are alike."""
    return {repr([*message.id]): repr([*message.string]) for message in messages if message.id}
