"""What a form reads from papers: built, and checked against its own fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seamline.documents import Path
from seamline.metadata import Field, Form
from seamline.metadata.paper import HEAD_READS, LINE_READS, Paper, Read
from seamline.text import Text

from .draft import Draft, Sheet


def built_read(data: Mapping[str, Any]) -> Read:
    """Return what a field is read as."""
    return Read(data["as"], tuple(data.get("labels", ())))


def built_paper(data: Mapping[str, Any]) -> Paper:
    """Return how papers begin records."""
    return Paper(
        tuple(data.get("own", ())),
        data.get("evidence", ""),
        data.get("values", {}),
        tuple(data.get("completes", ("create",))),
    )


def check_papers(draft: Draft, sheet: Sheet) -> None:
    """Check that roles stand where they belong, each once, and that named fields exist."""
    form: Form = sheet.part
    seen: dict[str, str] = {}
    for path, field, is_column in _reads(form):
        assert field.read is not None
        role, at = field.read.role, (*path, "read", "as")
        allowed = LINE_READS if is_column else HEAD_READS
        if role not in allowed:
            draft.unknown(sheet, at, "reading", role, allowed)
        elif role in seen and role != "text":
            say = Text(
                f"“{field.id}”与“{seen[role]}”都读取 {role}。",
                f"'{field.id}' and '{seen[role]}' are both read as {role}.",
            )
            draft.tell(sheet, at, "read_twice", say, got=role)
        elif role == "text" and not field.read.labels:
            say = Text(
                f"“{field.id}”按标签读取，要写 labels。",
                f"'{field.id}' is read by its labels; it needs some.",
            )
            draft.tell(sheet, at, "read_without_labels", say, got=field.id)
        seen.setdefault(role, field.id)
    if form.paper is None:
        return
    fields = {field.id: field for field in form.fields}
    evidence = form.paper.evidence
    if evidence and (evidence not in fields or fields[evidence].kind != "attachment"):
        kept = [one.id for one in form.fields if one.kind == "attachment"]
        draft.unknown(sheet, ("paper", "evidence"), "attachment", evidence, kept)
    steps = ["create", "change", *(step.id for step in form.steps)]
    for number, name in enumerate(form.paper.completes):
        if name not in steps:
            draft.unknown(sheet, ("paper", "completes", number), "step", name, steps)
    for name in form.paper.values:
        if name not in fields:
            draft.unknown(sheet, ("paper", "values", name), "field", name, fields)


def _reads(form: Form) -> Iterator[tuple[Path, Field, bool]]:
    for s, section in enumerate(form.sections):
        for f, field in enumerate(section.fields):
            path: Path = ("sections", s, "fields", f)
            if field.read is not None:
                yield path, field, False
            for c, column in enumerate(field.fields):
                if column.read is not None:
                    yield (*path, "fields", c), column, True
