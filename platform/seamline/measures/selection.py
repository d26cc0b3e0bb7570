"""A selection: which entries of the journal a formula counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.metadata.field import Condition
from seamline.pages import Data, Names
from seamline.text import Text

OUTCOMES = ("passed", "reminded", "held", "refused")


@dataclass(frozen=True, slots=True)
class Selection:
    """Entries about records of one form: of a step, of a kind, or those that enter a state.

    `outcome` and `rule` are of the verdict, `seen` is a condition on the facts it saw. `where`
    is one on the record as it stands now. `by` is a date of the record: the entry came by then.
    Refused submissions count only where `outcome` says so.
    """

    form: str
    step: str = ""
    event: str = ""
    to: str = ""
    outcome: tuple[str, ...] = ()
    rule: str = ""
    via: tuple[str, ...] = ()
    where: Condition | None = None
    seen: Condition | None = None
    by: str = ""


def read(data: Data) -> Selection:
    """Return a selection from data that has its shape."""
    return Selection(
        form=data["form"],
        step=data.get("step", ""),
        event=data.get("event", ""),
        to=data.get("to", ""),
        outcome=tuple(data.get("outcome", ())),
        rule=data.get("rule", ""),
        via=tuple(data.get("via", ())),
        where=data.get("where"),
        seen=data.get("seen"),
        by=data.get("by", ""),
    )


def check(data: Data, path: Path, names: Names) -> None:
    """Check what a selection names."""
    form = names.form((*path, "form"), data["form"])
    if form is None:
        return
    if "step" in data:
        names.step((*path, "step"), form, data["step"])
    if "to" in data:
        names.state((*path, "to"), form, data["to"])
    if "by" in data:
        names.field((*path, "by"), form, data["by"], ("date", "datetime"))
    for key in ("where", "seen"):
        if key in data:
            names.condition((*path, key), form, data[key])
    if not {"step", "event", "to"} & data.keys():
        say = Text(
            "要写 step、event、to 之一：数哪一种记录。",
            "One of step, event and to says which entries count.",
        )
        names.tell(path, "nothing_selected", say)


def field(path: Path, names: Names, of: Data, word: str, *kinds: str) -> None:
    """Check a field of the form of a selection."""
    form = names.form((*path[:-1], "of", "form"), of["form"]) if isinstance(of, Mapping) else None
    if form is not None:
        names.field(path, form, word, kinds)


def schema(description: str) -> dict[str, Any]:
    """Return the schema of a selection."""
    word = {"type": "string", "pattern": "^[a-z][a-z0-9_.]{0,80}$"}
    return {
        "description": description,
        "type": "object",
        "required": ["form"],
        "properties": {
            "form": {"$ref": "#/$defs/id"},
            "step": {"description": "业务环节 · Business step", "$ref": "#/$defs/id"},
            "event": {"description": "日志种类 · Kind of journal entry", **word},
            "to": {"description": "进入的状态 · The state that is entered", "$ref": "#/$defs/id"},
            "outcome": {
                "description": "判定结果 · What the verdict came to",
                "type": "array",
                "minItems": 1,
                "items": {"enum": list(OUTCOMES)},
            },
            "rule": {"description": "触发的规则 · The rule that spoke", **word},
            "via": {"description": "入口 · Ways in", "type": "array", "minItems": 1, "items": word},
            "where": {"$ref": "#/$defs/condition"},
            "seen": {"$ref": "#/$defs/condition"},
            "by": {"description": "不晚于此日期字段 · By this date", "$ref": "#/$defs/id"},
        },
        "additionalProperties": False,
    }
