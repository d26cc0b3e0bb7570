"""A paper's words become an order: several ways of reading compete, arithmetic decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from . import arithmetic, heads, parties, prose, tables
from .across import under_days
from .dayorder import day_first
from .found import Found, Item, Known, Table
from .lines import Line, lines_of, running, stacked
from .pages import Page
from .pairs import pairs
from .vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Reading:
    """What a paper says: values told once, items, and the way they were read."""

    head: Mapping[str, Found]
    items: tuple[Item, ...]
    way: str = ""
    form: str = ""  # the known form it was read by


def read(pages: Sequence[Page], known: Known, words: Vocabulary | None = None) -> Reading:
    """Return the order that pages of words say."""
    vocabulary = words or Vocabulary.of()
    lines = lines_of(stacked(pages))
    return read_lines(lines, known, vocabulary)


def read_lines(
    lines: list[Line], known: Known, words: Vocabulary, way: str = "", more: Table | None = None,
    proven: str = "",
) -> Reading:  # fmt: skip
    """Return the order that lines of words say; `way` is preferred, `more` competes as well.

    Where the `proven` way finds the same figures as the best, it is taken.
    """
    lines = day_first(lines)
    text = running(lines)
    told = pairs(lines, words)
    head: dict[str, Found] = {}
    _put(head, known.party, parties.customer(lines, told, known))
    _put(head, "po_number", heads.po_number(told, text))
    _put(head, "signing_date", heads.signing_date(told, text))
    signed = date.fromisoformat(head["signing_date"].value) if "signing_date" in head else None
    _put(head, "delivery_date", heads.delivery_date(told, text, signed))
    for role in ("contact", "phone", "address", *words.extra):
        labelled = next(
            (p for p in told if p.told.role == role and p.values and p.where != "below"), None
        )
        if labelled is not None:
            found = Found(labelled.text, labelled.values[:1], labelled.told.weight)
            _put(head, role, replace(found, by=labelled.by))
    skip = tuple(head[r].value for r in ("po_number", "phone") if r in head)
    ways = _ways(lines, words, known, skip, more)
    if way:
        ways = [table for table in ways if table.way == way] or ways
    best = max(ways, key=lambda table: table.worth, default=Table("none", ()))
    same = (one for one in ways if one.way == proven and _figures(one) == _figures(best))
    best = _named_alike(next(same, best), ways)
    best = replace(best, items=under_days(lines, best.items))
    summed = arithmetic.summed(best.items) if best.items else None
    _put(head, "total", heads.total(lines, told, summed))
    return _settled(head, best, signed)


def _named_alike(best: Table, ways: list[Table]) -> Table:
    """Return the items with the codes that most of them have where ways find the same figures.

    A code of which as many say another one is disputed.
    """
    for other in ways:
        if other is best or _figures(other) != _figures(best):
            continue
        more = _codes(other) - _codes(best)
        items = [
            {**item, "material_code": twin["material_code"]}
            if more > 0 and "material_code" in twin
            else _disputed(item, twin, more)
            for item, twin in zip(best.items, other.items, strict=True)
        ]
        best = replace(best, items=tuple(items))
    return best


def _codes(table: Table) -> int:
    return len({item["material_code"].value for item in table.items if "material_code" in item})


def _disputed(item: Item, twin: Item, more: int) -> Item:
    one, two = item.get("material_code"), twin.get("material_code")
    if one is None or two is None or one.value == two.value or more < 0:
        return item
    return {**item, "material_code": one.with_reasons("disputed")}


def _figures(table: Table) -> list[tuple[str, ...]]:
    """Return the quantity and the price of each item."""
    return [
        tuple(item[role].value for role in ("quantity", "unit_price") if role in item)
        for item in table.items
    ]


def _put(head: dict[str, Found], role: str, found: Found | None) -> None:
    if found is not None:
        head[role] = found


def _ways(
    lines: list[Line],
    words: Vocabulary,
    known: Known,
    skip: tuple[str, ...],
    more: Table | None,
) -> list[Table]:
    """Return the items as each way of reading finds them, with what speaks for each."""
    tried: list[Table | None] = [
        tables.under_headings(lines, words, known),
        tables.under_headings(lines, words, known, halved=True),
        *tables.by_labels(lines, words, known),
        prose.in_sentences(running(lines), known, skip),
        prose.in_rows(lines, known, skip),
        more,
    ]
    told = pairs(lines, words)
    found = []
    for table in tried:
        if table is None or not table.items:
            continue
        table = tables.marked(table)
        summed = arithmetic.summed(table.items)
        if summed is not None:
            total = heads.total(lines, told, None)
            written = {total.value, *total.others} if total is not None else set()
            if any(Decimal(value) == summed.quantize(Decimal("0.01")) for value in written):
                table = replace(table, worth=table.worth + 4.0)
        found.append(table)
    return found


def _settled(head: dict[str, Found], table: Table, signed: date | None) -> Reading:
    """Return the reading with what the whole says of its parts: sums, days after the order's."""
    items = [dict(item) for item in table.items]
    total = head.get("total")
    added = total is not None and "sum" in total.reasons and "twice" in total.reasons
    for item in items:
        if added:
            for role in ("quantity", "unit_price", "amount"):
                # Amounts that add up say nothing of a price that does not make its amount.
                if role in item and _borne(role, item):
                    item[role] = item[role].with_reasons("sum")
        due = item.get("line_date")
        if due is not None and "undated" in due.reasons:
            day = date.fromisoformat(due.value)
            item["line_date"] = due = heads.dated(day, False, due.words, due.weight, signed)
        if due is not None and signed is not None and date.fromisoformat(due.value) > signed:
            item["line_date"] = due.with_reasons("later")
    if items and all("line_date" in item for item in items):
        days = {item["line_date"].value for item in items}
        weak = "delivery_date" not in head or head["delivery_date"].weight < 0.6
        if weak and len(days) == 1:
            head["delivery_date"] = replace(items[0]["line_date"], by="lines")
        elif weak:
            head.pop("delivery_date", None)
    dated = sum("line_date" in item for item in items)
    if 0 < dated < len(items) and "delivery_date" in head:
        head["delivery_date"] = head["delivery_date"].with_reasons("partly")
    return Reading(head, tuple(items), table.way)


def _borne(role: str, item: Item) -> bool:
    return role == "amount" or "amount" not in item or "product" in item[role].reasons


def known_of(
    own: Iterable[str], customers: Iterable[tuple[str, str]], materials: Iterable[tuple[str, str]]
) -> Known:
    """Return what the records know, ready to be looked up."""
    return Known.of(own, customers, materials)
