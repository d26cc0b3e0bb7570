"""What the check of a library has found, as its page says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from seamline.forms import FormModel
from seamline.usecases.structure import Checked
from seamline.versioning import Fault, Span

from ..say import _
from .structuring import Thing, groups, shown_day, thing_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of the check: of what, about which versions, when, in words."""

    thing: Thing
    versions: list[tuple[str, str]]
    says: str


@dataclass(frozen=True, slots=True)
class Kind:
    """All findings of one kind: what it is called and what it means."""

    id: str
    title: str
    says: str
    tone: str
    found: list[Finding]


def faults(model: FormModel, found: Checked) -> list[Kind]:
    """Return what the check has found, kind by kind, the gravest first."""
    known = {
        "cycle": (_("Circles"), _("A part is made of itself."), "red"),
        "gap": (_("Gaps"), _("Days on which no version is in force."), "red"),
        "overlap": (
            _("Overlaps"),
            _("Days on which one group has two versions: somebody has to choose."),
            "amber",
        ),
        "unreleased": (
            _("Not approved"), _("These versions cannot be used for orders."), "amber",
        ),
        "reversed": (_("Ends before it begins"), _("Never in force."), "red"),
        "row_never": (
            _("Rows that never count"), _("Their days lie outside their version."), "amber",
        ),
        "row_ends": (
            _("Rows that end early"),
            _("The row ends while its version is still in force."),
            "blue",
        ),
    }  # fmt: skip
    kinds = []
    for kind, (title, says, tone) in known.items():
        told = [_finding(model, one, found.labels) for one in found.faults if one.kind == kind]
        kinds.append(Kind(kind, title, says, tone, told))
    return kinds


def _finding(model: FormModel, fault: Fault, labels: Mapping[str, str]) -> Finding:
    versions = [
        (one.name, url_for("records.show", form_id=model.form.id, word=one.id))
        for one in fault.versions
        if one.name
    ]
    return Finding(
        thing_of(model, fault.thing, labels.get(fault.thing, "")), versions, _says(model, fault)
    )


def _says(model: FormModel, fault: Fault) -> str:
    if fault.kind == "cycle":
        return " → ".join(fault.way)
    words = [_span(fault.span)]
    if fault.parts:
        words.insert(0, ", ".join(part.thing for part in fault.parts))
    if fault.groups:
        titles = dict(groups(model)) | {"": _("everybody else")}
        words.append(_(", ").join(titles.get(group, group) for group in fault.groups))
    return " · ".join(words)


def _span(span: Span) -> str:
    start, end = shown_day(span.start), shown_day(span.end)
    if not start and not end:
        return _("always")
    if not end:
        return _("from %(day)s on", day=start)
    if not start:
        return _("until %(day)s", day=end)
    return _("%(start)s to %(end)s", start=start, end=end)
