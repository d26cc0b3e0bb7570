"""Values as a page shows them: linked, badged, in the reader's language and zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from flask import url_for
from markupsafe import Markup, escape

from seamline.facts import FileRef, Record, Ref, Value
from seamline.fields.kind import Reading
from seamline.fields.moments import show_moment
from seamline.forms import FormModel
from seamline.metadata import Field, Form, State, mark_of
from seamline.text import Language

from .assets import icon
from .forms.control import is_numeric, options_of
from .forms.words import size_of
from .say import _
from .session import reads

COLOURS = frozenset({"green", "red", "amber", "violet", "blue", "teal"})
STATE_ICONS: Mapping[str, str] = {
    "green": "circle-check",
    "red": "octagon-x",
    "amber": "clock",
    "violet": "hand",
    "blue": "circle-dot",
    "teal": "circle-dot",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list or a table of rows."""

    id: str
    label: str
    numeric: bool = False
    sort: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its HTML, whether it stands to the right, whether it says the state."""

    html: Markup
    numeric: bool = False
    state: bool = False


@dataclass(frozen=True, slots=True)
class Faces:
    """Shows values of one form to one reader; `files_at` is where its attachments are served.

    Fields are named by their path: `customer`, `lines.qty`. Figures of `old` ones are shown grey.
    """

    model: FormModel
    reading: Reading
    files_at: str = ""
    old: frozenset[str] = frozenset()

    def value(self, path: str, value: Value) -> Markup:
        """Return a value as HTML; nothing where it is absent."""
        if value is None:
            return Markup("")
        shown = self._value(path, value)
        return outdated(shown) if path in self.old else shown

    def _value(self, path: str, value: Value) -> Markup:
        field = self.model.fields[path].shown
        if isinstance(value, Ref):
            return self._reference(field, value)
        if field.kind in ("choice", "multi_choice"):
            return self._choices(field, value)
        if isinstance(value, tuple) and value and isinstance(value[0], FileRef):
            return self._files(value)
        return _linked(field.kind, str(value), self.plain(path, value))

    def plain(self, path: str, value: Value) -> str:
        """Return a value as plain words."""
        if value is None:
            return ""
        found = self.model.fields[path]
        return found.shown_kind.show(found.shown, value, self.reading)

    def label(self, path: str) -> str:
        """Return the label of a field."""
        return self.model.fields[path].field.label.in_(self.reading.language)

    def numeric(self, path: str) -> bool:
        """Return whether the values of a field are figures."""
        return is_numeric(self.model.fields[path].shown)

    def _reference(self, field: Field, ref: Ref) -> Markup:
        target = str(field.settings.get("to", ""))
        label = Markup('<span class="cell2">{}</span>').format(ref.label)
        named = label if ref.label and ref.label != ref.key else Markup("")
        if not target or not ref.id or not reads(target):
            return escape(ref.key) + named
        address = url_for("records.show", form_id=target, word=ref.id)
        return Markup('<a href="{}">{}</a>{}').format(address, ref.key, named)

    def _choices(self, field: Field, value: Value) -> Markup:
        words = value if isinstance(value, tuple) else (value,)
        known = {option.id: option for option in options_of(field, self.reading.language)}
        shown = []
        for word in words:
            option = known.get(str(word))
            label = option.label if option else str(word)
            colour = option.colour if option else ""
            if colour:
                shown.append(badge(label, colour))
            else:
                shown.append(escape(label))
        return Markup("、" if self.reading.language == "zh" else ", ").join(shown)

    def _files(self, files: Sequence[object]) -> Markup:
        shown = []
        for file in files:
            if isinstance(file, FileRef):
                address = f"{self.files_at}/{file.sha256}" if self.files_at else ""
                shown.append(_file(file, address))
        return Markup('<ul class="files">{}</ul>').format(Markup("").join(shown))

    def state(self, record_state: str) -> Markup:
        """Return the badge of a state."""
        found = next((one for one in self.model.form.states if one.id == record_state), None)
        return state_badge(found, self.reading.language) if found else Markup("")

    def system(self, name: str, record: Record) -> Markup:
        """Return a platform column of a record."""
        match name:
            case "_code":
                return escape(record.code)
            case "_tracking":
                return Markup('<span class="mono">{}</span>').format(record.tracking)
            case "_state":
                return self.state(record.state)
            case "_revision":
                return escape(record.revision)
            case "_created_by" | "_updated_by":
                return escape(record.created_by if name == "_created_by" else record.updated_by)
        moment = getattr(record, name[1:], None)
        if isinstance(moment, datetime):
            return escape(show_moment(moment, self.reading))
        return escape("" if moment is None else moment)


def name_of(record: Record, model: FormModel) -> str:
    """Return what people call a record: its code, else its key, else the end of its id."""
    key = record.values.get(model.form.key) if model.form.key else None
    return record.code or ("" if key is None else str(key)) or f"…{record.id[-6:]}"


def held_badge(record: Record) -> Markup:
    """Return the badge of a record that waits for a reviewer or came back from one."""
    if record.held == "pending":
        return badge(_("Review"), "violet", "hand")
    return badge(_("Returned"), "red", "undo-2")


def closed_badge(form: Form, state: str, language: Language) -> Markup:
    """Return the mark of a closed record; nothing for any other."""
    mark = mark_of(form.closed, state)
    return Markup("") if mark is None else badge(mark.in_(language), "", "lock")


def outdated(shown: Markup | str, word: bool = True) -> Markup:
    """Return a figure that is older than it may be, in grey and with a word that says so."""
    said = Markup('<small class="oldword">{}</small>').format(_("old")) if word else ""
    return Markup('<span class="old">{}</span>{}').format(shown, said)


@lru_cache(2_000, typed=True)  # what is Markup already is not what reads the same
def badge(label: str, colour: str, icon_name: str = "") -> Markup:
    """Return a small label with a colour of the design language and, where given, an icon."""
    tone = colour if colour in COLOURS else ""
    sign = icon(icon_name) if icon_name else Markup("")
    return Markup('<span class="badge {}">{}{}</span>').format(tone, sign, label)


def state_badge(state: State, language: str) -> Markup:
    """Return the badge of a state: icon and word, never colour alone."""
    sign = "archive" if state.final and state.colour == "gray" else "circle"
    return badge(state.title.in_(language), state.colour, STATE_ICONS.get(state.colour, sign))


def _linked(kind: str, value: str, shown: str) -> Markup:
    if kind == "url" and urlsplit(value).scheme in ("http", "https"):
        return Markup('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>').format(
            value, shown
        )
    if kind == "email":
        return Markup('<a href="mailto:{}">{}</a>').format(value, shown)
    if kind == "phone":
        return Markup('<a href="tel:{}">{}</a>').format(value, shown)
    if kind == "barcode":
        return Markup('<span class="mono">{}</span>').format(shown)
    return escape(shown)


def _file(file: FileRef, address: str) -> Markup:
    name = Markup('<a href="{}">{}</a>').format(address, file.name) if address else file.name
    if address and file.media_type in ("image/png", "image/jpeg", "image/webp", "image/gif"):
        picture = Markup('<a href="{}"><img class="thumb" src="{}" alt="{}" loading="lazy"></a>')
        return Markup("<li>{}</li>").format(picture.format(address, address, file.name))
    return Markup('<li>{} {} <span class="muted">{}</span></li>').format(
        icon("paperclip"), name, size_of(file.size)
    )
