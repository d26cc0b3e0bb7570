"""Packages that come and go as files, and publications told stage by stage."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from seamline.facts import Actor
from seamline.problems import Refused
from seamline.settings import found
from seamline.usecases import design, edit, files, packages, rollout
from seamline.usecases.designing import releases
from seamline.usecases.designing.edits import Put, Write
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.packaging import returning
from seamline.usecases.packaging.arriving import Asked, looked_at
from seamline.usecases.packaging.packing import Wanted, packed
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI, over

EVE = Actor("eve", "Eve", ("designer",))
CLERK = Actor("li", "李娜", ("clerk",))
PACKAGE, FORM = "small_desk", "forms/order.yaml"
PO = "sections[main].fields[customer_po]"
SCENARIO = """seamline: 1
scenario: refused
title: An order is taken
steps:
  - when: {form: order, step: create, as: administrator}
    then: {outcome: passed}
"""


@pytest.fixture(autouse=True)
def clean(desk: Desk) -> Iterator[None]:
    """No draft after a test."""
    yield
    with desk.store.unit() as unit:
        unit.designs.remove(PACKAGE)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Desk]:
    """A workspace with nothing in it."""
    opened = open_desk(found(tmp_path / "other", {}))
    yield opened
    opened.close()


def sent(desk: Desk, content: bytes) -> str:
    return files.keep(desk, ADMIN, content, "small_desk.zip", "application/zip").sha256


@pytest.mark.cap(103)
def test_a_publication_is_told_stage_by_stage(desk: Desk) -> None:
    one = design.change(desk, EVE, PACKAGE, [Put(FORM, f"{PO}.label", "PO")])
    problems: tuple[object, ...] = ()
    try:
        rollout.publish_draft(desk, EVE, CLI, PACKAGE, one.revision, " ")
    except Refused as refused:
        problems = refused.problems
    assert problems  # what can be refused at once is not begun
    begun = rollout.publish_draft(desk, EVE, CLI, PACKAGE, one.revision, "shorter")
    done = over(desk, begun)
    assert done.state == "done"
    told = [stage["stage"] for stage in done.body["stages"]]
    assert told == ["read", "plan", "scenarios", "swap"]
    assert design.opened(desk, EVE, PACKAGE).head is None


@pytest.mark.cap(103)
def test_a_failing_scenario_names_its_document_and_line(desk: Desk) -> None:
    one = design.change(desk, EVE, PACKAGE, [Write("scenarios/refused.yaml", SCENARIO)])
    done = over(desk, rollout.publish_draft(desk, EVE, CLI, PACKAGE, one.revision, "so"))
    assert done.state == "refused"
    (problem,) = done.body["problems"]
    assert (problem["file"], problem["line"]) == ("scenarios/refused.yaml", 5)
    assert done.body["stages"][-1]["stage"] == "scenarios"
    assert design.opened(desk, EVE, PACKAGE).revision == one.revision


@pytest.mark.cap(102)
def test_a_package_goes_as_a_file_with_data_and_words(desk: Desk, other: Desk) -> None:
    customer = {"code": "P1", "name": "九号", "credit_line": "5"}
    submit(desk, ADMIN, CLI, Submission("customer", "create", customer))
    with pytest.raises(Refused) as refusal:
        packed(desk, ADMIN, PACKAGE, Wanted("1.2.0", frozenset([FORM])))
    assert refusal.value.problems[0].code == "unknown_form"
    content = packed(desk, ADMIN, PACKAGE, Wanted("1.2.0", None, ("customer",), True))
    assert content == packed(desk, ADMIN, PACKAGE, Wanted("1.2.0", None, ("customer",), True))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
    assert {"data/customer.csv", "imports/customer_records.yaml", "docs/words.csv"} <= names
    asked = Asked(sent(other, content), "small_desk.zip", data=True)
    seen = looked_at(other, ADMIN, asked)
    assert (seen.before, {row.sign for row in seen.rows}) == ("", {"added"})
    assert any(power.key.startswith("acts designer") for power in seen.powers)
    done = over(other, rollout.install_file(other, ADMIN, CLI, asked))
    assert (done.state, done.body["stages"][-1]["stage"]) == ("done", "data")
    (listed,) = packages.listed(other, ADMIN)
    assert (listed.head.version, listed.actor, listed.edited) == ("1.2.0", "admin", ())
    with other.store.reading() as unit:
        tables = other.catalogs.current().forms["customer"].tables
        assert [one.ref.key for one in unit.records.resolve(tables, ["P1"]).values()] == ["P1"]


@pytest.mark.cap(102)
def test_an_upgrade_keeps_what_was_edited_here(desk: Desk, other: Desk) -> None:
    content = packed(desk, ADMIN, PACKAGE, Wanted("1.0.0"))
    over(other, rollout.install_file(other, ADMIN, CLI, Asked(sent(other, content), "a.zip")))
    own = edit.text_of(other, ADMIN, PACKAGE, FORM).text
    mine = own.replace("label: Due", "label: Due date", 1)
    assert mine != own
    edit.edit(other, ADMIN, CLI, PACKAGE, FORM, mine, "ours")
    # A version that says of the document what the old one said: the edit stays, nobody is asked.
    same = Asked(sent(other, packed(desk, ADMIN, PACKAGE, Wanted("1.1.0"))), "a.zip")
    (form,) = [row for row in looked_at(other, ADMIN, same).rows if row.path == FORM]
    assert (form.take, form.torn) == ("mine", False)
    over(other, rollout.install_file(other, ADMIN, CLI, same))
    assert edit.text_of(other, ADMIN, PACKAGE, FORM).text == mine
    # One that changes it, too: somebody has to choose; both are put together line by line.
    one = design.change(desk, EVE, PACKAGE, [Put(FORM, "icon", "truck")])
    over(desk, rollout.publish_draft(desk, EVE, CLI, PACKAGE, one.revision, "an icon"))
    newer = sent(other, packed(desk, ADMIN, PACKAGE, Wanted("1.2.0")))
    with pytest.raises(Refused) as refusal:
        rollout.install_file(other, ADMIN, CLI, Asked(newer, "a.zip"))
    assert (refusal.value.status, refusal.value.problems[0].place.file) == (409, FORM)
    asked = Asked(newer, "a.zip", {FORM: "both"})
    done = over(other, rollout.install_file(other, ADMIN, CLI, asked))
    assert done.state == "done", done.body
    text = edit.text_of(other, ADMIN, PACKAGE, FORM).text
    assert "icon: truck" in text and "Due date" in text and text.startswith(own[:60])
    # The list of versions begins with what the upgrade let serve; it says nothing of before.
    assert [one.number for one in releases.releases(other, ADMIN, PACKAGE)] == [0]
    last = edit.edit(other, ADMIN, CLI, PACKAGE, FORM, text + "# ours\n", "a remark")
    assert last.version.newest
    (newest, first) = releases.releases(other, ADMIN, PACKAGE)
    assert (newest.reason, first.number) == ("a remark", 0)
    assert releases.bring_back(other, ADMIN, PACKAGE, 0).texts[FORM] == text
    # What is edited here is still known as such when the next version comes.
    assert packages.listed(other, ADMIN)[0].edited == (FORM,)


@pytest.mark.cap(102)
def test_going_back_across_an_upgrade_is_looked_at_and_loses_nothing(
    desk: Desk, other: Desk
) -> None:
    content = packed(desk, ADMIN, PACKAGE, Wanted("1.0.0"))
    over(other, rollout.install_file(other, ADMIN, CLI, Asked(sent(other, content), "a.zip")))
    own = edit.text_of(other, ADMIN, PACKAGE, FORM).text
    due = "label: Due, required: true}"
    grade = f"{due}\n      - {{id: grade, kind: text, label: Grade}}"
    newer = {f"small_desk/{FORM}": own.replace(due, grade, 1)}
    asked = Asked(sent(other, changed(content, newer)), "b.zip")
    over(other, rollout.install_file(other, ADMIN, CLI, asked))
    (past,) = returning.pasts(other, ADMIN, PACKAGE)
    with other.store.reading() as unit:
        texts = unit.pasts.get(PACKAGE, past.number)
        assert unit.pasts.get(PACKAGE, past.number + 1) is None
    assert (past.version, "grade" in texts.served[FORM]) == ("1.0.0", False)
    # What people entered since would be out of reach: that is refused, and said on the page.
    customer = {"code": "P1", "name": "九号", "credit_line": "5"}
    submit(other, ADMIN, CLI, Submission("customer", "create", customer))
    line = {"part": "M", "qty": "1", "price": "1"}
    given = {
        "customer": "P1",
        "due_date": "2027-01-05",
        "agreement": True,
        "grade": "A",
        "lines": [line],
    }
    submit(other, ADMIN, CLI, Submission("order", "create", given))
    back = returning.Back(PACKAGE, past.number)
    with pytest.raises(Refused) as refused:
        rollout.go_back(other, ADMIN, CLI, back)
    (problem,) = refused.value.problems
    assert (problem.code, refused.value.status) == ("data_lost", 409)
    assert "Grade" in problem.say.en


@pytest.mark.cap(102)
def test_going_back_serves_by_what_served_and_forward_again(desk: Desk, other: Desk) -> None:
    content = packed(desk, ADMIN, PACKAGE, Wanted("1.0.0"))
    over(other, rollout.install_file(other, ADMIN, CLI, Asked(sent(other, content), "a.zip")))
    own = edit.text_of(other, ADMIN, PACKAGE, FORM).text
    mine = own.replace("label: Agreement", "label: Contract", 1)
    edit.edit(other, ADMIN, CLI, PACKAGE, FORM, mine, "ours")
    newer = changed(content, {f"small_desk/{FORM}": own.replace("label: Total", "label: Sum", 1)})
    asked = Asked(sent(other, newer), "b.zip", {FORM: "new"})
    over(other, rollout.install_file(other, ADMIN, CLI, asked))
    back = returning.Back(PACKAGE, 1)
    seen = returning.looked_back(other, ADMIN, back)
    assert (seen.before, [row.path for row in seen.rows]) == ("1.0.0", [FORM])
    assert over(other, rollout.go_back(other, ADMIN, CLI, back)).state == "done"
    assert edit.text_of(other, ADMIN, PACKAGE, FORM).text == mine  # what was edited before, too
    assert packages.listed(other, ADMIN)[0].edited == (FORM,)
    (newest, _first) = returning.pasts(other, ADMIN, PACKAGE)
    forward = returning.Back(PACKAGE, newest.number, {FORM: "new"})
    assert over(other, rollout.go_back(other, ADMIN, CLI, forward)).state == "done"
    assert edit.text_of(other, ADMIN, PACKAGE, FORM).text.count("label: Sum") == 1
    with pytest.raises(Refused):
        returning.looked_back(other, EVE, back)


def zipped(folder: Path, more: str = "") -> bytes:
    """Return a package as a file, with something behind the text of its form of orders."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for file in sorted(folder.rglob("*.yaml")):
            name = str(file.relative_to(folder.parent))
            text = file.read_text(encoding="utf-8")
            archive.writestr(name, text + (more if name.endswith(FORM) else ""))
    return content.getvalue()


