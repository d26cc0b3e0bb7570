"""A verdict over a record made into a scenario that is proven to hold by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from seamline.catalog import read_installed
from seamline.facts import Actor
from seamline.metadata import Package
from seamline.problems import Refused
from seamline.text import Text
from seamline.usecases import look, scenarios
from seamline.usecases.desk import Desk
from seamline.usecases.masking import Mask

from .case import Case
from .rereading import with_documents

# Entries that carry a decision and are no verdict of rules: what a reviewer did with it.
ANSWERS = ("approved", "returned", "reassigned", "asked", "answered", "escalated")


def scenario_of(desk: Desk, actor: Actor, form: str, record: str, decision: str = "") -> str:
    """Return a verdict over a record as a scenario document (YAML), personal data masked.

    It is the newest verdict, or the one that `decision` names. The scenario holds by itself: it
    was played before it is returned. Raises Refused: 403 without the right to read what it
    stands on, 404 no such record or verdict, 422 where playing it does not come out the same.
    """
    catalog = desk.catalogs.current()
    told = look.told(desk, actor, form, record, limit=1_000)
    events = [one for one in told.events if one.decision and one.kind not in ANSWERS]
    judged = next((one for one in events if decision in ("", one.decision)), None)
    if judged is None:
        raise Refused.one(
            "no_decision",
            Text("这条记录没有规则判定。", "No rules have judged this record."),
            status=404,
        )
    with desk.store.reading() as unit:
        mask = Mask({model.form.id: model.form for model in catalog.forms.values()})
        case = Case(unit, catalog, actor, told.decisions[judged.decision], judged, mask)
        document = case.document()
        _prove(read_installed(unit), form, case.id, document)
    return document


def _prove(packages: Sequence[Package], form: str, scenario: str, document: str) -> None:
    """Play one scenario document; raises Refused where it does not hold."""
    home = next(one for one in packages if any(known.id == form for known in one.forms))
    read = with_documents(packages, home.head.id, {f"scenarios/{scenario}.yaml": document})
    alone = [
        replace(one, scenarios=tuple(part for part in one.scenarios if part.id == scenario))
        for one in read
    ]
    results = scenarios.run(alone)
    for result in results:
        if not result.passed:
            said = next(result.sentences())
            raise Refused.one(
                "not_reproduced",
                Text(
                    f"这个案例在空白工作区里不能重现：{said.zh}",
                    f"The case does not come out the same on its own: {said.en}",
                ),
                hint=Text(
                    "规则或相关记录此后可能已修改。",
                    "Its rules, or the records it stands on, may have changed since.",
                ),
            )
