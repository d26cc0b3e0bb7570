"""What the browser may judge while a person types: conditions on the form's own fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from seamline.catalog import Catalog
from seamline.conditions.browser import facts_for_browser, for_browser
from seamline.conditions.node import names, timely
from seamline.conditions.parse import parse
from seamline.fields.kind import Reading
from seamline.forms import FieldModel, FormModel
from seamline.metadata import Field, Step
from seamline.rules import ReadyRule

# How typed words become a fact (`ui/static/js/typed.js`); every other kind is a line of text.
_READ: Mapping[str, str] = {
    "integer": "number", "decimal": "number", "money": "number", "percent": "number",
    "boolean": "boolean", "date": "date", "datetime": "datetime", "duration": "duration",
    "multi_choice": "list", "attachment": "file", "image": "file", "signature": "file",
    "barcode": "half", "person": "half", "phone": "half", "email": "half", "url": "half",
    "place": "place",
}  # fmt: skip
_SAID = re.compile(r"\{([^{}]*)\}")  # a fact named in a rule's sentence


@dataclass(frozen=True, slots=True)
class Live:
    """What goes to the browser as JSON, and the hidden fields that it can bring back by itself.

    `whole` says that no field is left which only the server can show or hide.
    """

    text: str = ""
    asleep: frozenset[str] = frozenset()
    whole: bool = False


@dataclass(slots=True)
class _Writing:
    """Collects what may be judged in the browser, and the facts that this asks for."""

    model: FormModel
    filled: frozenset[str]
    readable: frozenset[str] | None
    used: set[str] = field(default_factory=set)
    moves: bool = False

    def condition(self, document: Any, said: Iterable[str] = ()) -> dict[str, Any] | None:
        """Return a condition for the browser; None where it needs more than the form has."""
        node = parse(document, self.model.scope)
        needed = {*names(node), *said}
        if not all(self._own(name) for name in needed):
            return None
        self.used |= needed
        self.moves = self.moves or timely(node)
        return for_browser(node)

    def _own(self, name: str) -> bool:
        """Whether a name is what somebody typed: here, or earlier and free for the reader."""
        one = self.model.fields.get(name.replace("[]", ""))
        if one is None or not one.kind.written:
            return False
        top = name.partition("[")[0]
        return top in self.filled or self.readable is None or top in self.readable


def live(
    catalog: Catalog,
    model: FormModel,
    step: Step,
    filled: Iterable[str],
    hidden: set[str],
    facts: Mapping[str, Any],
    reading: Reading,
    readable: frozenset[str] | None,
) -> Live:
    """Return what the browser may judge of a form.

    `filled` are the fields that a person can fill on the page, `hidden` those that do not show
    now, `facts` what the server knows, `readable` the fields the person may see (None: all).
    Only the conditions and the rules of this step that need no other record are written.
    """
    writing = _Writing(model, frozenset(filled), readable)
    shows, requires, whole = _conditions(writing)
    rules = list(_rules(writing, catalog, model, step, reading))
    if not (shows or requires or rules):
        return Live(whole=whole)
    tops = {name.partition("[")[0] for name in writing.used}
    known = {name: facts.get(name) for name in tops - writing.filled - hidden}
    zone = reading.zone
    written: dict[str, Any] = {
        "zone": zone.key if isinstance(zone, ZoneInfo) else "UTC",
        "facts": facts_for_browser(known),
        "fields": {name: _how(model.fields[name]) for name in sorted(tops & writing.filled)},
        "shows": shows,
        "requires": requires,
        "rules": rules,
    }
    if writing.moves:  # the browser counts on from what the server's clock says
        written |= facts_for_browser({"now": model.moment()})
    text = json.dumps(written, ensure_ascii=False, separators=(",", ":"))
    return Live(text, frozenset(hidden & shows.keys()), whole)


def _conditions(writing: _Writing) -> tuple[dict[str, Any], dict[str, Any], bool]:
    """Return when fields show, when they are required, and whether every one could be written."""
    shows, requires, whole = {}, {}, True
    for name in sorted(writing.filled):
        one = writing.model.fields[name].field
        if one.visible_when is not None:
            tree = writing.condition(one.visible_when)
            if tree is None:
                whole = False
            else:
                shows[name] = tree
        if one.required_when is not None and not one.required:
            tree = writing.condition(one.required_when)
            if tree is not None:
                requires[name] = tree
    return shows, requires, whole


def _rules(
    writing: _Writing, catalog: Catalog, model: FormModel, step: Step, reading: Reading
) -> Iterator[dict[str, Any]]:
    """Yield the hard and soft rules that can speak up before the form is sent."""
    rules = catalog.rules.get(f"{model.form.id}.{step.id}")
    for ready in rules.rules if rules is not None else ():
        if ready.rule_class == "review" or not _speaks(catalog, ready):
            continue
        places = list(dict.fromkeys(name.partition("[")[0] for name in ready.names))
        at = next((name for name in places if name in writing.filled), None)
        if at is None:
            continue
        say = ready.say.in_(reading.language)
        tree = writing.condition(ready.rule.when, _SAID.findall(say))
        if tree is not None:
            yield {"at": at, "class": ready.rule_class, "say": say, "of": places, "when": tree}


def _speaks(catalog: Catalog, ready: ReadyRule) -> bool:
    """Whether a clerk may hear of a rule: it is on, and not only on trial."""
    if ready.key in catalog.shadows:
        return False
    return catalog.switches.get(ready.key, ready.rule.enabled)


def _how(one: FieldModel) -> dict[str, Any]:
    if one.columns:
        columns = {col.id: reads(col.field) for col in one.columns if col.kind.written}
        return {"as": "table", "columns": columns}
    return reads(one.field)


def reads(one: Field) -> dict[str, str]:
    """Return how the browser reads what is typed into a field."""
    how = {"as": _READ.get(one.kind, "text")}
    if one.kind == "duration":
        how["unit"] = str(one.settings.get("unit", "hours"))
    return how
