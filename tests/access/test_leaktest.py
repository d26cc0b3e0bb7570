"""The leak test: nothing comes out; with one wall removed it says what came out, and where."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from seamline.facts import Origin
from seamline.package import read_package
from seamline.problems import Refused
from seamline.settings import found
from seamline.ui.cli import main
from seamline.ui.leaks.proof import proof
from seamline.ui.leaks.walking import prove, restricted, surfaces
from seamline.ui.ways.visitor import OPERATOR
from seamline.usecases import install
from seamline.usecases.desk import open_desk

WALLED = Path(__file__).parents[1] / "packages" / "walled"
PACKAGE = read_package(WALLED)


SIX = "fields: [_code, material, qty, due, _state, finish]"
ROWS = '    where: {"==": [{var: supplier}, {var: _me.party}]}\n'


@pytest.fixture
def without(tmp_path):
    """A function that gives the package with one wall of its vendors removed."""

    def changed(old, new):
        folder = shutil.copytree(WALLED, tmp_path / "walled")
        role = folder / "roles" / "vendor.yaml"
        text = role.read_text(encoding="utf-8")
        assert text.count(old) == 1
        role.write_text(text.replace(old, new), encoding="utf-8")
        return read_package(folder)

    return changed


@pytest.mark.cap(45, 113)
def test_nothing_hidden_comes_out_on_any_surface():
    report = prove([PACKAGE], only=["vendor", "author"])
    assert (report.leaks, report.unproven) == ([], [])
    assert report.passed and report.roles == ["author", "vendor"]
    assert {"addresses", "exporting", "listing", "looking_up", "taking_steps"} <= {*report.surfaces}
    assert report.canaries > 100 and report.asked > 500


@pytest.mark.cap(113)
@pytest.mark.parametrize(
    "name", ["amount", "customer_po", "lines.rate", "photo", "_created_by"],
)  # fmt: skip
def test_with_one_field_shown_it_names_that_field(name, without):
    walked = {one: surfaces()[one] for one in ("exporting", "addresses")}
    leaky = without(SIX, SIX.replace("_code", f"_code, {name}"))
    report = prove([leaky], expected=[PACKAGE], walked=walked, only=["vendor"])
    found = {(one.surface, one.form, one.name, one.record) for one in report.leaks}
    named = {(form, field) for _, form, field, _ in found}
    assert ("task", name) in named
    assert ("addresses", "task", name, "mine") in found
    platform = name.startswith("_")  # such a column is no part of an export
    assert platform or ("exporting", "task", name, "mine") in found


def test_what_has_no_canary_is_found_by_its_name(without):
    """The reader's own key stands in `supplier`: no secret, but not one of the six fields."""
    leaky = without(SIX, SIX.replace("_code", "_code, supplier, _held"))
    report = prove([leaky], expected=[PACKAGE], walked={"naming": surfaces()["naming"]})
    assert {one.name for one in report.leaks if one.role == "vendor"} == {"supplier", "_held"}


@pytest.mark.cap(46, 113)
def test_without_the_wall_between_records_it_names_the_foreign_ones(without):
    report = prove([without(ROWS, "")], expected=[PACKAGE], only=["vendor"])
    found = {(one.surface, one.name) for one in report.leaks if one.record == "foreign"}
    for surface in ("addresses", "exporting", "looking_up"):
        assert (surface, "_code") in found, surface


def past_look(guest):
    """A page that reads the store itself, as no page of ours may."""
    with guest.desk.store.reading() as unit:
        tables = guest.catalog.forms["task"].tables
        record = unit.records.get(tables, guest.records["task", "mine"])
    guest.read("/hasty-page", repr(record))


def test_a_surface_that_reads_past_the_walls_is_found():
    report = prove([PACKAGE], walked={"hasty": past_look}, only=["vendor"])
    named = {one.name for one in report.leaks}
    assert {"price", "customer_po", "remark", "_created_by", "lines.rate"} <= named
    assert {(one.surface, one.asked, one.role) for one in report.leaks} == {
        ("hasty", "/hasty-page", "vendor")
    }
    [said] = [one for one in report.problems() if one.place.path == "vendor.task.price"]
    assert said.code == "leak" and "hasty" in said.say.zh and "task.price" in said.say.en


