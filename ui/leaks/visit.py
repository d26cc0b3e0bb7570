"""A reader with a browser and a token, who keeps everything that is answered."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from seamline.access import Access
from seamline.catalog import Catalog
from seamline.facts import Actor
from seamline.printing.words import words_of
from seamline.usecases.desk import Desk

from .canaries import FOREIGN, LABEL, MINE, Canary, stands_in, unlike
from .opening import Standing
from .rewording import reworded

_WORD = re.compile(r"[\w@.+-]{5,}", re.ASCII)
_RUN = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: which surface gave it, what was asked, and every text in it."""

    surface: str
    asked: str
    text: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class Leak:
    """A value that came out where it may not: the surface, what was asked, and the field."""

    surface: str
    asked: str
    form: str
    name: str
    record: str
    role: str = ""


Key = tuple[str, str]  # a form and a field of it
Again = Callable[["Guest"], object]  # what has shown something, to be asked once more
MOST_TRACES = 8


@dataclass(slots=True)
class Guest:
    """One reader on their way over the surfaces.

    `access` says what they may see: that of the packages under test, whatever the workspace does.
    `records` are ids by form and name (`mine`, `foreign`), `hidden` the canaries they must not
    see, `broken` what was answered with an error of ours.
    """

    desk: Desk
    app: Flask
    actor: Actor
    access: Access
    browser: FlaskClient
    token: str
    records: Mapping[tuple[str, str], str]
    hidden: list[Canary]
    words: frozenset[str]
    surface: str = ""
    asked: int = 0
    leaks: set[Leak] = field(default_factory=set)
    traces: dict[tuple[str, str, str], list[Again]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    _by_word: dict[str, list[Canary]] = field(default_factory=dict)
    _by_run: dict[str, list[str]] = field(default_factory=dict)
    _sent: set[str] = field(default_factory=set)
    _nonsense: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    _again: Again | None = None
    _within: bool = False
    _unjudged: bool = False

    def __post_init__(self) -> None:
        for one in self.hidden:
            for word in one.shown - self.words:
                self._by_word.setdefault(word, []).append(one)
        for word in self._by_word:
            self._by_run.setdefault(max(_RUN.findall(word), key=len, default=""), []).append(word)

    def _found(self, text: str) -> Iterator[str]:
        """Yield the hidden words in a text, looked for by their longest runs of letters."""
        for run in {"", *_RUN.findall(text)} & self._by_run.keys():
            yield from (word for word in self._by_run[run] if stands_in(word, text))

    @property
    def catalog(self) -> Catalog:
        """The catalog of the workspace."""
        return self.desk.catalogs.current()

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of which records have been made for this reader."""
        return tuple(dict.fromkeys(form for form, called in self.records if called == MINE))

    def names_of(self, form: str) -> list[str]:
        """Return words by which records of a form are asked for: ids, codes and keys."""
        model = self.catalog.forms[form]
        found = []
        with self.desk.store.reading() as unit:
            for called in (MINE, FOREIGN):
                record = unit.records.get(model.tables, self.records.get((form, called), "-"))
                if record is not None:
                    key = record.values.get(model.form.key) if model.form.key else None
                    found += [record.id, record.code, str(key or "")]
        return [word for word in dict.fromkeys(found) if word]

    def trackings(self) -> list[str]:
        """Return the tracking codes of the records that have been made."""
        found = {}
        with self.desk.store.reading() as unit:
            for (form, called), id_ in self.records.items():
                if called in (MINE, FOREIGN):
                    record = unit.records.get(self.catalog.forms[form].tables, id_)
                    found[record.tracking if record else ""] = True
        return [word for word in found if word]

    def notices(self) -> list[str]:
        """Return the notices that the reader has got, whatever they may see of them."""
        with self.desk.store.reading() as unit:
            page = unit.notices.page(self.actor.id, unread=False, kind="", before="", limit=200)
        return [one.id for one in page]

    def texts(self, form: str) -> list[str]:
        """Return one word of each hidden field of a form's records."""
        return [min(one.shown, key=len) for one in self.hidden if one.form == form]

    def get(self, path: str) -> Said:
        """Ask with GET: the API with the token, every other address in the browser."""
        return self.open("GET", path)

    def open(self, method: str, path: str, **sent: Any) -> Said:
        """Ask for something, and look through the answer."""
        if not self._within:
            judged = not self._unjudged

            def again(guest: Guest) -> None:
                with nullcontext() if judged else guest.unjudged():
                    guest.open(method, path, **sent)

            self._again = again
        given = f"{path} {sent}"
        given = f"{given} {unquote_plus(given)}"
        if method != "GET":
            for word in self._found(given):  # what one writes may be read again
                self._sent.update(*(one.shown for one in self._by_word[word]))
        return self._look(f"{method} {path}", given, *self._ask(method, path, sent))

    def _ask(self, method: str, path: str, sent: Mapping[str, Any]) -> tuple[int, str]:
        headers = {}
        client = self.browser
        if path.startswith("/api/"):
            client = self.app.test_client()
            headers = {"Authorization": f"Bearer {self.token}", "If-Match": "*"}
            if method == "GET":
                headers.pop("If-Match")
        answer = client.open(path, method=method, headers=headers, **sent)
        return answer.status_code, text_of(answer)

    def _look(self, asked: str, given: str, status: int, text: str) -> Said:
        """Look through one answer; what was sent is no leak where it comes back."""
        self.asked += 1
        if status == 500:  # whoever falls over has not said what he would have said
            self.broken.add(_short(asked))
        for word in self._found(text):
            if word not in given and word not in self._sent:
                self.tell(asked, self._by_word[word])
        return Said(self.surface, asked, text, status)

    def read(self, asked: str, text: str) -> None:
        """Look through a text that came by another way than an address."""
        self.asked += 1
        self._again = None
        for word in self._found(text):
            self.tell(asked, self._by_word[word])

    def alike(self, path: Callable[[str], str], one: Canary) -> None:
        """Ask for a hidden word and for one that stands nowhere: both have to be answered alike.

        Where they are not, the word is asked for again in a world where it stands nowhere: only
        what is then answered otherwise has told of it.
        """
        word = min((w for w in one.shown - self.words if _WORD.fullmatch(w)), key=len, default="")
        if not word or one.name.endswith("_at"):
            return
        self._again, self._within = (lambda guest: guest.alike(path, one)), True
        try:
            self._told_apart(path, word, one)
        finally:
            self._within = False

    def _told_apart(self, path: Callable[[str], str], word: str, one: Canary) -> None:
        known, shape = path("…"), re.sub(r"[0-9]", "0", re.sub(r"[A-Za-z]", "a", word))
        if (known, shape) not in self._nonsense:
            self._nonsense[known, shape] = self._bare(path, unlike(word))
        said = self._bare(path, word)
        if said != self._nonsense[known, shape]:
            with reworded(self.desk.store, word, unlike(word)):
                told = said != self._bare(path, word)
            if told:
                self.tell(f"GET {known} (told apart)", [one])

    def _bare(self, path: Callable[[str], str], word: str) -> tuple[int, str]:
        said = self.get(path(word))
        return said.status, _bare(said.text, word)

    def tell(self, asked: str, canaries: Iterable[Canary]) -> None:
        """Note that something hidden came out."""
        for one in canaries:
            record = one.record if one.record in (MINE, FOREIGN, LABEL) else "referred"
            self.leaks.add(Leak(self.surface, _short(asked), one.form, one.name, record))
            ways = self.traces.setdefault((self.surface, one.form, one.name), [])
            if self._again is not None and self._again not in ways and len(ways) < MOST_TRACES:
                ways.append(self._again)

    @contextmanager
    def unjudged(self) -> Iterator[None]:
        """Let no rule be asked."""
        catalogs, catalog = self.desk.catalogs, self.catalog
        assert isinstance(catalogs, Standing)
        catalogs.swap(replace(catalog, rules={}, version=catalog.version + 1))
        self._unjudged = True
        try:
            yield
        finally:
            self._unjudged = False
            catalogs.swap(catalog)

    def forget(self) -> None:
        """Begin anew: nothing has been found, and nothing is known of what nonsense is answered."""
        self.leaks, self.traces, self._nonsense, self._sent = set(), {}, {}, set()


def _bare(text: str, word: str) -> str:
    """Return a page without what was asked for and what changes with every request."""
    text = re.sub(r'nonce="[^"]*"|name="_csrf" value="[^"]*"', "", text)
    for form in (word, html.escape(word), quote(word), quote_plus(word)):
        text = text.replace(form, "…")
    return re.sub(r"Set-Cookie:.*", "", text)


def _short(asked: str) -> str:
    return unquote(asked)[:160]


def text_of(answer: TestResponse) -> str:
    """Return every text of an answer: head and body, unpacked, entities and escapes resolved."""
    body = answer.get_data()
    head = "\n".join(
        f"{name}: {unquote(value)}" for name, value in answer.headers if name not in _SIZES
    )
    if answer.mimetype == "application/pdf" and body.startswith(b"%PDF-1.7"):  # printed here
        return f"{head}\n{words_of(body)}"
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts = [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
        return html.unescape("\n".join([head, *parts]))
    text = html.unescape(f"{head}\n{body.decode('utf-8', 'replace')}")
    if "\\" in text:  # what a script or a program reads: the letters that are meant
        text += "\n" + _ESCAPED.sub(_letter, text)
    return f"{text}\n{unquote(text)}" if "%" in text else text


_SIZES = frozenset({"Content-Length", "ETag"})
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrt]")


def _letter(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else " "
