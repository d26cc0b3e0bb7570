"""Pipelines: one kind of trigger and of step per file, found by lying in their folders."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.registry import found

from .kind import (
    FORMULA as FORMULA,
    NOTHING as NOTHING,
    RECORD as RECORD,
    Came as Came,
    Course as Course,
    Do as Do,
    Event as Event,
    Gives as Gives,
    Hands as Hands,
    Inside as Inside,
    Operation as Operation,
    PipelineNames as PipelineNames,
    Plan as Plan,
    StepKind as StepKind,
    TriggerKind as TriggerKind,
    Wait as Wait,
    under as under,
)

TRIGGERS: Mapping[str, TriggerKind] = found(f"{__name__}.triggers", TriggerKind)
STEPS: Mapping[str, StepKind] = found(f"{__name__}.steps", StepKind)
