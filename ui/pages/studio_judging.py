"""The rule that is open in Studio, on a real record: what it says, and every clause of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.conditions.parse import names, parse
from seamline.conditions.words import Vocabulary
from seamline.fields.fragments import text_of
from seamline.forms import compile_form
from seamline.metadata import Form
from seamline.problems import Refused
from seamline.rules import PLACE, filled
from seamline.scope import Scope
from seamline.store.tables import tables_for
from seamline.text import Text
from seamline.usecases import preview
from seamline.usecases.designing.choosing import choices
from seamline.usecases.designing.judging import Judged, judged, seen

from ..say import _, ngettext
from ..session import actor, catalog, desk, language
from .why import SIGNS, saw

WORDS = {"and": Text("全部满足", "all of these"), "or": Text("任一满足", "any of these"),
         "!": Text("不满足", "not"), "some": Text("至少有一行", "at least one row of"),
         "all": Text("每一行", "every row of"), "none": Text("没有一行", "no row of")}  # fmt: skip
BROKEN = (Refused, KeyError, TypeError, AttributeError)


def tried_on(
    rule: Mapping[str, Any],
    form: Form,
    forms: Mapping[str, Form],
    scope: Scope,
    words: Vocabulary,
    asked: str,
) -> dict[str, Any]:
    """Return the records a rule can be tried on, and what it comes to on the one asked for.

    The newest is taken where none is asked for. `scope` holds the names of the form.
    """
    offered = choices(desk(), actor(), form.id)
    known = [one.word for one in offered]
    word = asked if asked in known else known[0] if known else ""
    shown: dict[str, Any] = {"records": offered, "on": word, "tree": None, "say": None}
    when = rule.get("when")
    if not word or when is None:
        return shown
    say = text_of(rule.get("say") or rule.get("title") or "")
    try:
        node = parse(when, scope)
        said = {name for one in (say.zh, say.en) for name in PLACE.findall(one)}
        looked = {*names(node), *(said & scope.types.keys())}
        model = compile_form(form, forms, looked, tables_for(form, forms), catalog().zone)
        facts = seen(desk(), actor(), model, word)
    except BROKEN:  # the draft names what is not there (yet): its problems stand below
        return shown
    shown["tree"] = _node(judged(node, facts), words, "")
    shown["say"] = filled(say, facts, catalog().zone)
    return shown


def _node(one: Judged, words: Vocabulary, inside: str) -> dict[str, Any]:
    """Return a piece with the pieces it is made of, in words."""
    icon, tone = SIGNS[one.result]
    told = {"true": _("holds"), "false": _("does not hold"), "unknown": _("cannot be known")}
    node: dict[str, Any] = {"icon": icon, "tone": tone, "word": told[one.result], "saw": "",
                            "name": "", "row": one.row, "left": ""}  # fmt: skip
    if one.clause is not None:
        place = inside + one.clause.path
        label = words.labels.get(place)
        node["name"] = label.in_(language()) if label else one.clause.path
        node["saw"] = saw(one.clause, words.options.get(place, {}))
    elif one.word:
        table = words.labels.get(one.name)
        called = table.in_(language()) if table else one.name
        node["name"] = f"{WORDS[one.word].in_(language())} {called}".strip()
    if one.left:
        node["left"] = ngettext("%(num)s more row", "%(num)s more rows", one.left)
    below = f"{one.name}[]." if one.name else inside
    node["parts"] = [_node(part, words, below) for part in one.parts]
    return node


def flipped(key: str) -> dict[str, Any] | None:
    """Return what the switch of a published rule would change if it were moved now."""
    try:
        on = preview.is_on(catalog(), key)  # who only designs need not see the form
        found = preview.of_flip(desk(), actor(), key, not on)
    except Refused as refused:
        if refused.status == 404:
            return None
        return {"preview": None, "said": [p.sentence(language()) for p in refused.problems[:5]]}
    return {"preview": found, "said": [], "to": _("off") if on else _("on")}


def offered_places(scope: Scope | None, words: Vocabulary) -> list[tuple[str, str]]:
    """Return the fields that a message can name, as people call them."""
    types = {} if scope is None else scope.types
    return [
        (name, words.labels[name].in_(language()))
        for name, type_ in types.items()
        if type_ != "table" and name in words.labels
    ]


def placed(sent: Any, what: str, name: str, known: Scope | None) -> Any:
    """Return what was sent with a field's place behind both texts of a message."""
    if known is None or name not in known.types or known.types[name] == "table":
        return sent
    made = sent.copy()
    for one in ("zh", "en"):
        box, text = f"v:{what}.{one}", sent.get(f"v:{what}.{one}", "")
        if f"{{{name}}}" not in text:
            space = " " if text and text[-1].isascii() and text[-1].isalnum() else ""
            made[box] = f"{text}{space}{{{name}}}"
    return made
