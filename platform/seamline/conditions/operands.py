"""Reads the leaves of a condition: names, constants, comparisons and memberships, by type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline.scope import Scope, ValueType
from seamline.text import Text

from .constant import STRING_LIMIT, TYPE_WORDS, WRITTEN, read_constant, shown, shown_word
from .node import MIRRORED, Compare, Constant, Member, Relation, Var
from .reading import COMPUTE, Path, Reading

LIST_LIMIT = 1_000
_WORD_LIMIT = 200
_ORDERED: frozenset[ValueType] = frozenset(
    {"text", "number", "date", "datetime", "duration", "file"}
)
_EQUATED: frozenset[ValueType] = _ORDERED | {"boolean"}
_PRESENCE = Text(
    '判断有无请写 {"var": "字段"}(有)或 {"!": {"var": "字段"}}(无)。',
    'For presence write {"var": "field"}; for absence {"!": {"var": "field"}}.',
)


@dataclass(frozen=True, slots=True)
class Raw:
    """A constant as it is written, before the fact beside it gives it a type."""

    value: Any


def named(operand: Var | Raw) -> Text:
    """Return the operand in words: `field 'qty' (a number)`."""
    if isinstance(operand, Raw):
        return Text(f"常量 {shown(operand.value)}", f"the constant {shown(operand.value)}")
    kind = TYPE_WORDS[operand.type]
    return Text(f"字段“{operand.name}”({kind.zh})", f"field '{operand.name}' ({kind.en})")


def read_operand(reading: Reading, raw: Any, scope: Scope, path: Path) -> Var | Raw | None:
    """Return a fact or a constant still to be read; None (said) where it is neither."""
    if not reading.room(path, 1):
        return None
    if not isinstance(raw, Mapping):
        return Raw(raw)
    operator = reading.operator(raw, path)
    if operator == "var":
        return read_var(reading, raw["var"], scope, (*path, "var"))
    if operator is not None:
        reading.refuse(
            "condition_operand",
            path,
            Text(
                f"这里应为字段或常量，得到运算“{operator}”。",
                f"Expected a field or a constant here, got the operation '{operator}'.",
            ),
            COMPUTE,
        )
    return None


def read_var(reading: Reading, raw: Any, scope: Scope, path: Path) -> Var | None:
    """Return the fact that `raw` names, or None (said) where there is none of that name."""
    name = raw[0] if isinstance(raw, (list, tuple)) and len(raw) == 1 else raw
    if not isinstance(name, str) or not name:
        reading.refuse(
            "condition_var",
            path,
            Text(f"应为字段名，得到 {shown(raw)}。", f"Expected a field name, got {shown(raw)}."),
            Text(
                "var 不支持默认值、序号和整行。",
                "var takes no default, no position and no whole row.",
            ),
        )
        return None
    if name in scope.types:
        return Var(name, scope.types[name])
    word = shown_word(name)
    reading.refuse(
        "unknown_name",
        path,
        Text(f"没有名为“{word}”的字段。", f"There is no field named '{word}'."),
        _name_hint(reading, name, scope),
        got=word,
    )
    return None


def _name_hint(reading: Reading, name: str, scope: Scope) -> Text | None:
    if len(name) > _WORD_LIMIT:
        return None
    table, _, column = name.partition(".")
    if column and table in scope.rows:
        return Text(
            f'子表的列请写在 some / all / none 里：{{"some": [{{"var": "{table}"}}, 条件]}}。',
            f"Name columns of a sub-table inside some / all / none: "
            f'{{"some": [{{"var": "{table}"}}, condition]}}.',
        )
    near = reading.near(name, scope.types)
    tables = [t for t, inside in scope.rows.items() if name in inside.types]
    if near is None and tables:
        return Text(
            f"它是子表“{tables[0]}”的列：请用 some / all / none。",
            f"It is a column of sub-table '{tables[0]}': use some / all / none.",
        )
    return near


def read_comparison(
    reading: Reading, relation: Relation, parts: list[Any], scope: Scope, path: Path
) -> list[Compare] | None:
    """Return one comparison, or the two of a range `low < x < high`; None (said) where wrong."""
    sides = [read_operand(reading, part, scope, (*path, i)) for i, part in enumerate(parts)]
    whole = [side for side in sides if side is not None]
    if len(whole) < len(sides):
        return None
    read = [
        _compare(reading, relation, left, right, path, index)
        for index, (left, right) in enumerate(zip(whole, whole[1:], strict=False))
    ]
    kept = [one for one in read if one is not None]
    return kept if len(kept) == len(read) else None


def _compare(
    reading: Reading, relation: Relation, left: Var | Raw, right: Var | Raw, above: Path, index: int
) -> Compare | None:
    here, there = (*above, index), (*above, index + 1)
    if isinstance(left, Var):
        return _compare_var(reading, relation, left, right, here, there)
    if isinstance(right, Var):
        return _compare_var(reading, MIRRORED[relation], right, left, there, here)
    reading.refuse(
        "condition_without_field",
        above,
        Text("比较的两边都是常量。", "Both sides of the comparison are constants."),
        Text('请用 {"var": "字段"} 写出字段。', 'Name a field with {"var": "field"}.'),
    )
    return None


def _compare_var(
    reading: Reading, relation: Relation, left: Var, right: Var | Raw, here: Path, there: Path
) -> Compare | None:
    if left.type not in (_EQUATED if relation in ("==", "!=") else _ORDERED):
        reading.refuse(
            "condition_type",
            here,
            Text(
                f"{named(left).zh}不能用“{relation}”比较。",
                f"{_capital(named(left).en)} cannot be compared with '{relation}'.",
            ),
            _instead_of_comparing(left),
        )
        return None
    if isinstance(right, Raw):
        constant = typed(reading, left, right.value, there)
        return None if constant is None else Compare(relation, left, constant)
    if _family(left.type) == _family(right.type):
        return Compare(relation, left, right)
    _refuse_pair(reading, left, right, there, None)
    return None


def _instead_of_comparing(var: Var) -> Text:
    if var.type == "list":
        return Text(
            f'请写 {{"in": ["词", {{"var": "{var.name}"}}]}}。',
            f'Write {{"in": ["word", {{"var": "{var.name}"}}]}}.',
        )
    if var.type == "table":
        return Text("请用 some / all / none 检查各行。", "Check its rows with some / all / none.")
    if var.type == "boolean":
        return Text("请用 == 或 !=。", "Use == or !=.")
    return _PRESENCE


def typed(reading: Reading, var: Var, raw: Any, path: Path) -> Constant | None:
    """Return `raw` as a value of the type of `var`; None (said) where it does not fit."""
    constant = read_constant(raw, var.type)
    if constant is not None:
        return constant
    if raw is None or raw == "":
        hint: Text | None = _PRESENCE
    elif isinstance(raw, str) and len(raw) > STRING_LIMIT:
        hint = Text(f"最多 {STRING_LIMIT} 个字符。", f"At most {STRING_LIMIT} characters.")
    else:
        hint = WRITTEN.get(var.type)
    _refuse_pair(reading, var, Raw(raw), path, hint)
    return None


def _refuse_pair(
    reading: Reading, left: Var, right: Var | Raw, path: Path, hint: Text | None
) -> None:
    reading.refuse(
        "condition_type",
        path,
        Text(
            f"{named(left).zh}不能与{named(right).zh}比较。",
            f"{_capital(named(left).en)} cannot be compared with {named(right).en}.",
        ),
        hint,
        got=shown(right.value) if isinstance(right, Raw) else right.name,
    )


def _family(type_: ValueType) -> ValueType:
    return "number" if type_ == "file" else type_


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def read_member(reading: Reading, parts: list[Any], scope: Scope, path: Path) -> Member | None:
    """Return `{"in": [item, options]}`; None (said) where it is neither form we know."""
    item = read_operand(reading, parts[0], scope, (*path, 0))
    if isinstance(parts[1], (list, tuple)):
        if not reading.room((*path, 1), 1) or item is None:
            return None
        return _among(reading, item, parts[1], path)
    options = read_operand(reading, parts[1], scope, (*path, 1))
    if item is None or options is None:
        return None
    if isinstance(options, Raw) or options.type != "list":
        reading.refuse(
            "condition_type",
            (*path, 1),
            Text(
                f"“in”的第二项应为常量列表或多选字段，得到{named(options).zh}。",
                f"'in' takes a list of constants or a list field second, got {named(options).en}.",
            ),
            Text("不支持在文字里查找子串。", "Searching inside a text is not supported."),
        )
        return None
    if isinstance(item, Raw):
        word = typed(reading, Var(options.name, "text"), item.value, (*path, 0))
        return None if word is None else Member(word, options)
    if item.type != "text":
        _refuse_pair(reading, options, item, path, WRITTEN["text"])
        return None
    return Member(item, options)


def _among(
    reading: Reading, item: Var | Raw, options: list[Any] | tuple[Any, ...], path: Path
) -> Member | None:
    if isinstance(item, Raw):
        reading.refuse(
            "condition_without_field",
            path,
            Text("“in”的两项都是常量。", "Both operands of 'in' are constants."),
            Text('请用 {"var": "字段"} 写出字段。', 'Name a field with {"var": "field"}.'),
        )
        return None
    if item.type not in _EQUATED:
        reading.refuse(
            "condition_type",
            (*path, 0),
            Text(
                f"{named(item).zh}不能用“in”比较。",
                f"{_capital(named(item).en)} cannot be compared with 'in'.",
            ),
            _instead_of_comparing(item),
        )
        return None
    if not 1 <= len(options) <= LIST_LIMIT:
        reading.refuse(
            "condition_list",
            (*path, 1),
            Text(
                f"列表应有 1–{LIST_LIMIT} 项，得到 {len(options)} 项。",
                f"The list takes 1-{LIST_LIMIT} items, got {len(options)}.",
            ),
        )
        return None
    if not reading.list_room((*path, 1), len(options)):
        return None
    read = [typed(reading, item, raw, (*path, 1, i)) for i, raw in enumerate(options)]
    kept = [constant for constant in read if constant is not None]
    return Member(item, tuple(dict.fromkeys(kept))) if len(kept) == len(read) else None
