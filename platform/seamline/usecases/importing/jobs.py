"""An import as it is kept: its map and options as plain data, its problems cell by cell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from seamline.facts import Origin
from seamline.metadata import (
    Approval,
    ApprovalRows,
    Attachments,
    ColumnMap,
    FromConnection,
    ImportMap,
    LineMap,
    Reconcile,
    TakingOver,
)
from seamline.problems import Problem
from seamline.text import Text

from .drafts import Draft, Plan, Spot

Policy = Literal["keep_good", "all_or_nothing"]
State = Literal["running", "done", "checked", "refused"]
MOST_KEPT = 2_000  # problems kept with the job; all of them pass the progress callback


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One thing wrong in a file: the row as the spreadsheet numbers it, header, field, value."""

    row: int
    column: str
    field: str
    value: str
    code: str
    say: Text
    file: str = ""

    def sentence(self, language: str) -> str:
        """Return the problem with its cell as one readable line."""
        file = f"{self.file}: " if self.file else ""
        what = self.column or self.field
        if language == "zh":
            where = f"{file}第 {self.row} 行" + (f"，“{what}”" if what else "")
            return f"{where}：{self.say.zh}"
        where = f"{file}row {self.row}" + (f", '{what}'" if what else "")
        return f"{where}: {self.say.en}"

    def as_json(self) -> dict[str, Any]:
        """Return the problem as plain data."""
        data = asdict(self)
        data["message"] = data.pop("say")  # asdict has made it {"zh", "en"}
        return data

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> CellProblem:
        """Return what `as_json` wrote."""
        rest = {name: value for name, value in data.items() if name != "message"}
        return cls(say=Text(**data["message"]), **rest)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: records handled of all, and the problems found since the last call."""

    position: int
    total: int
    good: int
    bad: int
    problems: tuple[CellProblem, ...] = ()


Watch = Callable[[Progress], None]


@dataclass(slots=True)
class Tally:
    """Counts and problems while an import runs."""

    position: int = 0
    good: int = 0
    bad: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)
    fresh: list[CellProblem] = field(default_factory=list)

    def add(self, problems: tuple[CellProblem, ...]) -> None:
        """Count one record, good where nothing is wrong with it."""
        self.position += 1
        if not problems:
            self.good += 1
            return
        self.bad += 1
        self.fresh.extend(problems)
        room = MOST_KEPT - len(self.kept)
        self.kept.extend(problem.as_json() for problem in problems[: max(0, room)])

    def progress(self, total: int) -> Progress:
        """Return the state of things; the fresh problems are handed over once."""
        fresh, self.fresh = tuple(self.fresh), []
        return Progress(self.position, max(total, self.position), self.good, self.bad, fresh)


def cell_problems(draft: Draft, plan: Plan, problems: Iterable[Problem]) -> tuple[CellProblem, ...]:
    """Return problems of a record as problems of the cells that its values came from."""
    return tuple(_located(draft, plan, problem) for problem in problems)


def _located(draft: Draft, plan: Plan, problem: Problem) -> CellProblem:
    path = problem.place.path
    spot = draft.spots.get(path)
    if spot is None:
        above = draft.spots.get(path.rpartition(".")[0])
        row, file = (above.row, above.file) if above is not None else (draft.row, "")
        spot = Spot(row, _header(plan, path), "", file)
    return CellProblem(
        row=spot.row,
        column=spot.column,
        field="" if path == "_join" else path,
        value=spot.value,
        code=problem.code,
        say=Text(problem.sentence("zh"), problem.sentence("en")),
        file=spot.file,
    )


def _header(plan: Plan, path: str) -> str:
    """Return the header of the column that fills the field at `path`, empty where none does."""
    field_id = path.rpartition(".")[2]
    fillers = plan.lines if "." in path else plan.head
    return next((f.column.column or "" for f in fillers if f.column.to == field_id), "")


def map_json(wanted: ImportMap) -> dict[str, Any]:
    """Return a map as plain data, equal to what is read back of it."""
    data: dict[str, Any] = json.loads(json.dumps(asdict(wanted)))
    return data


def map_of(data: Mapping[str, Any]) -> ImportMap:
    """Return the map that `map_json` wrote."""
    lines = data["lines"]
    return ImportMap(
        id=data["id"],
        title=Text(**data["title"]),
        form=data["form"],
        columns=tuple(_columns(data["columns"])),
        key=tuple(data["key"]),
        mode=data["mode"],
        lines=None
        if lines is None
        else LineMap(
            lines["table"], tuple(_columns(lines["columns"])), lines["file"], lines["join"]
        ),
        takes_over=_taking_over(data["takes_over"]) if data.get("takes_over") else None,
    )


def _taking_over(data: Mapping[str, Any]) -> TakingOver:
    rows, kept, agree = data["approval_rows"], data["attachments"], data["reconcile"]
    return TakingOver(
        source=FromConnection(**data["source"]) if data["source"] else None,
        approvals=tuple(
            Approval(**(one | {"act": Text(**one["act"])})) for one in data["approvals"]
        ),
        approval_rows=ApprovalRows(**rows) if rows else None,
        attachments=Attachments(**kept) if kept else None,
        only=data["only"],
        reconcile=Reconcile(agree["month"], tuple(agree["groups"]), tuple(agree["sums"])),
        prefix=data.get("prefix", ""),
    )


def _columns(data: Iterable[Mapping[str, Any]]) -> Iterator[ColumnMap]:
    for row in data:
        yield ColumnMap(row["to"], row["column"], row["match"], row["values"], row["constant"])


@dataclass(frozen=True, slots=True)
class Options:
    """How an import was asked for."""

    policy: Policy
    dry_run: bool
    origin: Origin
    total: int
    lines_file: str = ""
    lines_name: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the options as plain data."""
        return asdict(self)

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Options:
        """Return what `as_json` wrote."""
        rest = {name: value for name, value in data.items() if name != "origin"}
        return cls(origin=Origin(**data["origin"]), **rest)
