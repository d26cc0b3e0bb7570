"""The 3-5-1 law in words: which step breaks it, by which rules, and the two ways out."""

from __future__ import annotations

from typing import Any

from seamline.documents import Document
from seamline.metadata.ruleset import HARD_LIMIT, SOFT_LIMIT
from seamline.problems import Problem, shorten
from seamline.text import Text

_LIMITS = {"hard": HARD_LIMIT, "soft": SOFT_LIMIT}


def surplus_rules(document: Document, rule_class: str) -> Problem:
    """Return the problem of too many hard or soft rules, at the first one too many."""
    rules, limit = document.data[rule_class], _LIMITS[rule_class]
    surplus = [_name(rule, limit + index) for index, rule in enumerate(rules[limit:], 1)]
    say = Text(
        "业务环节 {step} 有 {count} 条{words.zh}，最多 {limit} 条；多出的是 {surplus}。",
        "Business step {step} has {count} {words.en}, at most {limit} are allowed; "
        "surplus: {surplus}.",
    ).fill(
        step=_step(document),
        count=len(rules),
        limit=limit,
        words=Text("强控", "hard rules")
        if rule_class == "hard"
        else Text("弱提醒", "soft reminders"),
        surplus=", ".join(surplus),
    )
    hint = _demote(document, surplus) if rule_class == "hard" else _retire(surplus)
    return Problem(f"too_many_{rule_class}", say, document.place((rule_class, limit)), hint)


def one_review(document: Document) -> Problem:
    """Return the problem of a step with no human review node, or with several."""
    review = document.data.get("review")
    step = _step(document)
    place = document.place(("review",))
    if isinstance(review, list) and len(review) > 1:
        surplus = ", ".join(_name(node, index) for index, node in enumerate(review[1:], 2))
        say = Text(
            f"业务环节 {step} 有 {len(review)} 个人工审核节点，只能有 1 个；多出的是 {surplus}。",
            f"Business step {step} has {len(review)} review nodes, exactly 1 is allowed; "
            f"surplus: {surplus}.",
        )
        hint = Text(
            f"留下一个，把 {surplus} 降为弱提醒或停用。",
            f"Keep one; demote {surplus} to a soft reminder or retire it.",
        )
        return Problem("one_review", say, document.place(("review", 1)), hint)
    say = Text(
        f"业务环节 {step} 应有恰好 1 个人工审核节点。",
        f"Business step {step} needs exactly 1 review node.",
    )
    hint = Text(
        "写 review: {id, title, pool, within}，不加短横线。",
        "Write review: {id, title, pool, within}, without a dash.",
    )
    return Problem("one_review", say, place, hint)


def _demote(document: Document, surplus: list[str]) -> Text:
    """Return the ways out for hard rules: soft reminders while there is room, or retirement."""
    soft = document.data.get("soft")
    room = SOFT_LIMIT - (len(soft) if isinstance(soft, list) else 0)
    if room <= 0:
        return _retire(surplus)
    movable = ", ".join(surplus[:room])
    return Text(
        f"把 {movable} 降为弱提醒(还能放 {room} 条)，或停用一条：从文档中删去。",
        f"Demote {movable} to soft (room for {room}), or retire one: take it out.",
    )


def _retire(surplus: list[str]) -> Text:
    return Text(
        f"停用一条：把 {', '.join(surplus)} 或别的一条从文档中删去，或移到另一个业务环节。",
        f"Retire one: take {', '.join(surplus)} or another out, or bind it to another step.",
    )


def _step(document: Document) -> str:
    step = document.data.get("step")
    return shorten(step) if isinstance(step, str) else "?"


def _name(rule: Any, number: int) -> str:
    """Return the id of a rule, or its number where it has none."""
    if isinstance(rule, dict) and isinstance(rule.get("id"), str):
        return f"'{shorten(rule['id'], 40)}'"
    return f"#{number}"
