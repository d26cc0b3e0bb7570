"""A reconciliation as rows of a spreadsheet, and in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seamline.forms import FormModel
from seamline.text import Text, written
from seamline.usecases.importing.cells import guarded

Rows = Iterator[list[str]]


def label_of(model: FormModel, path: str, language: str) -> str:
    """Return what people call a field, a column with its table."""
    table, dot, column = path.partition(".")
    known = model.fields.get(table)
    words = known.field.label.in_(language) if known is not None else table
    inner = model.fields.get(path) if dot else None
    return f"{words}.{inner.field.label.in_(language)}" if inner is not None else words


def word_of(model: FormModel, path: str, word: str, language: str) -> str:
    """Return the value of a group as people read it: an option by its label."""
    known = model.fields.get(path)
    options = known.field.settings.get("options", ()) if known is not None else ()
    for option in options:
        if option["id"] == word:
            return written(option["label"]).in_(language)
    return word


def rows_of(model: FormModel, report: Mapping[str, Any], language: str) -> Rows:
    """Yield a reconciliation row by row: figures by group, then what differs by its key."""
    sides = (Text("来源", "Source"), Text("历史库", "Library"))
    words = [side.in_(language) for side in sides]
    heads = [label_of(model, name, language) for name in report["columns"]]
    sums = [label_of(model, name, language) for name in report["sums"]]
    count = Text("条数", "Records").in_(language)
    figures = [f"{name} ({word})" for name in (count, *sums) for word in words]
    same = Text("一致", "Equal").in_(language)
    yield [*heads, *figures, same]
    for row in report["figures"]:
        pairs = zip(report["columns"], row["group"], strict=True)
        group = [guarded(word_of(model, name, word, language)) for name, word in pairs]
        yield [*group, *_pairs(row), _tick(row["equal"], language)]
    total = [Text("合计", "Total").in_(language), *[""] * (len(heads) - 1)] if heads else []
    whole = {"source": report["source"], "library": report["library"]}
    yield [*total, *_pairs(whole), _tick(report["equal"], language)]
    yield []
    yield [Text("差异", "Difference").in_(language), Text("键", "Key").in_(language), *words]
    yield from _differences(report, language)


def _pairs(row: Mapping[str, Any]) -> list[str]:
    source, library = row["source"], row["library"]
    pairs = [(str(source["count"]), str(library["count"]))]
    pairs += list(zip(source["sums"], library["sums"], strict=True))
    return [word for pair in pairs for word in pair]


def _tick(equal: bool, language: str) -> str:
    return Text("是" if equal else "否", "yes" if equal else "no").in_(language)


KINDS = {
    "lost": Text("来源有，历史库没有", "in the source, not in the library"),
    "extra": Text("历史库有，来源没有", "in the library, not in the source"),
    "differing": Text("内容不同", "figures differ"),
}


def _differences(report: Mapping[str, Any], language: str) -> Rows:
    for kind in ("lost", "extra"):
        for key in report[kind]:
            yield [KINDS[kind].in_(language), guarded(key)]
    for one in report["differing"]:
        sides = (one["source"], one["library"])
        words = [" · ".join([*side["group"], *side["sums"]]) for side in sides]
        yield [KINDS["differing"].in_(language), guarded(one["key"]), *map(guarded, words)]


def said(report: Mapping[str, Any]) -> Text:
    """Return a reconciliation in one sentence."""
    counted = report["counted"]
    source, library = report["source"]["count"], report["library"]["count"]
    left = report["left"]
    if report["equal"]:
        return Text(
            f"来源 {source} 条，历史库 {library} 条，条数与合计一致，丢失 0 条"
            + (f"；按条件不迁移 {left} 条。" if left else "。"),
            f"{source} records in the source, {library} in the library; counts and sums agree, "
            "0 lost" + (f"; {left} left out by the condition." if left else "."),
        )
    return Text(
        f"来源 {source} 条，历史库 {library} 条：缺 {counted['lost']} 条，"
        f"多 {counted['extra']} 条，内容不同 {counted['differing']} 条。",
        f"{source} records in the source, {library} in the library: {counted['lost']} missing, "
        f"{counted['extra']} too many, {counted['differing']} differ.",
    )
