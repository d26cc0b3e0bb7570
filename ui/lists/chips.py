"""The chips of a list's filters: what each says, and the menu that changes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flask import url_for

from seamline.conditions.span import read_span
from seamline.conditions.span_words import PERIOD_WORDS, span_said
from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.usecases import look

from ..forms.control import options_of
from ..pages.people import everybody
from ..say import _
from ..session import actor, desk, language
from .asked import DUE, ME, OPEN, Asked, parameters, plain, split
from .targets import Target, targets

SAID = 3  # values that a chip names
MOST_PEOPLE = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to tick, or one ready-made span to follow."""

    value: str
    label: str
    on: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: its words, its menu, where it leads when it is taken out.

    `kept` are the parameters that the menu's form sends along.
    """

    name: str
    label: str
    words: str
    shape: str
    open: bool
    remove: str
    kept: list[tuple[str, str]]
    parameter: str
    choices: list[Choice] = field(default_factory=list)
    ready: list[Choice] = field(default_factory=list)
    lookup: str = ""
    input: str = "text"
    least: str = ""
    most: str = ""
    typed: str = ""


def chips(model: FormModel, asked: Asked) -> list[Chip]:
    """Return the filters that stand, in the order of the address, the one being made last."""
    known = targets(model, language())
    found = [split(word, known) for word, _value in asked.pairs]
    names = dict.fromkeys(one[0] for one in found if one is not None)
    if asked.adding:
        names[asked.adding] = None
    return [_chip(model, asked, known[name]) for name in names]


def offered(model: FormModel, asked: Asked) -> tuple[list[Target], list[Target]]:
    """Return what more a list can be narrowed by: first what its author named, then the rest."""
    known = targets(model, language())
    used = {found[0] for word, _value in asked.pairs if (found := split(word, known))}
    free = [target for name, target in known.items() if name not in used]
    named = [target for target in free if target.name in model.form.list.filters]
    return named, [target for target in free if target not in named]


def _chip(model: FormModel, asked: Asked, target: Target) -> Chip:
    mine = parameters(target.name)
    rest = asked.without(mine)
    values = asked.all(plain(target.name))
    choices = list(_choices(model, target, values))
    least, most = asked.get(f"{target.name}.ge"), asked.get(f"{target.name}.le")
    return Chip(
        name=target.name,
        label=target.label,
        words=" · ".join(_words(asked, target, choices, values)),
        shape=target.shape,
        open=asked.adding == target.name,
        remove=rest.query(),
        kept=rest.words(),
        parameter=plain(target.name),
        choices=choices,
        ready=list(_ready(asked, target)),
        lookup=_lookup(target),
        input={"days": "date"}.get(target.shape, "text"),
        least=least,
        most=most,
        typed=values[0] if target.shape == "words" and values else "",
    )


def _lookup(target: Target) -> str:
    if target.shape != "records" or target.field is None:
        return ""
    return url_for("records.lookup", form_id=str(target.field.settings["to"]))


def _choices(model: FormModel, target: Target, values: Sequence[str]) -> Iterator[Choice]:
    """Yield the values to tick, those that are ticked among them."""
    if target.shape == "records":
        yield from (Choice(value, _called(target, value), True) for value in values)
        return
    if target.shape == "people":
        yield from _people(values)
        return
    for value, label in _options(model, target):
        yield Choice(value, label, value in values)


def _options(model: FormModel, target: Target) -> Iterator[tuple[str, str]]:
    if target.name == "_state":
        yield OPEN, _("In progress")
        if model.form.due:
            yield DUE, _("Still due")
        yield from ((state.id, state.title.in_(language())) for state in model.form.states)
    elif target.name == "_held":
        yield from (("pending", _("waits for review")), ("returned", _("returned")))
    elif target.type == "boolean":
        yield from (("true", _("yes")), ("false", _("no")))
    elif target.field is not None:
        yield from ((one.id, one.label) for one in options_of(target.field, language()))


def _people(values: Sequence[str]) -> Iterator[Choice]:
    yield Choice(ME, _("Me"), ME in values)
    people = [user for user in everybody() if user.active or user.id in values]
    chosen = [user for user in people if user.id in values]
    others = [user for user in people if user.id not in values and user.id != actor().id]
    for user in (*chosen, *others)[:MOST_PEOPLE]:
        yield Choice(user.id, user.name, user.id in values)


def _called(target: Target, key: str) -> str:
    """Return what the record of a key is called, the key alone where it cannot be read."""
    assert target.field is not None
    form = str(target.field.settings["to"])
    try:
        record = look.record(desk(), actor(), form, key)
    except Refused:
        return key
    name = desk().catalogs.current().forms[form].form.name
    called = record.values.get(name) if name else None
    return f"{called} {key}" if called else key


def _words(
    asked: Asked, target: Target, choices: Sequence[Choice], values: Sequence[str]
) -> Iterator[str]:
    labels = {choice.value: choice.label for choice in choices}
    if values:
        said = [labels.get(value, value) for value in values[:SAID]]
        more = f" +{len(values) - SAID}" if len(values) > SAID else ""
        yield _(", ").join(said) + more
    least, most = asked.get(f"{target.name}.ge"), asked.get(f"{target.name}.le")
    if least and most:
        yield f"{least} – {most}"
    elif least or most:
        yield f"≥ {least}" if least else f"≤ {most}"
    for word, label in _spans(asked, target):
        if asked.get(word):
            yield label


def _spans(asked: Asked, target: Target) -> Iterator[tuple[str, str]]:
    name = target.name
    last, ahead = asked.get(f"{name}.last"), asked.get(f"{name}.next")
    yield f"{name}.past", _("before today")
    yield f"{name}.falls", _span(asked.get(f"{name}.falls"))
    yield f"{name}.last", _last(last)
    yield f"{name}.next", _next(ahead)
    yield f"{name}.none", _("empty")
    yield f"{name}.some", _("filled")


def _span(words: str) -> str:
    """Return what a span of time is called; its words where it is none."""
    span = read_span(words)
    if span is None:
        return words
    plain_period = PERIOD_WORDS.get(span.period) if span.way == "in" else None
    return (plain_period or span_said(span)).in_(language())


def _last(days: str) -> str:
    return _("today") if days == "0" else _("last %(n)s days", n=days)


def _next(days: str) -> str:
    return _("today") if days == "0" else _("next %(n)s days", n=days)


def _ready(asked: Asked, target: Target) -> Iterator[Choice]:
    """Yield the spans and presences that one press chooses."""
    rest = asked.without(parameters(target.name))
    spans: list[tuple[str, str, str]] = []
    if target.shape == "days":
        spans = [("past", "1", _("before today")), ("next", "0", _("today"))]
        spans += [("next", days, _next(days)) for days in ("7", "30")]
        spans += [("last", days, _last(days)) for days in ("7", "30", "90")]
        periods = ("this week", "this month", "last month")
        hours = ("last 48h", "next 48h") if target.type == "datetime" else ()
        spans += [("falls", words, _span(words)) for words in (*periods, *hours)]
    if target.field and not target.field.required and target.type not in ("number", "boolean"):
        spans += [("none", "1", _("empty")), ("some", "1", _("filled"))]
    for suffix, value, label in spans:
        word = f"{target.name}.{suffix}"
        address = rest.having(word, value).query()
        yield Choice(word, label, asked.get(word) == value, address)
