"""A run that stopped is put before those who look after runs, and noted with its record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline import clock
from seamline.facts import Event
from seamline.text import Text

from .. import attention
from ..desk import Desk
from .seeing import ORIGIN

STOPPED = "run.stopped"
MANAGE = "runs"  # the act of looking after the runs of a workspace; a role may hold it


def tell_stopped(desk: Desk, run: str, about: Mapping[str, Any], why: Mapping[str, Any]) -> None:
    """Say that a run waits for a person, and why, in the journal and to whoever may go on."""
    catalog, id_ = desk.catalogs.current(), run.partition(":")[0]
    pipeline = catalog.pipelines.get(id_)
    title = pipeline.title if pipeline is not None else Text.same(id_)
    say = Text(
        f"管道“{title.zh}”停下了，等人处理：{why.get('zh', '')}",
        f"The pipeline '{title.en}' has stopped for somebody to look: {why.get('en', '')}",
    )
    event = Event(
        kind=STOPPED, at=clock.now(), actor=f"pipeline.{id_}", via=ORIGIN.via,
        form=about.get("form", ""), record=about.get("record", ""), code=about.get("code", ""),
        step=f"pipeline.{id_}",
        body={"run": run, "say": {"zh": why.get("zh", ""), "en": why.get("en", "")}},
    )  # fmt: skip
    link = f"/runs?state=stopped&pipeline={id_}"
    with desk.store.unit() as unit:
        attention.ask(unit, catalog, unit.journal.append(event), MANAGE, say, link)
