"""Studio on the auto-parts package: its documents, a form, a rule set, what publishing would do."""

from __future__ import annotations

from seamline import clock
from seamline.store import Past, PastTexts, Rollout
from seamline.usecases.desk import Desk

STAGE = {"stage": "read", "began": "2026-01-05T01:00:00+00:00", "ended": "", "zh": "", "en": ""}
WRONG = {"zh": "错", "en": "wrong", "file": "forms/material.yaml", "line": 3, "path": ""}
PAGES = [
    ("studio.index", "boss", "/studio"),
    ("studio.show", "boss", "/studio/auto_parts"),
    ("studio.publish", "boss", "/studio/auto_parts/publish"),
    ("studio_starting.show", "boss", "/studio/auto_parts/start"),
    ("studio.versions", "boss", "/studio/auto_parts/versions"),
    ("studio_scenarios.show", "boss", "/studio/auto_parts/scenarios"),
    ("studio_scenarios.record", "boss", "/studio/auto_parts/scenarios/record?form=complaint"),
    (
        "studio_scenarios.record",
        "boss",
        "/studio/auto_parts/scenarios/record?form=complaint&step=change"
        "&onto=scenarios/credit_exceeded.yaml",
    ),
    ("studio_samples.show", "boss", "/studio/auto_parts/samples"),
    ("packages.index", "boss", "/packages"),
    ("packages.back", "boss", "/packages/auto_parts/back/1"),
    ("packages.export", "boss", "/packages/auto_parts/export"),
    ("rollouts.show", "boss", "/rollouts/{rollout}"),
    (
        "studio_schemes.show",
        "boss",
        "/studio/auto_parts/schemes?form=sales_order&scheme=latest_released",
    ),
    ("studio_forms.show", "boss", "/studio/auto_parts/form/forms/material.yaml"),
    ("studio_forms.show", "boss", "/studio/auto_parts/form/forms/sales_order.yaml"),
    ("studio_rules.show", "boss", "/studio/auto_parts/rules/rulesets/delivery_ship.yaml"),
    (
        "studio_pipelines.show",
        "boss",
        "/studio/auto_parts/pipeline/pipelines/remind_subcontractor.yaml",
    ),
    ("studio_roles.show", "boss", "/studio/auto_parts/roles/roles/supplier.yaml"),
    ("studio_connectors.show", "boss", "/studio/auto_parts/connectors"),
    ("studio_documents.show", "boss", "/studio/auto_parts/document/connections/u8.yaml"),
    ("studio_documents.show", "boss", "/studio/auto_parts/document/measures/bom_misuse.yaml"),
    (
        "studio_documents.show",
        "boss",
        "/studio/auto_parts/document/pages/verification.yaml?at=blocks[flow]",
    ),
    ("studio_source.show", "boss", "/studio/auto_parts/source/forms/material.yaml"),
]
NOT_PAGES = {
    "studio_forms.preview": "a form within the page that designs it",
    "studio_forms.reckon": "what a formula gives, within the page that designs its form",
    "studio_scenarios.following": "leads to the page that records a step",
    "studio_pages.preview": "a page within the page that designs it",
    "studio_starting.page": "the picture of a page of a paper",
    "studio_starting.table": "what a connected system says of itself",
    "studio_source.language_of": "a JSON Schema",
}


def stage(desk: Desk, staged: dict[str, str]) -> dict[str, str]:
    """Leave a publication that was refused, and what served before an upgrade."""
    now = clock.now()
    body = {"asked": {"reason": "so"}, "stages": [STAGE], "problems": [WRONG]}
    with desk.store.unit() as unit:
        unit.rollouts.add(Rollout("ROLL", "auto_parts", "draft", "boss", now, now, "refused", body))
        known = next(one for one in unit.packages.installed() if one.id == "auto_parts")
        served = unit.changes.over(known)
        past = Past("auto_parts", "0.9.0", now, now, "boss")
        unit.pasts.add(past, PastTexts(served, served))
    return {"rollout": "ROLL"}
