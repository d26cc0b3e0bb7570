"""Correlations: from plain data to their metadata, and against the forms they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.correlate import compile_correlation
from seamline.metadata import CorrelatedFact, Correlation, CorrelationLock, Form
from seamline.problems import Refused
from seamline.scope import Scope
from seamline.text import written as text

from .computing import scope_of
from .draft import Draft, mentions


def built(data: Mapping[str, Any]) -> Correlation:
    """Return a correlation from data that passed the schema."""
    then = data["then"]
    lock = then.get("lock")
    return Correlation(
        id=data["correlation"],
        title=text(data["title"]),
        facts=tuple(
            CorrelatedFact(item["as"], item["form"], item.get("table", ""), item.get("where"))
            for item in data["facts"]
        ),
        say=text(data["say"]),
        on=tuple((item[0], item[1], item[2]) for item in data.get("on", ())),
        event=then.get("event", ""),
        lock=CorrelationLock(lock["record"], lock["act"]) if lock else None,
        enabled=data.get("enabled", True),
    )


def check_correlations(draft: Draft) -> None:
    """Check every correlation of the package: forms, names, types, sentences, locks."""
    forms = draft.forms()

    def names(form: Form) -> Scope:
        return scope_of(draft, form)

    for sheet in draft.of_kind("correlation"):
        correlation: Correlation = sheet.part
        if _excused(draft, correlation):
            continue
        try:
            compile_correlation(correlation, forms, names, sheet.document.place)
        except Refused as refused:
            draft.problems.extend(refused.problems)


def _excused(draft: Draft, correlation: Correlation) -> bool:
    """Say whether it stands on a form that failed, or on a field that does: nothing is certain."""
    for fact in correlation.facts:
        shaky = draft.shaky.get(fact.form, frozenset())
        if ("form", fact.form) in draft.failed or fact.table in shaky:
            return True
        if fact.where is not None and mentions(fact.where, shaky):
            return True
        own = {side.partition(".")[2].partition(".")[0] for _, *sides in correlation.on
               for side in sides if side.startswith(f"{fact.alias}.")}  # fmt: skip
        if own & shaky:
            return True
    return False
