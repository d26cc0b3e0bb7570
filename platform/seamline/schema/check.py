"""A document against the law of its kind: every breach a problem in both languages."""

from __future__ import annotations

from itertools import islice
from typing import Any

from seamline.documents import PROBLEM_LIMIT, Document
from seamline.problems import Problem, did_you_mean
from seamline.text import Text

from .assembly import DOCUMENT_KINDS
from .sentences import shown, told

LANGUAGE_VERSION = 1


def kind_of(data: Any, expected: str | None = None) -> str | None:
    """Return the document kind of `data`: `expected` where it may be, else the first it names."""
    if not isinstance(data, dict):
        return None
    asked = (expected,) if expected in data else DOCUMENT_KINDS
    return next((kind for kind in asked if kind in data), None)


def check(document: Document, expected: str | None = None) -> list[Problem]:
    """Return everything in which a document breaks the law of its kind, by position.

    The language version is looked at first: of a newer language nothing else can be said.
    `expected` is the kind that the document's place in its package asks for.
    """
    data = document.data
    if not isinstance(data, dict):
        say = Text("文档应是“键: 值”的映射，得到 {got}。", "Expected a mapping of keys, got {got}.")
        return [Problem("not_a_mapping", say.fill(got=shown(data)), document.place(()))]
    if wrong := _version(document):
        return [wrong]
    kind = kind_of(data, expected)
    if kind is None or (expected is not None and kind != expected):
        return [_unknown_kind(document, expected)]
    from .validating import breach_of, reader_for, without_misspelt

    errors = islice(reader_for(kind).iter_errors(data), 2 * PROBLEM_LIMIT)
    breaches = without_misspelt([breach_of(error) for error in errors])
    problems = dict.fromkeys(told(breach, document, kind) for breach in breaches)
    by_place = sorted(problems, key=lambda p: (p.place.line, p.place.column))
    return by_place[:PROBLEM_LIMIT]


def _version(document: Document) -> Problem | None:
    version = document.data.get("seamline")
    if type(version) is int and version == LANGUAGE_VERSION:
        return None
    place = document.place(("seamline",))
    if "seamline" not in document.data:
        say = Text("缺少语言版本。", "The language version is missing.")
        hint = Text("第一行写 seamline: 1。", "Begin the document with seamline: 1.")
        near = did_you_mean("seamline", [key for key in document.data if isinstance(key, str)])
        if near is not None:
            hint = Text(f"{hint.zh}(现有的键写错了?)", f"{hint.en} (Is a key misspelt?)")
        return Problem("language_missing", say, place, hint)
    say = Text(
        "本平台只懂语言版本 {known}，得到 {got}。",
        "This platform knows version {known} of the language, got {got}.",
    ).fill(known=LANGUAGE_VERSION, got=shown(version))
    newer = isinstance(version, int) and version > LANGUAGE_VERSION
    newer_hint = Text("请升级平台。", "Upgrade the platform.")
    hint = newer_hint if newer else Text("写 seamline: 1。", "Write seamline: 1.")
    return Problem("language_version", say, place, hint, got=shown(version))


def _unknown_kind(document: Document, expected: str | None) -> Problem:
    if expected is not None:
        say = Text(
            "这个位置的文档应有“{kind}: 标识”。",
            "A document in this place begins with '{kind}: id'.",
        ).fill(kind=expected)
    else:
        words = ", ".join(DOCUMENT_KINDS)
        say = Text(
            f"看不出是哪种文档，应有其中一个键：{words}。",
            f"Unknown kind of document; one of these keys must be there: {words}.",
        )
    hints = (did_you_mean(key, DOCUMENT_KINDS) for key in document.data)
    return Problem(
        "document_kind", say, document.place(()), next((hint for hint in hints if hint), None)
    )