def changed(content: bytes, texts: dict[str, str]) -> bytes:
    """Return a file with other texts in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as came, zipfile.ZipFile(made, "w") as archive:
        for name in came.namelist():
            archive.writestr(name, texts.get(name, came.read(name)))
    return made.getvalue()


def test_who_may_not_grant_rights_installs_nothing(desk: Desk) -> None:
    content = sent(desk, packed(desk, ADMIN, PACKAGE, Wanted("9.0.0")))
    for who in (EVE, CLERK):
        with pytest.raises(Refused) as refusal:
            looked_at(desk, who, Asked(content, "a.zip"))
        assert refusal.value.status == 403


@pytest.mark.cap(42)
@pytest.mark.parametrize("written", [True, False], ids=["written", "implied"])
def test_a_new_package_binds_by_the_scheme_that_is_chosen_at_install(
    other: Desk, tmp_path: Path, written: bool
) -> None:
    layered = Path(__file__).parents[1] / "packages" / "layered"
    if not written:  # the first of its schemes is in force
        layered = copytree(layered, tmp_path / "layered")
        text = (layered / FORM).read_text("utf-8")
        (layered / FORM).write_text(text.replace("    scheme: signed\n", ""), "utf-8")
    sha256 = sent(other, zipped(layered))
    offered = looked_at(other, ADMIN, Asked(sha256, "layered.zip")).schemes
    order = next(one for one in offered if one.form == "order")
    assert (order.said.scheme, len(order.said.schemes)) == ("signed", 5)
    with pytest.raises(Refused) as refused:
        looked_at(other, ADMIN, Asked(sha256, "layered.zip", schemes={"order": "whim"}))
    assert refused.value.problems[0].code == "unknown_scheme"
    asked = Asked(sha256, "layered.zip", schemes={"order": "latest"})
    assert over(other, rollout.install_file(other, ADMIN, CLI, asked)).state == "done"
    bound = other.catalogs.refresh().forms["order"].form.binds
    assert [one.scheme for one in bound] == ["latest"]
    assert looked_at(other, ADMIN, asked).schemes == ()  # it is here: its own page changes it
    # What was chosen is no edit: the next version finds none, and goes on binding so.
    assert packages.listed(other, ADMIN)[0].edited == ()
    newer = Asked(sent(other, zipped(layered, "\nicon: truck\n")), "layered.zip")
    (form,) = [row for row in looked_at(other, ADMIN, newer).rows if row.path == FORM]
    assert (form.take, form.torn) == ("", False)
    assert over(other, rollout.install_file(other, ADMIN, CLI, newer)).state == "done"
    served = other.catalogs.refresh().forms["order"].form
    assert ([one.scheme for one in served.binds], served.icon) == (["latest"], "truck")
    assert packages.listed(other, ADMIN)[0].edited == ()