@pytest.mark.cap(113)
def test_each_wall_removed_is_found_on_each_surface_that_can_show_it(capsys):
    """Every hidden field by every surface; a role that takes steps, looks things up and exports."""
    words = ["leaktest", str(WALLED), "--walls", "--role", "vendor", "--format", "json"]
    assert main(words) == 0
    found = {(one["form"], one["field"]): one for one in json.loads(capsys.readouterr().out)}
    hidden = {"supplier", "material_cost", "customer_po", "remark", "photo", "price", "amount",
              "lines.work", "lines.rate", "rates"}  # fmt: skip
    assert {field for form, field in found if form == "task"} == hidden
    assert {form for form, _ in found} == {"task", "material", "supplier"}
    for (form, field), one in found.items():
        assert one["besides"] == [], (form, field)
        assert {"addresses", "exporting", "listing", "naming"} <= {*one["alone"]}, (form, field)
        shown = {*one["alone"], *one["together"]}
        assert shown.isdisjoint({"importing", "progress_links"})  # not open to this role
        assert form != "task" or "taking_steps" in shown or field == "supplier"
        assert field != "code" or "looking_up" in one["alone"]


@pytest.fixture
def ticked(tmp_path):
    """A function that gives the package with a tick its vendors set and do not see."""

    def made(**role):
        folder = shutil.copytree(WALLED, tmp_path / f"walled{len(role)}")
        form, vendor = folder / "forms" / "task.yaml", folder / "roles" / "vendor.yaml"
        text = form.read_text(encoding="utf-8")
        tick = "      - {id: urgent, kind: boolean, label: {zh: 急, en: Urgent}}\n"
        field = "      - {id: photo,"
        text = text.replace(field, tick + field).replace(
            "[photo, finish]", "[photo, finish, urgent]"
        )
        form.write_text(text, encoding="utf-8")
        text = vendor.read_text(encoding="utf-8")
        assert "fields: [photo, finish]" in text
        text = text.replace("fields: [photo, finish]", "fields: [photo, finish, urgent]")
        more = yaml.safe_dump(role, allow_unicode=True) if role else ""
        vendor.write_text(text + more, encoding="utf-8")
        return read_package(folder)

    return made


@pytest.mark.cap(113)
def test_what_cannot_be_proven_stops_unless_the_role_says_why(ticked):
    report = prove([ticked()], walked={}, only=["vendor"])
    assert not report.passed
    [problem] = report.problems()
    assert (problem.code, problem.place.path) == ("unproven", "vendor.task.urgent")
    assert "unproven: [{form: task, field: urgent, why: …}]" in problem.hint.en
    why = {"zh": "只有是与否，已由人核对", "en": "Yes or no only; people have looked"}
    excused = ticked(unproven=[{"form": "task", "field": "urgent", "why": why}])
    report = prove([excused], walked={}, only=["vendor"])
    assert report.passed and [one.field for one in report.excused] == ["urgent"]


def test_a_role_excuses_only_what_there_is(ticked):
    why = {"zh": "无", "en": "none"}
    with pytest.raises(Refused) as refused:
        ticked(unproven=[{"form": "task", "field": "urgnt", "why": why}])
    assert "urgent" in refused.value.problems[0].hint.en


def test_only_restricted_roles_are_walked():
    assert [role.id for role in restricted([PACKAGE])] == [
        "author", "shopfloor", "vendor", "visitor",
    ]  # fmt: skip
    whole = replace(PACKAGE, roles=tuple(r for r in PACKAGE.roles if r.id == "planner"))
    assert prove([whole]).passed and proof([whole]) == {}


def test_the_command_reports(capsys):
    assert main(["leaktest", str(WALLED), "--role", "visitor", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["passed"] and told["roles"] == ["visitor"] and told["leaks"] == []
    assert main(["leaktest", str(WALLED), "--role", "visitor", "--language", "en"]) == 0
    assert "1 restricted roles" in capsys.readouterr().out


@pytest.mark.cap(113)
def test_a_publication_stands_the_proof_of_its_desk(tmp_path):
    asked = []

    def leaking(packages, _tell):
        asked.append([package.head.id for package in packages])
        raise Refused(prove(packages, walked={"hasty": past_look}, only=["vendor"]).problems())

    with closing(open_desk(found(tmp_path / "a", {}), leaking)) as desk:
        with pytest.raises(Refused) as refused:
            install.publish(desk, OPERATOR, Origin("cli"), WALLED)
        assert {problem.code for problem in refused.value.problems} == {"leak"}
        assert asked == [["walled"]] and desk.catalogs.refresh().packages == ()
    with closing(open_desk(found(tmp_path / "b", {}), lambda *_: {"leaktest": "told"})) as desk:
        install.publish(desk, OPERATOR, Origin("cli"), WALLED)
        with desk.store.reading() as unit:
            [event] = [one for one in unit.journal.after(0, 100) if one.kind == "published"]
        assert event.body["leaktest"] == "told"
