"""Everything that is labelled wrong in the invented company is found, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from seamline.versioning import explode, faults, fitting

from .labelled import LATER, company

pytestmark = pytest.mark.cap(33, 35, 36)
ROWS = ("row_ends", "row_never")  # inside their version, or before it begins


def test_the_check_finds_what_is_labelled_and_nothing_else() -> None:
    library, labels = company()
    found: dict[str, set[str]] = {}
    for one in faults(library):
        found.setdefault(one.kind, set()).add(one.thing)
    assert found["overlap"] == labels["bom_overlapping"] and len(found["overlap"]) == 5
    assert found["gap"] == labels["bom_gap"] and len(found["gap"]) == 2
    assert found["unreleased"] == labels["bom_unaudited"] and len(found["unreleased"]) == 3
    (circle,) = (one for one in faults(library) if one.kind == "cycle")
    assert labels["bom_cycle"] <= {version.id for version in circle.versions}
    rows = {one.parts[0].row for one in faults(library) if one.kind in ROWS}
    assert rows == labels["component_expired"] and len(rows) == 10
    assert set(found) == {"overlap", "gap", "unreleased", "cycle", *ROWS}


def test_every_part_with_versions_has_the_one_of_its_day() -> None:
    library, labels = company()
    days = {date(2025, 3, 31): "V1.2", date(2025, 6, 15): "V2.0", LATER: "V2.1"}
    assert len(labels["bom_switched"]) == 60
    for thing in labels["bom_switched"]:
        for day, name in days.items():
            assert [one.name for one in fitting(library[thing], day)] == [name]
    for thing in labels["bom_gap"] | labels["bom_unaudited"]:
        assert fitting(library[thing], LATER) == ()


def test_a_row_that_has_ended_is_not_taken_apart_any_more() -> None:
    library, labels = company()
    every = [one for versions in library.values() for one in versions]
    tops = {part.row: one for one in every for part in one.parts}
    for row in labels["component_expired"]:
        before = explode(library, tops[row], date(2025, 8, 31))
        assert row in {node.part.row for node in before}
        assert row not in {node.part.row for node in explode(library, tops[row], LATER)}
