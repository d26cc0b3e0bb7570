"""Every rule says the same on every way in, and a way that skips the door is found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from seamline import clock
from seamline.catalog import build
from seamline.facts import Actor, Event, Origin, Record
from seamline.forms import FormModel
from seamline.package import read_package
from seamline.settings import found
from seamline.store.ulid import ulid
from seamline.testing.conformance.examples import examples
from seamline.testing.conformance.staging import Submitting
from seamline.testing.conformance.verdicts import Said, Way
from seamline.ui.cli import main
from seamline.ui.ways import every_way
from seamline.ui.ways.proving import prove
from seamline.usecases import install
from seamline.usecases.desk import Desk, open_desk

ROOT = Path(__file__).parents[2]
SMALL_DESK = ROOT / "tests" / "packages" / "small_desk"
AUTO_PARTS = ROOT / "examples" / "auto_parts"
OPERATOR = Actor("operator", "operator", ("administrator",))


class PastTheDoor:
    """A way in that somebody has built beside the door: it writes records itself."""

    name = "shortcut"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def takes(self, model: FormModel, step: str) -> bool:
        """Take what makes records."""
        return step == "create"

    def submit(self, asked: Submitting) -> tuple[Said, ...]:
        """Write the record and an entry in the journal, and ask no rule."""
        model = self.desk.catalogs.current().forms[asked.form]
        at, word = clock.now(), ulid(clock.now())
        record = Record(
            asked.form, word, word, "", "submitted", "", 1, 1, {}, at, "x", at, "x"
        )  # fmt: skip
        with self.desk.store.unit() as unit:
            unit.records.insert(model.tables, record)
            unit.journal.append(
                Event("created", at, "x", "api", asked.form, word, step=f"{asked.form}.create")
            )
        return ()


class Forgetful:
    """A way in that passes the door but keeps what it was refused for to itself."""

    name = "forgetful"

    def __init__(self, way: Way) -> None:
        self.way = way

    def takes(self, model: FormModel, step: str) -> bool:
        """Take what the way behind it takes."""
        return self.way.takes(model, step)

    def submit(self, asked: Submitting) -> tuple[Said, ...]:
        """Submit, and answer that all is well."""
        self.way.submit(asked)
        return ()


@pytest.mark.cap(107)
@pytest.mark.slow
def test_every_rule_of_auto_parts_says_the_same_on_every_way() -> None:
    report = prove([read_package(AUTO_PARTS)])
    assert [one.sentence().en for one in report.differences] == []
    assert [(bound.key, fires) for bound, fires in report.missing] == []
    # Each rule was made to fire and to stay silent, by every way that can take its step.
    for bound in report.rules:
        by_file = "2" if bound.step in ("create", "change") else "–"
        by_scan = "2" if (bound.form, bound.step) == ("stock_move", "create") else "–"
        cells = {way: report.cell(bound.key, way) for way in report.ways}
        every = dict.fromkeys(report.ways, "2")
        assert cells == every | {"import": by_file, "pda": by_scan}, bound.key


@pytest.mark.cap(107)
def test_a_way_that_skips_the_door_is_found() -> None:
    def ways(desk: Desk) -> Sequence[Way]:
        return [*every_way(desk), PastTheDoor(desk)]

    report = prove([read_package(SMALL_DESK)], ways=ways)
    assert not report.passed
    assert {one.way for one in report.differences} == {"shortcut"}
    assert all(report.cell(bound.key, "shortcut") == "≠" for bound in report.rules)
    assert all(report.cell(bound.key, "form") == "2" for bound in report.rules)


@pytest.mark.cap(107)
def test_a_way_that_hides_the_reasons_is_found() -> None:
    report = prove([read_package(SMALL_DESK)], ways=lambda desk: _with_forgetful(desk))
    found = {(one.case.bound.key, one.what) for one in report.differences}
    assert found == {("order_create.agreement", "problems")}


def _with_forgetful(desk: Desk) -> Sequence[Way]:
    page, api, *_ = every_way(desk)
    return [page, Forgetful(api)]


def test_the_examples_of_a_package_are_tried_first() -> None:
    catalog = build([read_package(AUTO_PARTS)], {}, 1)
    found = [dict(one) for one in examples(catalog, "delivery", "ship")]
    assert {("report",): ["report.pdf"]}.items() <= found[1].items()
    # The record that the step is taken on stands in the scenario too, with what it refers to.
    assert found[1][("sales_order", "lines", "material", "source")] == "buy"
    assert all(list(examples(catalog, *step.split("."))) for step in catalog.rules)


@pytest.mark.postgres
def test_the_same_on_postgresql(postgres_url: str) -> None:
    report = prove([read_package(SMALL_DESK)], postgres_url)
    assert report.passed
    assert report.verdicts == 30


def test_a_rule_that_can_never_fire_is_named(tmp_path: Path) -> None:
    package = tmp_path / "small_desk"
    for file in sorted(SMALL_DESK.rglob("*.yaml")):
        into = package / file.relative_to(SMALL_DESK)
        into.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text(encoding="utf-8")
        if file.parent.name == "rulesets":
            never = "{and: [{'!': [{var: agreement}]}, {var: agreement}]}"
            text = text.replace('{"!": [{var: agreement}]}', never)
        into.write_text(text, encoding="utf-8")
    report = prove([read_package(package)])
    assert report.passed
    assert [(bound.key, fires) for bound, fires in report.missing] == [
        ("order_create.agreement", True)
    ]


def test_the_command_reads_a_workspace_and_writes_nothing_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(open_desk(found(tmp_path / "ws", {}))) as desk:
        install.publish(desk, OPERATOR, Origin("cli"), SMALL_DESK)
        with desk.store.reading() as unit:
            before = unit.journal.head()
        assert main(["conformance", "--workspace", str(tmp_path / "ws"), "--format", "json"]) == 0
        with desk.store.reading() as unit:
            assert unit.journal.head() == before
    told = json.loads(capsys.readouterr().out)
    assert told["passed"]
    assert told["submissions"] == 30
    assert told["rules"]["order_create.big"]["import"] == "2"
