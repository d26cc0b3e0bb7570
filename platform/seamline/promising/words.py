"""Why a line is promised for its day, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from seamline.fields.moments import show_date
from seamline.text import Text

from .available import LEAD, STOCK, Part, Promised

# What people call the records of a form, and how one of them is named (nothing: not to be told).
TitleOf = Callable[[str], Text]
NameOf = Callable[[Part], str]

_STOCK = Text("{qty} 取自库存", "{qty} from stock")
_ARRIVAL = Text("{qty} 取自{what}到货", "{qty} from {what}")
_LEAD = Text("{qty} 按补货周期", "{qty} by the lead time")
_DAY = Text("{what}，{day} 可交", "{what} on {day}")
_SHORT = Text(
    "{qty} 无法承诺：库存和到货都已占用，也没有补货周期",
    "{qty} cannot be promised: stock and arrivals are taken and no lead time is known",
)
_TOO_MUCH = Text("数量过大，无法承诺。", "The quantity is too large to be promised.")


def amount(qty: Decimal) -> str:
    """Return an amount as people write it: `60`, `1,250.5`."""
    shown = f"{qty:,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def nameless(_part: Part) -> str:
    """Name no record: what is kept with a line is read by people who may not see arrivals."""
    return ""


def reason(promised: Promised, title_of: TitleOf, name_of: NameOf = nameless) -> Text:
    """Return where each part comes from, by when if there are several, and what is missing."""
    parts = _joined(promised.parts, name_of)
    alone = len({part.day for part in parts}) == 1 and not promised.short
    said = [_dated(_part(part, title_of, name_of), None if alone else part.day) for part in parts]
    if promised.short:
        short = amount(promised.short)
        said.append(Text(_SHORT.zh.format(qty=short), _SHORT.en.format(qty=short)))
    if not said:
        return _TOO_MUCH
    return Text(
        "；".join(text.zh for text in said) + "。", "; ".join(text.en for text in said) + "."
    )


def _joined(parts: tuple[Part, ...], name_of: NameOf) -> list[Part]:
    """Put parts together that read alike: the same day, the same kind of source, the same name."""
    joined: dict[tuple[object, ...], Part] = {}
    for part in parts:
        key = (part.day, part.source.kind, part.source.form, name_of(part))
        known = joined.get(key)
        joined[key] = part if known is None else Part(part.day, known.qty + part.qty, part.source)
    return list(joined.values())


def _dated(what: Text, day: date | None) -> Text:
    """Return where a part comes from, with its day where it is not the day of the whole line."""
    if day is None:
        return what
    return Text(
        _DAY.zh.format(what=what.zh, day=show_date(day, "zh")),
        _DAY.en.format(what=what.en, day=show_date(day, "en")),
    )


def _part(part: Part, title_of: TitleOf, name_of: NameOf) -> Text:
    qty = amount(part.qty)
    if part.source.kind == STOCK:
        return Text(_STOCK.zh.format(qty=qty), _STOCK.en.format(qty=qty))
    if part.source.kind == LEAD:
        return Text(_LEAD.zh.format(qty=qty), _LEAD.en.format(qty=qty))
    title, name = title_of(part.source.form), name_of(part)
    what_zh = f"{title.zh} {name} " if name else title.zh
    what_en = f"{title.en.lower()} {name}".rstrip()
    return Text(
        _ARRIVAL.zh.format(qty=qty, what=what_zh), _ARRIVAL.en.format(qty=qty, what=what_en)
    )
