"""Reads a condition aloud, as one sentence in zh-CN and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from seamline.text import Text

from .node import (
    And,
    Compare,
    Constant,
    Falls,
    Fixed,
    Member,
    Node,
    Not,
    Or,
    Quantifier,
    Relation,
    Rows,
    Truth,
    Var,
)
from .span_words import span_said

_RELATIONS: Mapping[Relation, Text] = {
    "==": Text("等于", "is"),
    "!=": Text("不等于", "is not"),
    "<": Text("小于", "is less than"),
    "<=": Text("不大于", "is at most"),
    ">": Text("大于", "is more than"),
    ">=": Text("不小于", "is at least"),
}
_MOMENTS: Mapping[Relation, Text] = {
    "<": Text("早于", "is before"),
    "<=": Text("不晚于", "is on or before"),
    ">": Text("晚于", "is after"),
    ">=": Text("不早于", "is on or after"),
}
_QUANTIFIERS: Mapping[Quantifier, Text] = {
    "some": Text("{table}中至少有一行：{part}", "at least one of {table} has: {part}"),
    "all": Text("{table}的每一行：{part}", "every one of {table} has: {part}"),
    "none": Text("{table}中没有一行：{part}", "none of {table} has: {part}"),
}
# What is said of a bare name depends on what it is: a file is attached, a yes is ticked.
_PRESENT: Mapping[str, tuple[Text, Text]] = {
    "boolean": (Text("{name}为“是”", "{name} is yes"), Text("{name}不为“是”", "{name} is not yes")),
    "file": (Text("已上传{name}", "{name} is attached"), Text("没有{name}", "{name} is missing")),
    "number": (
        Text("{name}已填且不为零", "{name} is given and not zero"),
        Text("{name}未填或为零", "{name} is empty or zero"),
    ),
}
_GIVEN = (Text("已填写{name}", "{name} is given"), Text("未填写{name}", "{name} is empty"))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How facts are called: `labels` by name (`customer.credit_line`, `lines[].qty`), and the
    labels of options by name and option id."""

    labels: Mapping[str, Text] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)


def in_words(node: Node, vocabulary: Vocabulary) -> Text:
    """Return the sentence that `node` says, without a full stop."""
    return _say(node, vocabulary, "")


def _say(node: Node, words: Vocabulary, prefix: str) -> Text:
    match node:
        case Fixed(value):
            return Text("总是", "always") if value else Text("从不", "never")
        case Truth(var):
            return _presence(var, words, prefix, 0)
        case Not(Truth(var)):
            return _presence(var, words, prefix, 1)
        case Not(part):
            said = _say(part, words, prefix)
            return Text(f"不满足({said.zh})", f"not ({said.en})")
        case Compare(relation, left, right):
            return _comparison(relation, left, right, words, prefix)
        case Member(item, options):
            return _member(item, options, words, prefix)
        case Falls(var, span):
            name, said = _name(prefix + var.name, words), span_said(span)
            return Text(f"{name.zh}{said.zh}", f"{name.en} {said.en}")
        case And(parts):
            return _joined(parts, words, prefix, Text("，且", " and "))
        case Or(parts):
            return _joined(parts, words, prefix, Text("，或", " or "))
        case Rows(quantifier, table, part):
            name = _name(prefix + table, words)
            said = _say(part, words, f"{prefix}{table}[].")
            form = _QUANTIFIERS[quantifier]
            return Text(
                form.zh.format(table=name.zh, part=said.zh),
                form.en.format(table=name.en, part=said.en),
            )
    raise TypeError(f"not a condition: {node!r}")


def _joined(parts: Iterable[Node], words: Vocabulary, prefix: str, link: Text) -> Text:
    said = [(_say(part, words, prefix), isinstance(part, And | Or)) for part in parts]
    return Text(
        link.zh.join(f"({text.zh})" if mixed else text.zh for text, mixed in said),
        link.en.join(f"({text.en})" if mixed else text.en for text, mixed in said),
    )


def _presence(var: Var, words: Vocabulary, prefix: str, negated: int) -> Text:
    name = _name(prefix + var.name, words)
    form = _PRESENT.get(var.type, _GIVEN)[negated]
    return Text(form.zh.format(name=name.zh), form.en.format(name=name.en))


def _comparison(
    relation: Relation, left: Var, right: Var | Constant, words: Vocabulary, prefix: str
) -> Text:
    name = _name(prefix + left.name, words)
    link = _RELATIONS[relation]
    if left.type in ("date", "datetime"):
        link = _MOMENTS.get(relation, link)
    other = _side(right, prefix + left.name, words, prefix)
    return Text(f"{name.zh}{link.zh}{other.zh}", f"{name.en} {link.en} {other.en}")


def _member(
    item: Var | Constant, options: tuple[Constant, ...] | Var, words: Vocabulary, prefix: str
) -> Text:
    if isinstance(options, Var):
        name = _name(prefix + options.name, words)
        one = _side(item, prefix + options.name, words, prefix)
        return Text(f"{name.zh}包含{one.zh}", f"{name.en} includes {one.en}")
    asked = prefix + item.name if isinstance(item, Var) else ""
    name = _side(item, asked, words, prefix)
    said = [_side(option, asked, words, prefix) for option in options]
    return Text(
        f"{name.zh}是{'、'.join(text.zh for text in said)}之一",
        f"{name.en} is one of {', '.join(text.en for text in said)}",
    )


def _side(value: Var | Constant, asked: str, words: Vocabulary, prefix: str) -> Text:
    """Say one side; a constant compared with an option field is said by the option's label."""
    if isinstance(value, Var):
        return _name(prefix + value.name, words)
    if isinstance(value, str):
        return words.options.get(asked, {}).get(value, Text(f"“{value}”", f"'{value}'"))
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, datetime):
        return Text.same(value.isoformat(" ", "minutes"))
    if isinstance(value, date):
        return Text.same(value.isoformat())
    return Text.same(f"{value:f}" if not isinstance(value, int) else str(value))


def _duration(value: timedelta) -> Text:
    seconds = int(value.total_seconds())
    for size, zh, en in ((86400, "天", "day"), (3600, "小时", "hour"), (60, "分钟", "minute")):
        if seconds and seconds % size == 0:
            count = seconds // size
            return Text(f"{count}{zh}", f"{count} {en}{'' if count == 1 else 's'}")
    return Text(f"{seconds}秒", f"{seconds} seconds")


def _name(name: str, words: Vocabulary) -> Text:
    return words.labels.get(name, Text.same(name))
