"""What a step has to be given anew, whatever stood before, and what it empties."""

from __future__ import annotations

from collections.abc import Iterator

from seamline.facts import FileRef, Value
from seamline.fields.table import is_blank
from seamline.problems import Place, Problem
from seamline.text import Text

from .case import Case


def clear(case: Case) -> None:
    """Empty the fields that the step clears."""
    for name in case.step.clears:
        case.values[name] = () if case.model.fields[name].columns else None


def check_needed(case: Case) -> None:
    """Add a problem for each field that the step needs and this submission does not bring."""
    if case.step.needs:
        case.problems.extend(_missing(case))


def _missing(case: Case) -> Iterator[Problem]:
    named = {problem.place.path.partition("[")[0] for problem in case.problems.sorted()}
    for name in case.step.needs:
        if name in named or _brought(case, name):
            continue
        label, step = case.model.fields[name].field.label, case.step.title
        yield Problem(
            "needed_in_step",
            Text(
                f"“{step.zh}”必须提供“{label.zh}”，以前填的不算。",
                f"'{step.en}' needs {label.en}; what was given earlier does not count.",
            ),
            Place(name),
            Text(f"请提供{label.zh}。", f"Give {label.en}."),
        )


def _brought(case: Case, name: str) -> bool:
    given = case.asked.values.get(name)
    if given is None or is_blank(given):
        return False
    value = case.values.get(name)
    return not files_of(value) or bool(new_files(case, name))


def new_files(case: Case, name: str) -> list[FileRef]:
    """Return the files of a field that the stored record does not hold already."""
    before = case.before.values.get(name) if case.before is not None else None
    stored = {file.sha256 for file in files_of(before)}
    return [file for file in files_of(case.values.get(name)) if file.sha256 not in stored]


def files_of(value: Value) -> list[FileRef]:
    """Return the files of a value, none where it holds something else."""
    items = value if isinstance(value, tuple) else ()
    return [file for file in items if isinstance(file, FileRef)]
