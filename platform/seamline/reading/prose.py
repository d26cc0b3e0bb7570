"""Items told in sentences, lists and rows without headings: figures by their neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from . import arithmetic
from .cells import UNITS
from .found import Found, Item, Known, Table, bare, written
from .lines import Line, Running
from .pages import Word
from .typed import codes, days, numbers

_NUM = r"(\d[\d,]*(?:\.\d+)?)"
_FIGURE = r"(\d{1,3}(?:\.\d{3})+,\d+|\d+,\d{1,2}(?!\d)|\d{1,3}(?:\.\d{3}){2,}|\d[\d,]*(?:\.\d+)?)"
_MONEY = r"(?:人民币|RMB|CNY|USD|US\$|EUR|GBP|[¥$€£])"
_U = f"(?:{UNITS})(?![A-Za-z])"
_PRICES = (
    rf"(?i)(?:单价|含税价|价格|unit price|price)(?!合计|总)[^\d\n;；。]{{0,12}}?{_NUM}",
    rf"(?i){_NUM}\s*(?:元|{_MONEY})\s*/\s*{_U}",
    rf"(?i){_MONEY}\s*{_NUM}\s*(?:/\s*{_U}|per\b|each\b|a piece|apiece)",
    rf"(?i)每\s*{_U}[^\d\n;；。]{{0,8}}{_NUM}",
    rf"(?i)(?:@|\bat)\s*{_MONEY}?\s*{_NUM}(?!\s*%)",
    rf"{_NUM}\s*[元块]?钱?\s*[一每]\s*{_U}",
    rf"(?i){_NUM}\s*(?:{_MONEY})?\s*(?:each\b|per (?:piece|unit|pc|set|ea)\b)",
)
_AMOUNTS = (
    rf"(?i)(?:小计|金额|货款|计|共|amount|total(?:ling)?|subtotal|=)[^\d\n;；。]{{0,8}}?{_NUM}(?:\s*元)?",
)
_QUANTITIES = (
    rf"(?i)(?:数量|订购量|qty|quantity)[^\d\n;；。]{{0,8}}?{_NUM}",
    rf"(?i)(?<![\d.,/-]){_NUM}\s*{_U}",
    rf"(?i)(?:^|\n|- |\* )\s*{_NUM}\s*[x×]\s*(?=[A-Za-z])",
)
_CODES = re.compile(
    r"(?i)(?:图号|料号|物料号|零件号|件号|货号|编码|型号|物料|part(?: ?no\.?| number)?|item(?: ?no\.?)?|p/n|code|sku|drawing)"  # noqa: E501
    r"[^A-Za-z0-9\n]{0,4}(?:no\.?\s*)?([A-Za-z0-9][A-Za-z0-9./_-]*\d[A-Za-z0-9./_-]*)"
)
_WORD = re.compile(r"(?<![A-Za-z0-9.-])[A-Za-z0-9][A-Za-z0-9./-]{3,}(?![A-Za-z0-9.%-])")
_NOT_ITEM = re.compile(
    r"(?i)每箱|每包|不超过|不低于|不得|至少|以内|违约|最高|逾期|每分钟|尺寸|per box|not exceed|within|at least"  # noqa: E501
)


@dataclass(frozen=True, slots=True)
class Atom:
    """A figure or code in running text: what it is, where, and how surely."""

    kind: str
    start: int
    end: int
    value: str
    weight: float


def in_sentences(text: Running, known: Known, skip: tuple[str, ...]) -> Table | None:
    """Return the items told in sentences or lists."""
    found = sorted(_atoms(text.text, known, skip), key=lambda atom: (atom.start, -atom.weight))
    items = [item for group in _grouped(found) if (item := _item(group, text))]
    items = [_named(item, text) for item in items]
    return Table("prose", tuple(items)) if items else None


def _atoms(text: str, known: Known, skip: tuple[str, ...]) -> Iterator[Atom]:
    taken: list[tuple[int, int]] = []

    def free(start: int, end: int) -> bool:
        return not any(start < b and a < end for a, b in taken)

    for day in days(text):
        taken.append((day.start, day.end))
        if day.dated:
            yield Atom("line_date", day.start, day.end, day.day.isoformat(), 0.5)
    for start, end, value, weight in _codes_in(text, known, skip):
        if free(start, end):
            taken.append((start, end))
            yield Atom("material_code", start, end, value, weight)
    kinds = (
        ("unit_price", _PRICES, 0.7),
        ("quantity", _QUANTITIES, 0.7),
        ("amount", _AMOUNTS, 0.6),
    )
    for kind, patterns, weight in kinds:
        for pattern in patterns:
            for match in re.finditer(pattern, text):
                start, end = match.span(1)
                said = numbers(match[1].rstrip(","))
                clause = re.split(r"[。;；\n]", text[max(0, start - 24) : start])[-1]
                if (
                    said
                    and free(start, end)
                    and not (kind != "amount" and _NOT_ITEM.search(clause))
                ):
                    taken.append((start, end))
                    yield Atom(kind, start, end, written(said[0]), weight)
    for match in re.finditer(rf"(?i){_MONEY}\s*{_NUM}|{_NUM}\s*元", text):
        group = 1 if match[1] else 2
        start, end = match.span(group)
        said = numbers(match[group].rstrip(","))
        if said and free(start, end):
            taken.append((start, end))
            yield Atom("money", start, end, written(said[0]), 0.5)


def _codes_in(
    text: str, known: Known, skip: tuple[str, ...]
) -> Iterator[tuple[int, int, str, float]]:
    for match in re.finditer(r"[A-Za-z0-9][A-Za-z0-9./_-]{2,}", text):
        word = match[0].rstrip(".-/")
        if word in skip:
            continue
        found = known.material(word)
        if found is not None:
            yield match.start(), match.start() + len(word), found[0], 1.0
    for match in _CODES.finditer(text):
        if match[1].strip("./-") not in skip:
            yield (
                match.start(1),
                match.start(1) + len(match[1].rstrip(".-/")),
                match[1].rstrip(".-/"),
                0.8,
            )
    for match in re.finditer(
        r"(?<![A-Za-z0-9.-])[A-Za-z0-9][A-Za-z0-9./-]{3,}(?![A-Za-z0-9.%-])", text
    ):
        word = match[0].rstrip(".-/")
        mixed = re.search(r"[A-Za-z]", word) and len(re.findall(r"\d", word)) >= 2
        dotted = re.fullmatch(r"\d+(?:[.-]\d+){2,}", word)
        after = text[match.end() : match.end() + 4]
        unit = re.fullmatch(rf"(?i)[\d.,]+{_U}", word)
        if (
            (mixed or dotted)
            and not unit
            and word not in skip
            and not re.match(r"\s*(?:元|%)", after)
        ):
            yield match.start(), match.start() + len(word), word, 0.5


def _grouped(atoms: list[Atom]) -> Iterator[list[Atom]]:
    """Yield the atoms of one item after another: a kind that comes again starts the next."""
    group: list[Atom] = []
    for atom in atoms:
        if atom.kind in ("material_code", "quantity", "unit_price") and any(
            one.kind == atom.kind for one in group
        ):
            same = next(one for one in group if one.kind == atom.kind)
            if same.value == atom.value and atom.kind != "quantity":
                continue
            opening = group.pop() if group[-1].kind == "material_code" != atom.kind else None
            yield group
            group = [opening] if opening is not None else []
        group.append(atom)
    yield group


def _item(group: list[Atom], text: Running) -> Item | None:
    item: Item = {}
    leading = next((a.start for a in group if a.kind in ("material_code", "quantity")), 0)
    for atom in group:
        if atom.kind == "line_date" and atom.start < leading:
            continue
        if atom.kind != "money" and atom.kind not in item:
            item[atom.kind] = _found(atom, text)
    if "quantity" not in item:
        return None
    loose = [a for a in group if a.kind in ("money", "amount", "unit_price")]
    quantity = Decimal(item["quantity"].value)
    for one in loose:
        for two in loose:
            if one is not two and arithmetic.agree(
                quantity, Decimal(one.value), Decimal(two.value)
            ):
                item["unit_price"], item["amount"] = _found(one, text), _found(two, text)
                return item
    if "unit_price" not in item:
        money = [a for a in group if a.kind == "money"]
        if len(money) != 1:
            return None
        item["unit_price"] = _found(money[0], text)
    if "amount" in item and not arithmetic.agree(
        quantity, Decimal(item["unit_price"].value), Decimal(item["amount"].value)
    ):
        del item["amount"]  # of the whole order, or of nothing of this item
    return item


def _found(atom: Atom, text: Running) -> Found:
    return Found(atom.value, text.words(atom.start, atom.end), atom.weight)


def _named(item: Item, text: Running) -> Item:
    """Return an item with the words before its code, or between quantity and code, as its name."""
    code = item.get("material_code")
    if code is None or not code.words or "name" in item:
        return item
    place = text.text.find(code.value)
    before = re.split(r"[\n；;。:，,、]", text.text[:place])[-1] if place > 0 else ""
    before = re.sub(r"[(\[]?(?:图号|料号|零件号|编码|part|item|code)?[^\w]*$", "", before)
    name = re.sub(r"^.*(?:\d\s*[x×]|采购|购买|订购|及|和)\s*", "", before).strip(" -(/.")
    if 2 <= len(name) <= 30 and not re.search(r"\d{3}", name):
        start = text.text.rfind(name, 0, place)
        return {**item, "name": Found(name, text.words(start, start + len(name)), 0.4)}
    return item


def in_rows(lines: list[Line], known: Known, skip: tuple[str, ...]) -> Table | None:
    """Return the items of rows without headings: a row in which two figures multiply to a third."""
    rows = [found for line in lines if (found := _row(line)) is not None]
    if not rows:
        return None
    decimals = [
        sum(Decimal(r[n].value) != int(Decimal(r[n].value)) for _, r in rows) for n in (0, 1)
    ]
    flipped = decimals[0] > decimals[1]
    items: list[Item] = []
    beside = _beside(lines, [line for line, _ in rows])
    for line, (first, second, product) in rows:
        quantity, price = (second, first) if flipped else (first, second)
        item: Item = {"quantity": quantity, "unit_price": price, "amount": product}
        for one in (line, *beside[id(line)]):
            _more(item, one, known, skip)
        items.append(item)
    return Table("rows", tuple(items))


def _beside(lines: list[Line], rows: list[Line]) -> dict[int, list[Line]]:
    """Return for each row the lines right above or below it that are nearer to no other."""
    held: dict[int, list[Line]] = {id(row): [] for row in rows}
    for line in lines:
        near = min(rows, key=lambda row: abs(row.middle - line.middle))
        high = near.bottom - near.top
        if (
            line is not near
            and id(line) not in held
            and abs(near.middle - line.middle) < 1.3 * high
        ):
            held[id(near)].append(line)
    return held


def _row(line: Line) -> tuple[Line, tuple[Found, Found, Found]] | None:
    figures: list[Found] = []
    for word in line.words:
        blocked = [(day.start, day.end) for day in days(word.text)]
        for match in re.finditer(rf"(?<![\w.-]){_FIGURE}(?![\d%-])", word.text):
            start, end = match.span(1)
            value = (
                numbers(match[1].rstrip(",."))
                if not any(a < end and start < b for a, b in blocked)
                else []
            )
            if value and value[0] > 0:
                others = tuple(map(written, value[1:]))
                figures.append(
                    Found(written(value[0]), (word.part(start, end),), 0.5, others=others)
                )
    if not 3 <= len(figures) <= 14:
        return None
    for a in range(len(figures) - 1, -1, -1):
        for q in range(len(figures)):
            for p in range(q + 1, len(figures)):
                if a in (q, p):
                    continue
                tried = arithmetic.agreeing(figures[q], figures[p], figures[a])
                if tried is not None and "1" not in (tried[0].value, tried[1].value):
                    return line, tried
    return None


def _more(item: Item, line: Line, known: Known, skip: tuple[str, ...]) -> None:
    used = {word.box for found in item.values() for word in found.words}
    for word in line.words:
        named = days(word.text)
        if named and named[0].dated:
            item.setdefault("line_date", Found(named[0].day.isoformat(), (word,), 0.5))
            continue
        for code in codes(word.text):
            match = known.material(code)
            plain_number = re.fullmatch(r"[\d.,]+", code) and not re.fullmatch(
                r"\d{6,}|\d+(?:\.\d+){2,}", code
            )
            if code in skip or plain_number or word.box in used or "material_code" in item:
                continue
            if re.fullmatch(rf"(?i)[\d.,]+{_U}", code):
                continue
            start = word.text.find(code)
            part: Word = word.part(start, start + len(code)) if start >= 0 else word
            found = Found(match[0] if match else code, (part,), 0.5)
            item["material_code"] = found.with_reasons("master") if match else found


def is_known(code: str, known: Known) -> bool:
    """Say whether a code is one of the records'."""
    return bare(code) in known.coded()
