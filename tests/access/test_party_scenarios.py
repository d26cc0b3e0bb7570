"""Scenarios of outsiders: an account that stands for a record, and what it is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from seamline.package import read_package
from seamline.problems import Refused
from seamline.usecases import scenarios

EXAMPLE = Path(__file__).parents[2] / "examples" / "auto_parts"
ROLE, OWN = "roles/supplier.yaml", "scenarios/supplier_sees_own.yaml"


@pytest.fixture
def package(tmp_path):
    """The auto-parts package with that one scenario, as a folder that a test may change."""
    folder = shutil.copytree(EXAMPLE, tmp_path / "auto_parts")
    for path in (folder / "scenarios").glob("*.yaml"):
        if path.name != Path(OWN).name:
            path.unlink()
    return folder


def changed(folder, path, old, new):
    text = (folder / path).read_text("utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1), "utf-8")
    return folder


def played(folder):
    (result,) = scenarios.run([read_package(folder)])
    return result


@pytest.mark.cap(46, 115)
def test_a_supplier_is_refused_the_task_of_another_one(package):
    result = played(package)
    assert result.passed and [one.came.outcome for one in result.steps] == [
        "passed", "refused", "passed", "refused",
    ]  # fmt: skip
    where = '    where: {"==": [{var: supplier}, {var: _me.party}]}\n'
    assert not played(changed(package, ROLE, where, "")).passed  # it is the wall that refuses


def test_a_party_that_is_not_there_is_no_refusal_of_the_wall(package):
    result = played(
        changed(package, OWN, "party: ours}, record: other", "party: us}, record: other")
    )
    assert not result.passed and "unknown_party" in str([one.en for one in result.sentences()])


def test_only_roles_that_stand_for_a_record_have_a_party(package):
    with pytest.raises(Refused) as refused:
        read_package(changed(package, OWN, "role: supplier,", "role: planner,"))
    assert {one.code for one in refused.value.problems} == {"no_party"}
    with pytest.raises(Refused) as refused:
        read_package(changed(package, OWN, "role: planner,", "role: suplier,"))
    assert "supplier" in refused.value.problems[0].hint.en
