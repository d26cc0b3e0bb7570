"""Every condition of every shipped package through the builder: lost nothing, moved one line."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seamline.documents import Document, read
from seamline.metadata import Form
from seamline.package import read_package
from seamline.package.building import form as built
from seamline.ui.designing.clause_edits import clause_edits
from seamline.ui.designing.clauses import Clause, Names, clause_of, every, operators_of
from seamline.ui.designing.conditions import names_in, names_in_row
from seamline.ui.designing.sketching import read_aloud

from .test_clauses import again

EXAMPLES = Path(__file__).parents[2] / "examples"
LIBRARY = EXAMPLES.parent / "rulesets"
FOLDERS = [EXAMPLES / "auto_parts", EXAMPLES / "bike_factory",
           *sorted(one.parent for one in LIBRARY.glob("*/ruleset.yaml"))]  # fmt: skip
OPPOSITES = {"given": "empty", "empty": "given", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
             "==": "!=", "!=": "=="}  # fmt: skip


def conditions(folder: Path) -> Iterator[tuple[Document, str, str, Names]]:
    """Yield every condition of rules, fields and blocks: its document and text, path, names."""
    if folder.parent == EXAMPLES:
        forms = {form.id: form for form in read_package(folder).forms}
    else:
        sheet = read((folder / "form.yaml").read_text("utf-8"), "form.yaml")
        forms = {sheet.data["form"]: built(sheet.data, "CNY")}
    for path in sorted(folder.rglob("*.yaml")):
        text = path.read_text("utf-8")
        document = read(text, path.name)
        for words, form, table in found(document, forms):
            asked = names_in_row(form, table, forms, "zh") if table else None
            names = asked or names_in(form, forms, "zh")
            assert names is not None
            yield document, text, words, names


def found(document: Document, forms: dict[str, Form]) -> Iterator[tuple[str, Form, str]]:
    data = document.data
    if "ruleset" in data:
        form = forms[data["step"].partition(".")[0]]
        for tier in ("hard", "soft"):
            yield from ((f"{tier}[{one['id']}].when", form, "") for one in data.get(tier, ()))
        if "when" in data["review"]:
            yield "review.when", form, ""
    for section in data.get("sections", ()) if "form" in data else ():
        for field in section["fields"]:
            at = f"sections[{section['id']}].fields[{field['id']}]"
            for key in ("visible_when", "required_when"):
                if key in field:
                    yield f"{at}.{key}", forms[data["form"]], ""
                for column in field.get("fields", ()):
                    if key in column:
                        inside = f"{at}.fields[{column['id']}].{key}"
                        yield inside, forms[data["form"]], field["id"]
    for block in data.get("blocks", ()) if "page" in data else ():
        for kind in ("count", "records"):
            if "where" in block.get(kind, ()):
                yield f"blocks[{block['id']}].{kind}.where", forms[block[kind]["form"]], ""


@pytest.mark.cap(67)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_condition_comes_back_and_one_edit_touches_its_own_lines(folder: Path) -> None:
    seen = edited = 0
    for document, text, words, names in conditions(folder):
        when = document.value(document.path(words) or ())
        clause = clause_of(when, words, names)
        assert again(clause) == when, words
        seen += 1
        for one in every(clause):
            if one.kind == "kept":  # what has no form here is offered as text, and never touched
                assert one.source and one.data == document.value(document.path(one.at) or ())
            elif one.kind == "test" and (other := turned(one)):
                edited += 1
                check(document, text, one, other, names)
    assert seen and edited


def turned(one: Clause) -> str:
    """Return another operator that fits the clause, nothing where it has only one."""
    assert one.names is not None
    other = OPPOSITES.get(one.word, "")
    return other if other in operators_of(one.names, one.name) else ""


def check(document: Document, text: str, one: Clause, other: str, names: Names) -> None:
    sent = {"name": one.name, "word": other, "mode": one.mode, "value": one.value,
            "unit": one.unit, "was": json.dumps(one.data)}  # fmt: skip
    [edit] = clause_edits("clause", one.at, document, names, sent)
    after = edit.done({document.name: text})[document.name]
    lines = [line for line in difflib.ndiff(text.splitlines(), after.splitlines())
             if line[:2] in ("- ", "+ ")]  # fmt: skip
    assert 1 <= len(lines) <= 6, (one.at, lines)
    fresh: Any = read(after, document.name)
    kept = clause_of(fresh.value(fresh.path(one.at)), one.at, one.names or names)
    assert (kept.kind, kept.word, kept.name, kept.value) == ("test", other, one.name, one.value)


@pytest.mark.cap(67)
def test_a_column_asks_about_its_row_and_then_about_the_record() -> None:
    forms = {form.id: form for form in read_package(EXAMPLES / "auto_parts").forms}
    form = forms["sales_order"]
    names = names_in_row(form, "lines", forms, "en")
    assert names is not None and not names.tables
    assert (names.labels["line_due"], names.labels["due_date"]) == ("Own due date", "Due date")
    assert names.types["line_due"] == "date" and "normal" in names.options["urgency"]
    when = {"and": [{"falls": [{"var": "line_due"}, "next 3d"]},
                    {"==": [{"var": "urgency"}, "line_down"]}]}  # fmt: skip
    clause = clause_of(when, "when", names)
    assert [one.kind for one in clause.parts] == ["test", "test"] and again(clause) == when
    said = read_aloud(when, form, forms, "en", "lines")
    assert said == "Own due date is in the next 3 days and Urgency is Customer line down"
