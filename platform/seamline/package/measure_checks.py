"""Measures: from plain data to their metadata, and against what they name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any

from seamline.documents import Path
from seamline.measures import FORMULAS, parsed
from seamline.metadata import Baseline, Measure, Target
from seamline.registry import chosen
from seamline.text import Text, written

from .draft import Draft, Sheet
from .page_checks import DraftNames

ADMINISTRATOR = "administrator"


def built(data: Mapping[str, Any]) -> Measure:
    """Return a measure from data that passed the schema."""
    formula = chosen(FORMULAS, data["formula"])
    known = {key: data[key] for key in ("better", "period", "scale") if key in data}
    return Measure(
        id=data["measure"],
        title=written(data["title"]),
        formula=formula,
        settings=FORMULAS[formula].read(data["formula"][formula]),
        unit=written(data["unit"]),
        owner=data["owner"],
        source=written(data["source"]),
        group=written(data["group"]) if "group" in data else None,
        help=written(data["help"]) if "help" in data else None,
        baseline=_baseline(data["baseline"]) if "baseline" in data else None,
        target=_target(data["target"]) if "target" in data else None,
        **known,
    )


def _baseline(data: Mapping[str, Any]) -> Baseline:
    value = Decimal(str(data["value"])) if "value" in data else None
    return Baseline(data["period"], value, written(data["source"]) if "source" in data else None)


def _target(data: Mapping[str, Any]) -> Target:
    return Target(Decimal(str(data["value"])), data.get("by", ""))


def check_measures(draft: Draft) -> None:
    """Check every measure of the package."""
    for sheet in draft.of_kind("measure"):
        measure: Measure = sheet.part
        names = DraftNames(draft, sheet)
        data = sheet.document.data["formula"][measure.formula]
        FORMULAS[measure.formula].check(data, ("formula", measure.formula), names)
        _check_owner(draft, sheet, measure)
        for path, word in _periods(measure):
            if word and parsed(measure.period, word, UTC) is None:
                say = Text(
                    f"“{word}”不是这个指标的期间({measure.period})。",
                    f"'{word}' is no period of this measure ({measure.period}).",
                )
                draft.tell(sheet, path, "unknown_period", say, got=word)
        _check_source(draft, sheet, measure)


def _check_owner(draft: Draft, sheet: Sheet, measure: Measure) -> None:
    roles = [one.id for one in draft.of_kind("role")]
    roles += [role.id for other in draft.others for role in other.roles]
    known = [ADMINISTRATOR, *roles]
    if not draft.knows("role", measure.owner, known):
        draft.unknown(sheet, ("owner",), "role", measure.owner, known)


def _periods(measure: Measure) -> list[tuple[Path, str]]:
    found: list[tuple[Path, str]] = []
    if measure.baseline is not None:
        found.append((("baseline", "period"), measure.baseline.period))
    if measure.target is not None:
        found.append((("target", "by"), measure.target.by))
    return found


def _check_source(draft: Draft, sheet: Sheet, measure: Measure) -> None:
    """Check that a baseline that was not measured here says what it rests on."""
    baseline = measure.baseline
    if baseline is not None and baseline.value is not None and baseline.source is None:
        say = Text(
            "写了值的基线要说明依据(source)。", "A baseline with a value says what it rests on."
        )
        hint = Text(
            "写 source，或去掉 value，让平台从日志取得并冻结。",
            "Write source, or leave out value to have it taken from the journal and frozen.",
        )
        draft.tell(sheet, ("baseline",), "baseline_source", say, hint)
