"""The rule sets of the library publish, judge as their examples say, and fit other forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from seamline.facts import Actor, Origin
from seamline.package import library, read_package
from seamline.settings import found
from seamline.ui import cli
from seamline.usecases import install, locks
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import RefusedByRules, Submission, submit

SETS = (
    "bom", "credit", "delivery", "drawings", "master_data", "payment", "stock", "subcontracting",
)  # fmt: skip
ADMIN = Actor("admin", "Admin", ("administrator",), language="en")
HEAD = "seamline: 1\npackage: {name}\nversion: 0.1.0\ntitle: {name}\n"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workspace with every set of the library on its own small form."""
    home = tmp_path_factory.mktemp("library")
    package = home / "package"
    for folder in ("forms", "rulesets"):
        (package / folder).mkdir(parents=True)
    (package / "package.yaml").write_text(HEAD.format(name="library"), "utf-8")
    for name in SETS:
        for part, folder in (("form", "forms"), ("ruleset", "rulesets")):
            file = package / folder / f"{name}.yaml"
            file.write_text(library.text(name, f"{part}.yaml"), "utf-8")
    opened = open_desk(found(home / "workspace", {}))
    install.publish(opened, ADMIN, Origin("cli"), package)
    yield opened
    opened.close()


def test_the_library_has_these_sets() -> None:
    assert library.names() == SETS


@pytest.mark.cap(57)
@pytest.mark.parametrize("name", SETS)
def test_a_set_judges_as_its_examples_say(desk: Desk, name: str) -> None:
    examples = yaml.safe_load(library.text(name, "examples.yaml"))
    rules = desk.catalogs.current().rules[f"{name}_sheet.create"].rules
    wrong, seen = [], set()
    for one in examples["examples"]:
        values = {**examples["good"], **one["set"]}
        asked = Submission(f"{name}_sheet", "create", values)
        try:
            decision = submit(desk, ADMIN, Origin("cli"), asked).decision
        except RefusedByRules as refused:
            decision = refused.decision
        assert decision is not None
        marks = {"true": "", "unknown": "?"}
        finds = {f"{marks[finding.result]}{finding.rule}" for finding in decision.findings}
        if finds != set(one["finds"]):
            wrong.append((one["name"], one["finds"], sorted(finds)))
        seen |= finds
    assert wrong == []
    assert {ready.rule.id for ready in rules} <= seen, "every rule fires in some example"


def test_the_stock_set_locks_what_runs_short(desk: Desk) -> None:
    examples = yaml.safe_load(library.text("stock", "examples.yaml"))
    short = next(one for one in examples["examples"] if one["finds"] == ["below_line"])
    values = {**examples["good"], **short["set"]}
    submit(desk, ADMIN, Origin("cli"), Submission("stock_sheet", "create", values))
    standing = locks.listing(desk, ADMIN, form="stock_sheet").items
    assert {one.lock.rule for one in standing} == {"stock.below_line"}


@pytest.mark.parametrize("name", SETS)
def test_a_set_says_what_its_names_stand_for_in_both_languages(name: str) -> None:
    guide = library.text(name, "README.md")
    document = library.text(name)
    for slot in library.slots(document):
        assert f"| `{slot}` |" in guide, slot
    data = yaml.safe_load(document)
    for rule in (*data["hard"], *data["soft"], data["review"]):
        assert f"| `{rule['id']}` |" in guide
        for key in ("title", "say"):
            assert CHINESE.search(rule[key]["zh"])
            assert not CHINESE.search(rule[key]["en"])
            assert rule[key]["en"].strip()


ORDER = """seamline: 1
form: sales
title: Sales
code: {pattern: "SO-{number:4}"}
sections:
  - id: main
    title: Main
    fields:
      - {id: buyer, kind: reference, to: buyer, label: Buyer, required: true}
      - {id: amount_due, kind: money, label: Amount due}
      - {id: warning_line, kind: money, label: Warning line}
"""
BUYER = """seamline: 1
form: buyer
title: Buyer
key: code
sections:
  - id: main
    title: Main
    fields:
      - {id: code, kind: text, label: Code, required: true, unique: true}
      - {id: limit, kind: money, label: Limit}
      - {id: most, kind: money, label: Most}
      - {id: overdue, kind: money, label: Overdue}
      - id: standing
        kind: choice
        label: Standing
        options: [{id: active, label: Active}, {id: suspended, label: Suspended}]
"""
ROLE = """seamline: 1
role: staff
title: Staff
grants: [{form: "*", read: true, steps: ["*"]}]
pools: [controlling]
"""
BOUND = {
    "exposure": "amount_due", "credit_line": "buyer.limit", "hard_limit": "buyer.most",
    "overdue": "buyer.overdue", "relationship": "buyer.standing",
}  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small package whose names are others than those of the library."""
    for path, text in {
        "package.yaml": HEAD.format(name="mine"),
        "forms/sales.yaml": ORDER,
        "forms/buyer.yaml": BUYER,
        "roles/staff.yaml": ROLE,
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def new(package: Path, source: str, *bind: str, what: str = "ruleset", form: str = "sales") -> int:
    """Run `seamline new ruleset check --from ...`."""
    words = ["new", what, "check", "--from", source, "--in", str(package), "--form", form]
    return cli.main([*words, *(word for one in bind for word in ("--bind", one))])


@pytest.mark.cap(57)
def test_a_package_takes_a_set_over_with_its_own_names(package: Path, tmp_path: Path) -> None:
    assert new(package, "credit", *(f"{name}={own}" for name, own in BOUND.items())) == 0
    (ruleset,) = read_package(package).rulesets
    assert (ruleset.id, ruleset.step, ruleset.review.pool) == (
        "check", "sales.create", "controlling",
    )  # fmt: skip
    assert ruleset.review.when == {">": [{"var": "amount_due"}, {"var": "buyer.limit"}]}
    assert "{buyer.limit}" in (ruleset.review.say or ruleset.title).en
    desk = open_desk(found(tmp_path / "workspace", {}))
    try:
        install.publish(desk, ADMIN, Origin("cli"), package)
        buyer = {"code": "B1", "limit": 100, "most": 200, "overdue": 0, "standing": "active"}
        submit(desk, ADMIN, Origin("cli"), Submission("buyer", "create", buyer))
        order = {"buyer": "B1", "amount_due": 150, "warning_line": 90}
        done = submit(desk, ADMIN, Origin("cli"), Submission("sales", "create", order))
        assert done.outcome == "held"
    finally:
        desk.close()


@pytest.mark.parametrize(
    ("source", "bind", "said"),
    [
        ("credit", (), "Bind them with --bind NAME=YOURS"),
        ("credit", ("exposure=amount_duo",), "amount_due"),
        ("credit", ("nothing=amount_due",), "has no 'nothing'"),
        ("credits", (), "credit"),
    ],
)
def test_a_set_that_does_not_fit_is_not_written(
    package: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    source: str, bind: tuple[str, ...], said: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("LC_ALL", "C")
    assert new(package, source, *bind) == 1
    assert said in capsys.readouterr().err
    assert not (package / "rulesets").exists()


def test_only_a_rule_set_comes_from_the_library(package: Path) -> None:
    assert new(package, "credit", what="role") == 1


def test_every_set_can_be_named_in_the_command(capsys: pytest.CaptureFixture[Any]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["new", "--help"])
    shown = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert ", ".join(SETS) in shown
