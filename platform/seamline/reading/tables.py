"""Tables of items: under headings, beside headings (items side by side), card by card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from . import arithmetic
from .cells import IN_WORDS, Row, figure, folded, is_side, pieces, rows
from .columns import Column, Heading, headings
from .found import Found, Item, Known, Table
from .items import code_of, day_of, item_of, number_of
from .lines import Line
from .pages import Word
from .pairs import Pair, pairs
from .typed import days
from .vocabulary import LINE_ROLES, Vocabulary

_END = re.compile(
    r"^(?:合\s*计|总\s*计|总金额|(?:合同|订单)总|共\s*计|价税合计|金额合计|金额总计|(?:grand |order )?total\b|大写|备注:|说明:|金额大写"  # noqa: E501
    r"|人民币\(?大写|合计人民币|[一二三四五六七八九十]{1,2}、|第[一二三四五六七八九]+条)", re.I
)  # fmt: skip
# A code alone in its cell, or with the name of the thing in brackets or in Chinese beside it.
_CODED = re.compile(
    r"(?:^|(?<=[\u4e00-\u9fff(\s]))(?:[A-Z]{1,4}[\d./-]*\d{2}[A-Za-z0-9./-]*|\d+(?:[.-]\d+){2,})"
    r"(?=$|[\u4e00-\u9fff()\s])"
)
_BATCH = re.compile(r"交货|交期|到货|送货|发货|批|deliver|due|batch|ship", re.I)
_SUBTOTAL = re.compile(r"本页|本批|^小计|页小计|承前|过次|page total|carried|brought", re.I)


def under_headings(
    lines: list[Line], words: Vocabulary, known: Known, halved: bool = False
) -> Table | None:
    """Return the items that stand under the headings of tables, page after page.

    With `halved` each takes two lines, under headings that name two things: `a / b`.
    """
    found: list[Item] = []
    heads = headings(lines, words, halved)
    for number, head in enumerate(heads):
        end = heads[number + 1].first if number + 1 < len(heads) else len(lines)
        more = body(lines[head.last + 1 : end], head, known)
        found = _scheduled(found, more) or found + more
    return Table("halves" if halved else "table", tuple(found)) if found else None


def _scheduled(items: list[Item], more: list[Item]) -> list[Item] | None:
    """Return items with the days of a second table, which says of each again when it is due."""
    priced = any(item.keys() & {"unit_price", "amount"} for item in more)
    if not more or priced or any("line_date" in item for item in items):
        return None
    due = {item["material_code"].value: item for item in more if _planned(item)}
    if len(due) < len(more) or not all(_code(item) in due for item in items):
        return None
    return [{**item, "line_date": due[_code(item)]["line_date"]} for item in items]


def _planned(item: Item) -> bool:
    return "material_code" in item and "line_date" in item


def _code(item: Item) -> str:
    return item["material_code"].value if "material_code" in item else ""


def body(lines: list[Line], head: Heading, known: Known) -> list[Item]:
    """Return the items that stand under one heading."""
    inside: list[Line] = []
    for line in lines:
        first = line.words[0].text.strip()
        if any(_capitals(word.text) for word in line.words):
            break  # the amount in capitals stands below the last item
        if any(_SUBTOTAL.search(word.text) for word in line.words):
            continue
        if _END.match(first) or (len(line.words) > 1 and _END.match(line.words[1].text.strip())
                                 and not figure(first)):  # fmt: skip
            break
        inside.append(line)
    if not inside:
        return []
    inside, batches = _batched(inside)
    words_, columns = pieces(inside), head.columns
    if head.layers:
        words_, columns = folded(inside, head.layers)
    grid = rows(words_, columns)
    roles = _roles(grid, columns)
    items = [
        _due(_coded(item_of(_by_role(row, columns, roles), known), row, known), row, batches)
        for row in grid
    ]
    figures = {"quantity", "unit_price", "amount"}
    return _unsummed([item for item in items if item.keys() & figures])


def _capitals(text: str) -> bool:
    spelt = re.search(r"[零壹贰叁肆伍陆柒捌玖拾佰仟万]{5}", text) is not None
    return spelt and IN_WORDS.fullmatch(text.strip()) is None


def _batched(lines: list[Line]) -> tuple[list[Line], list[tuple[float, Found]]]:
    """Part the lines of a table from those that say when the items below them are due."""
    kept: list[Line] = []
    batches: list[tuple[float, Found]] = []
    for line in lines:
        item = any(figure(word.text) for word in line.words if not days(word.text))
        told = len(line.words) <= 3 and _BATCH.search(line.text) and len(days(line.text)) == 1
        found = day_of([w for w in line.words if days(w.text)], 0.8) if told and not item else None
        if found is None or "undated" in found.reasons:
            kept.append(line)
        else:
            batches.append((line.middle, found))
    return kept, batches


def _due(item: Item, row: Row, batches: list[tuple[float, Found]]) -> Item:
    above = [found for middle, found in batches if middle < row.middle]
    return {"line_date": above[-1], **item} if above else item


def _coded(item: Item, row: Row, known: Known) -> Item:
    """Return an item with the code that stands in a cell of something else, beside its name."""
    if "material_code" in item or not item.keys() & {"quantity", "unit_price"}:
        return item
    for cell in row.cells.values():
        for word in cell:
            mixed = _CODED.search(word.text)
            if mixed and not days(word.text):
                part = word.part(*mixed.span())
                found = code_of((part,), 0.4, known)
                if found is not None:
                    return {**item, "material_code": found}
    return item


def _unsummed(items: list[Item]) -> list[Item]:
    """Return items without those that are nothing but the sum of the ones before them."""
    kept: list[Item] = []
    since = 0  # where the group began that a subtotal may end
    for item in items:
        bare = "amount" in item and not item.keys() & {"quantity", "unit_price", "material_code"}
        sums = {arithmetic.summed(kept[start:]) for start in (0, since) if kept[start:]}
        if bare and Decimal(item["amount"].value) in sums:
            since = len(kept)
        else:
            kept.append(item)
    return kept


def _by_role(
    row: Row, columns: tuple[Column, ...], roles: Sequence[str]
) -> dict[str, tuple[tuple[Word, ...], float]]:
    cells: dict[str, tuple[tuple[Word, ...], float]] = {}
    for number, cell in row.cells.items():
        role = roles[number]
        if role not in LINE_ROLES:
            continue
        told = columns[number].told
        weight = told.weight if told is not None and told.role == role else 0.5
        twin = next(
            (n for n in row.cells if n < number and _twins(columns[n], columns[number])), -1
        )
        if twin >= 0 and role in cells:  # one heading over both lines of an item
            cells[role] = ((*row.cells[twin], *cell), weight)
        elif role not in cells or weight > cells[role][1]:
            cells[role] = (cell, weight)
    return cells


def _twins(one: Column, two: Column) -> bool:
    return one.text == two.text and one.told is not None and one.left != two.left


def _roles(grid: list[Row], columns: tuple[Column, ...]) -> list[str]:
    """Return the role of each column: as its heading says, unless the figures say otherwise."""
    roles = [column.role for column in columns]
    numeric = [
        n for n, column in enumerate(columns) if not is_side(column) and _mostly_figures(grid, n)
    ]
    if len(numeric) < 2:
        return _single(roles, columns)
    table = [[_figure_of(row, n) for n in numeric] for row in grid]
    hints = [_hint(columns[n]) for n in numeric]
    chosen = arithmetic.triple(table, hints) if len(numeric) >= 3 else None
    if chosen is not None and chosen[3] >= 0.5 * len(grid):
        gross = _gross_twin(numeric, columns, table, chosen)
        q, p, a = (numeric[n] for n in gross)
        for n, column in enumerate(columns):
            if roles[n] in ("quantity", "unit_price", "amount"):
                roles[n] = ""
            if column.role == "" and n in (q, p, a):
                roles[n] = ""
        roles[q], roles[p], roles[a] = "quantity", "unit_price", "amount"
        return _single(roles, columns)
    return _single(roles, columns)


def _hint(column: Column) -> str:
    return column.role


def _gross_twin(
    numeric: list[int],
    columns: tuple[Column, ...],
    table: list[list[Found | None]],
    chosen: tuple[int, int, int, int],
) -> tuple[int, int, int]:
    """Return the columns of prices and amounts with tax where there are both."""
    q, p, a, hits = chosen
    best = (q, p, a)
    prices = [n for n in range(len(numeric)) if n not in (q,)]
    for one in prices:
        for two in prices:
            if one == two or (one, two) == (p, a):
                continue
            other = sum(arithmetic.fits(row[q], row[one], row[two]) for row in table)
            if other < hits:
                continue
            taxes = columns[numeric[one]].told, columns[numeric[best[1]]].told
            is_gross = taxes[0] is not None and taxes[0].tax == "gross"
            was_gross = taxes[1] is not None and taxes[1].tax == "gross"
            was_net = taxes[1] is not None and taxes[1].tax == "net"
            dearer = all(
                Decimal(new.value) >= Decimal(old.value)
                for new, old in ((row[one], row[best[1]]) for row in table)
                if new is not None and old is not None
            )
            if (is_gross and not was_gross) or (not was_gross and (was_net or dearer)):
                best = (q, one, two)
    return best


def _single(roles: list[str], columns: tuple[Column, ...]) -> list[str]:
    """Return roles with each of quantity, price and amount once: with tax before without."""
    if "line_date" not in roles:  # a column of days under "date": when each is due
        roles = ["line_date" if role == "signing_date" else role for role in roles]
    for role in ("quantity", "unit_price", "amount", "material_code", "name", "line_date"):
        held = [n for n, one in enumerate(roles) if one == role]
        if len({columns[n].text for n in held}) > 1:
            best = max(held, key=lambda n: (_tax_rank(columns[n]), _weight(columns[n]), -n))
            for n in held:
                roles[n] = role if n == best else ""
    return roles


def _tax_rank(column: Column) -> int:
    return {"gross": 2, "": 1, "net": 0}[column.told.tax] if column.told else 0


def _weight(column: Column) -> float:
    return column.told.weight if column.told is not None else 0.0


def _mostly_figures(grid: list[Row], n: int) -> bool:
    cells = [row.cells[n] for row in grid if n in row.cells]
    return bool(cells) and sum(any(figure(w.text) for w in cell) for cell in cells) >= 0.6 * len(
        cells
    )


def _figure_of(row: Row, n: int) -> Found | None:
    return number_of(row.cells[n], 0.5) if n in row.cells else None


def by_labels(lines: list[Line], words: Vocabulary, known: Known) -> list[Table]:
    """Return items told by labels: side by side, label by label, and card by card."""
    told = [pair for pair in pairs(lines, words, line=True) if pair.told.role in LINE_ROLES]
    found = [Table("cards", tuple(_cards(told, known)))]
    beside = _beside(told, known)
    if beside:
        found.append(Table("beside", tuple(beside)))
    return [table for table in found if table.items]


def _beside(told: list[Pair], known: Known) -> list[Item]:
    """Return the items of a table whose headings stand at the left."""
    right = [pair for pair in told if pair.where == "right" and pair.values]
    counts = [
        len(pair.values) for pair in right if pair.told.role in ("quantity", "unit_price", "amount")
    ]
    if len(counts) < 2:
        return []
    count = max(set(counts), key=lambda n: (counts.count(n), n))
    full = [pair for pair in right if len(pair.values) == count]
    centres = [w.centre for w in full[0].values]
    items: list[Item] = []
    for number in range(count):
        cells = {}
        for pair in right:
            near = [
                w
                for w in pair.values
                if min(range(count), key=lambda n: abs(centres[n] - w.centre)) == number
            ]
            if near and (pair.told.role not in cells or pair.told.tax == "gross"):
                cells[pair.told.role] = (tuple(near), pair.told.weight)
        items.append(item_of(cells, known))
    return items


def _cards(told: list[Pair], known: Known) -> list[Item]:
    """Return the items of labels that repeat: a label that comes again starts a new item."""
    items: list[dict[str, tuple[tuple[Word, ...], float]]] = [{}]
    seen: set[int] = set()
    for pair in _in_blocks(told):
        role, value = pair.told.role, pair.values[:1]
        if not value or (pair.where == "below" and id(pair.label) in seen):
            continue
        seen.add(id(pair.label))
        found = item_of({role: (value, pair.told.weight)}, known)
        if role not in found:
            continue
        if role in items[-1]:
            if pair.told.weight < 1 and role not in ("quantity", "unit_price"):
                continue
            if _same(items[-1][role][0], value):
                continue
            items.append({})
        items[-1][role] = (value, pair.told.weight)
        if role == "material_code":
            rest = _after_code(value[0])
            if rest is not None:
                items[-1].setdefault("name", ((rest,), 0.5))
        if role == "name":
            items[-1].setdefault("material_code", (value, 0.4))
    made = [item_of(cells, known) for cells in items]
    return [item for item in made if "quantity" in item or "unit_price" in item]


def _in_blocks(told: list[Pair]) -> list[Pair]:
    """Return labels block by block where blocks stand side by side, each with labels of its own."""
    twins = [
        pair
        for one in told
        for pair in told
        if pair.told.role == one.told.role and pair.label is not one.label
        and abs(pair.label.middle - one.label.middle) < 0.5 * one.label.height
        and abs(pair.label.box[0] - one.label.box[0]) > 8 * one.label.height
    ]  # fmt: skip
    starts = {round(pair.label.box[0]) for pair in twins}
    if not starts:
        return told
    edges: list[float] = []
    for start in sorted(starts):
        if not edges or start - edges[-1] > 40:
            edges.append(start - 15)

    def column(pair: Pair) -> int:
        return sum(pair.label.box[0] >= edge for edge in edges)

    leads = min(twins, key=lambda pair: pair.label.middle).told.role
    blocks: list[list[Pair]] = []
    for number in range(len(edges) + 1):
        blocks.append([])
        for pair in (one for one in told if column(one) == number):
            if pair.told.role == leads:
                blocks.append([])
            blocks[-1].append(pair)
    blocks = [block for block in blocks if block]
    blocks.sort(key=lambda block: block[0].label.middle)
    rows: list[list[list[Pair]]] = []
    for block in blocks:
        label = block[0].label
        if rows and label.middle - rows[-1][0][0].label.middle < 0.5 * label.height:
            rows[-1].append(block)
        else:
            rows.append([block])
    for row in rows:
        row.sort(key=lambda block: block[0].label.box[0])
    return [pair for row in rows for block in row for pair in block]


def _same(one: Sequence[Word], two: Sequence[Word]) -> bool:
    return "".join(w.text for w in one) == "".join(w.text for w in two)


def _after_code(word: Word) -> Word | None:
    found = re.match(r"\S*\d\S*\s+(?=\S)", word.text)
    return word.part(found.end(), len(word.text)) if found else None


def marked(table: Table) -> Table:
    """Return a table with its figures borne out, and with its worth."""
    items = tuple(arithmetic.proven(item) for item in table.items)
    worth = 0.0
    for item in items:
        keys = item.keys()
        worth += 1.0 if {"quantity", "unit_price"} <= keys else -1.0
        worth += 2.0 if "product" in item.get("quantity", Found("")).reasons else 0.0
        worth -= 1.0 if "contradicted" in item.get("quantity", Found("")).reasons else 0.0
        worth += 0.7 if "material_code" in keys else 0.0
        worth += 1.0 if "master" in item.get("material_code", Found("")).reasons else 0.0
        worth += 0.3 if "line_date" in keys else 0.0
        worth += 0.2 if "name" in keys else 0.0
    return replace(
        table, items=items, worth=worth + {"table": 0.3, "beside": 0.2}.get(table.way, 0.0)
    )
