"""Drafts of packages: undo and redo, several people, publishing whole or not at all."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator

import pytest

from seamline.facts import Actor
from seamline.problems import Problems, Refused
from seamline.store.designs import replayed
from seamline.usecases import design, edit
from seamline.usecases.designing import releases
from seamline.usecases.designing.edits import Insert, Move, Put, Remove, Write
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI

IT = Actor("it", "陈洁", ("designer",))
EVE = Actor("eve", "Eve", ("designer",))
CLERK = Actor("li", "李娜", ("clerk",))
PACKAGE, FORM = "small_desk", "forms/order.yaml"
PO = "sections[main].fields[customer_po]"


@pytest.fixture(autouse=True)
def clean(desk: Desk) -> Iterator[None]:
    """No draft before a test or after it."""
    yield
    with desk.store.unit() as unit:
        unit.designs.remove(PACKAGE)


def refused(status, code, work, *args, **more):
    with pytest.raises(Refused) as refusal:
        work(*args, **more)
    found = refusal.value
    assert (found.status, found.problems[0].code) == (status, code), found
    return found.problems


def change(desk, *edits, who=IT):
    return design.change(desk, who, PACKAGE, edits)


def test_of_edits_made_together_one_that_cannot_be_made_holds_no_other_back(desk: Desk) -> None:
    problems = Problems()
    edits = [Put(FORM, f"{PO}.label", "a\x0bb"), Put(FORM, f"{PO}.required", True)]
    refused(422, "edit_in_source", change, desk, *edits)
    text = design.change(desk, IT, PACKAGE, edits, problems).texts[FORM]
    assert [one.place.path for one in problems] == [f"{PO}.label"]
    assert "{id: customer_po, kind: text, label: Customer PO, required: true}" in text


def test_random_edits_undone_and_done_again_equal_their_replay(desk: Desk) -> None:
    chance = random.Random(7)
    base = dict(design.opened(desk, IT, PACKAGE).served)
    for _ in range(150):
        one = design.opened(desk, IT, PACKAGE)
        match chance.randrange(8):
            case 0 | 1 if one.undo:
                design.undo(desk, IT, PACKAGE, one.undo.number)
            case 2 if one.redo:
                design.redo(desk, EVE, PACKAGE, one.redo.number)
            case 3:
                change(desk, Move(FORM, PO, by=chance.choice((-2, -1, 1, 2))), who=EVE)
            case 4:
                change(desk, Put(FORM, "title.en", f"Order {chance.randrange(99)}"))
            case 5:
                change(desk, Write("measures/x.yaml", f"# {chance.random()}\n"))
            case _:
                word = f"{PO}.{chance.choice(('label', 'help'))}"
                change(desk, Put(FORM, word, f"字 {chance.randrange(10**6)}"))
    one = design.opened(desk, IT, PACKAGE)
    assert one.head is not None
    done = [e for e in design.edits(desk, IT, PACKAGE, 1000) if e.number <= one.head.position]
    made = replayed(base, done[::-1])
    assert {path: text for path, text in made.items() if text} == one.texts
    while one.undo:
        one = design.undo(desk, IT, PACKAGE, one.undo.number)
    assert one.texts == base
    assert one.changed == ()


@pytest.mark.cap(103)
def test_two_people_lose_nothing(desk: Desk) -> None:
    change(desk, Put(FORM, f"{PO}.label", "PO number", was="Customer PO"))
    change(desk, Put(FORM, f"{PO}.max_length", 60), who=EVE)
    # Eve still sees the old label: her change of it is refused and says what stands there now.
    problem = refused(
        412, "version_moved_on", change, desk,
        Put(FORM, f"{PO}.label", "Their PO", was="Customer PO"), who=EVE,
    )[0]  # fmt: skip
    assert problem.got == "PO number"
    one = change(desk, Remove(FORM, f"{PO}.max_length"), who=EVE)
    assert one.undo and one.undo.actor == "eve"
    # Whoever undoes means the newest edit; if it is another one by now, nothing happens.
    refused(412, "version_moved_on", design.undo, desk, IT, PACKAGE, 1)
    refused(412, "version_moved_on", design.discard, desk, IT, PACKAGE, 1)


@pytest.mark.cap(103)
def test_a_draft_is_published_whole_and_can_be_brought_back(desk: Desk) -> None:
    own = design.opened(desk, IT, PACKAGE).served[FORM]
    change(
        desk,
        Insert(FORM, "sections[main].fields", {"id": "urgent", "kind": "boolean",
               "label": {"zh": "加急", "en": "Urgent"}}, after="customer_po"),
    )  # fmt: skip
    one = change(desk, Put(FORM, "title.en", "Customer order"))
    ahead = releases.prospect(desk, IT, PACKAGE)
    assert [step.change.kind for step in ahead.steps] == ["add_column"]
    assert "字段“加急”" in ahead.said[FORM][0].zh
    refused(422, "reason_required", releases.publish, desk, IT, CLI, PACKAGE, one.revision, " ")
    refused(403, "not_allowed", releases.publish, desk, CLERK, CLI, PACKAGE, one.revision, "so")
    refused(412, "version_moved_on", releases.publish, desk, IT, CLI, PACKAGE, 1, "so")
    releases.publish(desk, IT, CLI, PACKAGE, one.revision, "rush orders")
    assert design.opened(desk, IT, PACKAGE).head is None
    assert "urgent" in desk.catalogs.current().forms["order"].fields
    newest = releases.releases(desk, IT, PACKAGE)[0]
    assert (newest.number, newest.actor, newest.reason) == (1, "it", "rush orders")
    # Going back is a draft first; the column that goes has to be confirmed.
    back = releases.bring_back(desk, EVE, PACKAGE, 0)
    assert back.texts[FORM] == own
    risky = [step for step in releases.prospect(desk, EVE, PACKAGE).steps if step.risky]
    assert [step.change.kind for step in risky] == ["archive_column"]
    refused(
        422, "not_confirmed", releases.publish, desk, EVE, CLI, PACKAGE, back.revision, "no need"
    )
    keys = [step.key for step in risky]
    releases.publish(desk, EVE, CLI, PACKAGE, back.revision, "no need", keys)
    assert "urgent" not in desk.catalogs.current().forms["order"].fields
    assert edit.text_of(desk, ADMIN, PACKAGE, FORM).text == own


def test_what_is_broken_is_not_published_and_the_draft_stays(desk: Desk) -> None:
    one = change(desk, Remove(FORM, "sections[main].fields[total]"))
    problems = refused(422, "unknown_field", releases.publish, desk, IT, CLI, PACKAGE,
                       one.revision, "so")  # fmt: skip
    assert {one.place.file for one in problems} == {FORM, "rulesets/order_create.yaml"}
    assert design.opened(desk, IT, PACKAGE).revision == one.revision
    assert "total" in desk.catalogs.current().forms["order"].fields


def test_rights_are_an_administrators_to_publish(desk: Desk) -> None:
    refused(403, "not_allowed", design.opened, desk, CLERK, PACKAGE)
    role = "roles/clerk.yaml"
    one = change(desk, Put(role, "grants[customer].steps", ["create"]))
    assert releases.guarded(one) == (role,)  # which its page says before anybody presses
    refused(403, "not_allowed", releases.publish, desk, IT, CLI, PACKAGE, one.revision, "so")
    releases.publish(desk, ADMIN, CLI, PACKAGE, one.revision, "clerks make customers")
    made = submit(desk, CLERK, CLI, Submission("customer", "create", {
        "code": "C9", "name": "九号", "credit_line": 1}))  # fmt: skip
    assert made.outcome == "passed"


def test_a_document_published_elsewhere_is_settled_first(desk: Desk) -> None:
    one = change(desk, Put(FORM, f"{PO}.label", "PO"))
    serving = edit.text_of(desk, ADMIN, PACKAGE, FORM).text
    other = serving.replace("label: Due,", "label: Due date,")
    edit.edit(desk, ADMIN, CLI, PACKAGE, FORM, other, "clearer")
    assert design.opened(desk, IT, PACKAGE).overtaken == (FORM,)
    refused(409, "overtaken", releases.publish, desk, IT, CLI, PACKAGE, one.revision, "so")
    one = design.catch_up(desk, IT, PACKAGE, FORM, "both")
    assert one.overtaken == ()
    assert "label: Due date," in one.texts[FORM]
    assert "label: PO}" in one.texts[FORM]
    assert one.undo is not None
    assert design.undo(desk, IT, PACKAGE, one.undo.number).texts[FORM] != one.texts[FORM]


def test_a_package_is_begun_and_published_from_nothing(desk: Desk) -> None:
    head = "seamline: 1\npackage: fresh\nversion: 0.1.0\ntitle: Fresh\n"
    form = (
        "seamline: 1\nform: gate\ntitle: Gate\nsections:\n  - id: main\n    title: Main\n"
        "    fields:\n      - {id: who, kind: text, label: Who}\n"
    )
    design.begin(desk, ADMIN, "fresh", {"package.yaml": head})
    refused(409, "package_taken", design.begin, desk, ADMIN, "fresh", {"package.yaml": head})
    one = design.change(desk, ADMIN, "fresh", [Write("forms/gate.yaml", form)])
    releases.publish(desk, ADMIN, CLI, "fresh", one.revision, "first")
    made = submit(desk, ADMIN, CLI, Submission("gate", "create", {"who": "me"}))
    assert made.outcome == "passed"
    assert design.opened(desk, ADMIN, "fresh").installed is not None


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from seamline.facts import Actor, Origin
from seamline.settings import load
from seamline.usecases.designing import releases
from seamline.usecases.desk import open_desk

desk = open_desk(load(Path(sys.argv[1]), {"SEAMLINE_DATABASE": sys.argv[2]}))
event.listen(desk.store.engines.write, "commit", lambda _: os.kill(os.getpid(), signal.SIGKILL))
who = Actor("it", "IT", ("designer",))
releases.publish(desk, who, Origin("cli"), "small_desk", int(sys.argv[3]), "so")
"""


@pytest.mark.cap(103)
def test_killed_in_the_middle_nothing_is_half_published(desk: Desk) -> None:
    one = change(desk, Insert(FORM, "sections[main].fields",
                 {"id": "late", "kind": "text", "label": "Late"}))  # fmt: skip
    with desk.store.reading() as unit:
        before = unit.catalog_version()
    url = desk.settings.database
    folder = str(desk.settings.workspace)
    command = [sys.executable, "-c", textwrap.dedent(KILLED), folder, url, str(one.revision)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    again = design.opened(desk, IT, PACKAGE)
    assert (again.revision, again.texts[FORM]) == (one.revision, one.texts[FORM])
    assert desk.catalogs.refresh().version == before
    assert "late" not in desk.catalogs.current().forms["order"].fields
    releases.publish(desk, IT, CLI, PACKAGE, one.revision, "after all")
    assert "late" in desk.catalogs.refresh().forms["order"].fields
