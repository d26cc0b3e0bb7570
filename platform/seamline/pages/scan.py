"""A page to scan with: goods in, out and counted, by a hand-held scanner or a phone's camera."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seamline.metadata import Form, Posting
from seamline.text import Text

from .kind import Data, Names, PageKind

CODE = "code"  # stands in a label for what names the item
CARRY, MOST_CARRIED = 2_000, 20_000
PLACE = re.compile(r"\{([^{}]*)\}")
CODED = ("text", "barcode", "code")
ASKED = ("text", "barcode", "integer", "decimal", "choice", "date")


@dataclass(frozen=True, slots=True)
class Scan:
    """How moves are scanned.

    `moves` is the form whose records they are, which posts to balances; `item` is the reference
    of it that a code stands for, found by the fields `codes` of that item. A label may hold more
    than the code: `label` is its pattern (`{code}|{lot}`), `gs1` says which field takes which
    application identifier. `scanned` takes the code as it was read, `moment` the time on the
    device. `acts` are the options offered, `ask` what is asked beside the amount, of which
    `stays` remains for the next scan. `shows` are fields of the item, `figures` of the balance;
    `unit` is the field of the item with its unit.
    At most `carry` items are kept on the device for work without a connection.
    """

    moves: str
    item: str
    codes: tuple[str, ...]
    label: str = ""
    gs1: Mapping[str, str] = field(default_factory=dict)
    scanned: str = ""
    moment: str = ""
    acts: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    unit: str = ""
    carry: int = CARRY


def _read(data: Data) -> Scan:
    lists = ("codes", "acts", "ask", "stays", "shows", "figures")
    words = ("moves", "item", "label", "scanned", "moment", "unit", "carry")
    settings: dict[str, Any] = {key: tuple(data[key]) for key in lists if key in data}
    settings |= {key: data[key] for key in words if key in data}
    return Scan(gs1=dict(data.get("gs1", {})), **settings)


def _check(data: Data, names: Names) -> None:
    moves = names.form(("moves",), data["moves"])
    if moves is None:
        return
    if moves.posts is None:
        say = Text(
            f"表单“{moves.id}”没有台账(posts)。", f"The form '{moves.id}' has no ledger (posts)."
        )
        names.tell(("moves",), "no_posting", say, got=moves.id)
        return
    _Check(data, names, moves, moves.posts).all()


class _Check:
    """One page against the forms of its moves, items and balances."""

    def __init__(self, data: Data, names: Names, moves: Form, posting: Posting) -> None:
        self.data, self.names, self.moves, self.posting = data, names, moves, posting

    def all(self) -> None:
        """Keep everything that is wrong."""
        data, names = self.data, self.names
        self._item()
        self._acts()
        self._label()
        for key in ("scanned", "moment"):
            if key in data:
                kind = "text" if key == "scanned" else "datetime"
                names.field((key,), self.moves, data[key], (kind,))
        for number, word in enumerate(data.get("ask", ())):
            names.field(("ask", number), self.moves, word, ASKED)
        for number, word in enumerate(data.get("stays", ())):
            if word not in data.get("ask", ()):
                say = Text(f"“{word}”不在 ask 里。", f"'{word}' is not among ask.")
                names.tell(("stays", number), "not_asked", say, got=word)
        balances = names.form(("moves",), self.posting.to)
        for number, word in enumerate(data.get("figures", ())):
            if balances is not None:
                names.field(("figures", number), balances, word)

    def _item(self) -> None:
        data, names = self.data, self.names
        field_ = names.field(("item",), self.moves, data["item"], ("reference",))
        if field_ is None:
            return
        if data["item"] not in self.posting.find.values():
            words = ", ".join(self.posting.find.values())
            say = Text(
                f"“{data['item']}”不指明余额；可用：{words}。",
                f"'{data['item']}' does not say which balance a move goes to; use one of {words}.",
            )
            names.tell(("item",), "not_of_balance", say, got=data["item"])
        for word in self.posting.find.values():
            if word != data["item"]:
                names.field(("moves",), self.moves, word, ("reference", "choice"))
        items = names.form(("item",), str(field_.settings.get("to", "")))
        if items is None:
            return
        for number, word in enumerate(data["codes"]):
            names.field(("codes", number), items, word, CODED)
        for number, word in enumerate(data.get("shows", ())):
            names.field(("shows", number), items, word)
        if "unit" in data:
            names.field(("unit",), items, data["unit"])

    def _acts(self) -> None:
        known = list(self.posting.acts)
        for number, word in enumerate(self.data.get("acts", ())):
            if word not in known:
                words = ", ".join(known) or "-"
                say = Text(
                    f"台账没有动作“{word}”，已有：{words}。",
                    f"The ledger has no act '{word}'; it has: {words}.",
                )
                self.names.tell(("acts", number), "unknown_act", say, got=word)

    def _label(self) -> None:
        data, names = self.data, self.names
        if "label" in data:
            words = PLACE.findall(data["label"])
            between = PLACE.split(data["label"])[2:-1:2]
            if words.count(CODE) != 1 or not all(between) or len(set(words)) < len(words):
                say = Text(
                    "标签样式要有一处 {code}，各部分之间要有分隔符。",
                    "A label holds {code} once, and something between any two of its parts.",
                )
                names.tell(("label",), "label_pattern", say, got=data["label"])
            for word in words:
                if word != CODE:
                    names.field(("label",), self.moves, word)
        for number, word in data.get("gs1", {}).items():
            names.field(("gs1", number), self.moves, word)


def _names(zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {"description": f"{zh} · {en}", "$ref": "#/$defs/ids", **more}


def _name(zh: str, en: str) -> dict[str, Any]:
    return {"description": f"{zh} · {en}", "$ref": "#/$defs/id"}


KIND = PageKind(
    name="scan",
    title=Text("扫码", "Scanning"),
    settings={
        "moves": _name("变动所在的表单(有台账)", "The form of the moves, which has a ledger"),
        "item": _name("条码所指的引用字段", "The reference that a code stands for"),
        "codes": _names("在物品的哪些字段里找条码", "Fields in which a code is found", minItems=1),
        "label": {
            "description": "标签样式，如 {code}|{lot} · What a label holds, such as {code}|{lot}",
            "type": "string",
            "minLength": 6,
            "maxLength": 100,
        },
        "gs1": {
            "description": "GS1 应用标识符填入哪个字段 · Which field takes which GS1 identifier",
            "type": "object",
            "propertyNames": {"pattern": "^[0-9]{2,4}$"},
            "additionalProperties": {"$ref": "#/$defs/id"},
        },
        "scanned": _name("存原始条码的字段", "The field that keeps the code as it was read"),
        "moment": _name("存设备时间的字段", "The field that keeps the time on the device"),
        "acts": _names("提供的动作及其次序", "The acts offered, in their order", minItems=1),
        "ask": _names("还要填的字段", "What is asked beside the amount"),
        "stays": _names("下次扫码保留的字段", "What of it remains for the next scan"),
        "shows": _names("显示的物品字段", "Fields of the item that are shown"),
        "figures": _names("显示的余额字段", "Fields of the balance that are shown"),
        "unit": _name("物品的单位字段", "The field of the item with its unit"),
        "carry": {
            "description": "离线时最多携带的物品数 · Items carried for work without connection",
            "type": "integer",
            "minimum": 0,
            "maximum": MOST_CARRIED,
        },
    },
    settings_required=("moves", "item", "codes"),
    in_hand=True,
    read=_read,
    check=_check,
)
