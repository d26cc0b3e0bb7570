"""A drafted measure: its figure and its line, from the journal as it is."""

from __future__ import annotations

from typing import Any

from seamline.measures import FORMULAS
from seamline.problems import Refused
from seamline.usecases.designing import trying

from ...charts import bars
from ...say import _
from ...session import actor, desk, language
from .. import measuring
from .trial import Stage, Trial


def _show(stage: Stage) -> dict[str, Any]:
    nothing: dict[str, Any] = {"face": None, "trial_said": []}
    if stage.problems:
        return nothing | {"trial_said": [one.sentence(language()) for one in stage.problems[:3]]}
    try:
        found = trying.measured(desk(), actor(), stage.document.data)
    except Refused as refused:
        return nothing | {"trial_said": [one.sentence(language()) for one in refused.problems]}
    except (KeyError, AttributeError):
        say = _("It names something that is not published yet; it has no figure so far.")
        return nothing | {"trial_said": [say]}
    parts = measuring.parts(found)
    target = found.measure.target.value if found.measure.target else None
    return nothing | {
        "face": measuring.face(found),
        "chart": measuring.chart(found),
        "timed": FORMULAS[found.measure.formula].periods,
        "bars": bars(parts, target) if parts else "",
        "rows": measuring.rows(found),
    }


KIND = Trial("measure", "studio/trials/measure.html", _show)
