"""The page of one publication: each stage as it goes, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, url_for

from seamline import clock
from seamline.package.sources import kind_of_path
from seamline.store import Rollout
from seamline.usecases import rollout
from seamline.usecases.editing.wording import data_of
from seamline.usecases.stages import Stage

from ..record.moments import short
from ..say import _
from ..session import actor, catalog, desk, language, reading, signed_in
from .people import name_of_person

blueprint = Blueprint("rollouts", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """One stage: `state` is done, now, wrong, skipped or ahead; `took` are its seconds."""

    title: str
    help: str
    state: str
    said: str = ""
    took: float | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing in the way, and where it is mended."""

    sentence: str
    file: str
    line: int
    address: str


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/rollouts/<id_>")
def show(id_: str) -> str:
    """Show how far a publication is; the page asks again until it is over."""
    one = rollout.rollout(desk(), actor(), id_)
    there = any(each.head.id == one.package for each in catalog().packages)
    drafted = one.kind == "draft"
    return render_template(
        "packages/rollout.html",
        here=":studio",
        one=one,
        going=rollout.under_way(one),
        interrupted=rollout.interrupted(one),
        stages=list(_stages(one)),
        wrong=[_wrong(one, each) for each in one.body["problems"]],
        package_title=_title(one.package),
        who=name_of_person(one.actor),
        at=short(one.at, reading()),
        took=round((one.beat - one.at).total_seconds(), 1),
        back=url_for("studio.show", package=one.package) if there or drafted else "",
        again=url_for("studio.publish", package=one.package) if drafted else "",
    )


def _title(package: str) -> str:
    for one in catalog().packages:
        if one.head.id == package:
            return one.head.title.in_(language())
    return package


def _stages(one: Rollout) -> Iterator[Shown]:
    told: Mapping[str, Any] = {each["stage"]: each for each in one.body["stages"]}
    last = one.body["stages"][-1]["stage"] if one.body["stages"] else ""
    order = rollout.STAGES[one.kind if one.kind in ("file", "back") else "draft"]
    passed = order.index(last) if last in order else -1
    for number, stage in enumerate(order):
        title, help_ = _words(stage)
        kept = told.get(stage)
        if kept is None:
            skipped = number < passed or one.state == "done"
            yield Shown(title, help_, "skipped" if skipped else "ahead")
            continue
        state = _state(one, stage == last)
        ended = kept["ended"] or (clock.now().isoformat() if state == "now" else "")
        took = _between(kept["began"], ended) if ended else None
        yield Shown(title, help_, state, kept[language()], took)


def _state(one: Rollout, last: bool) -> str:
    if not last or one.state == "done":
        return "done"
    return "now" if rollout.under_way(one) else "wrong"


def _between(began: str, ended: str) -> float:
    return round((datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds(), 1)


def _words(stage: Stage) -> tuple[str, str]:
    return {
        "read": (_("Read everything"), _("documents, and what they refer to")),
        "plan": (_("Plan"), _("what the tables have to become")),
        "scenarios": (_("Play the scenarios"), _("every example has to come out as it says")),
        "leaks": (_("Walk the leak test"), _("nobody may see what is hidden from them")),
        "swap": (_("Swap"), _("tables, documents and journal together, in one transaction")),
        "data": (_("Sample data"), _("the records that come with the package")),
    }[stage]


def _wrong(one: Rollout, told: Mapping[str, Any]) -> Wrong:
    file, line = str(told["file"]), int(told["line"])
    file = file or _role_file(one.package, str(told["path"]))
    address = ""
    if kind_of_path(file) is not None and one.kind == "draft":
        address = url_for("studio_source.show", package=one.package, path=file, line=line or None)
    return Wrong(str(told[language()]), file, line, address)


def _role_file(package: str, path: str) -> str:
    """Return where a role is written that the leak test names (`role.form.field`)."""
    role = path.partition(".")[0]
    for one in catalog().packages:
        if one.head.id != package:
            continue
        for file, text in one.sources.items():
            if kind_of_path(file) == "role" and data_of(text, file).get("role") == role:
                return file
    return ""
