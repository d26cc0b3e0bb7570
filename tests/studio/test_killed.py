"""Two editors on one package: the process of one is killed in each stage of a publication."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from seamline import clock
from seamline.facts import Actor
from seamline.problems import Refused
from seamline.settings import found
from seamline.ui.app import create_app
from seamline.usecases import accounts, claiming, design, edit, install, rollout
from seamline.usecases.designing.edits import Insert, Put
from seamline.usecases.desk import Desk, open_desk

from ..browsing import answering
from .conftest import ADMIN, CLI, PASSWORD, over

EVE = Actor("eve", "Eve", ("designer",))
PACKAGE, FORM = "small_desk", "forms/order.yaml"
LABEL = "sections[main].fields[customer_po].label"
STAGES = ("read", "plan", "scenarios", "leaks", "swap")
SCENARIO = """seamline: 1
scenario: taken
title: A customer is taken
steps:
  - when: {form: customer, step: create, as: administrator, values: {code: C9, name: Nine, credit_line: "1"}}
    then: {outcome: passed}
"""  # noqa: E501

# Web processes that die by SIGKILL as soon as a publication is known to be in a stage, in the
# swap just before its transaction is committed. All are forked from one that has loaded everything.
SERVERS = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from seamline.settings import load
from seamline.ui.app import create_app
from seamline.ui.leaks.proof import proof
from seamline.ui.leaks.walking import prove
from seamline.usecases.desk import open_desk
from waitress import create_server

STAGES = ("read", "plan", "scenarios", "leaks", "swap")

def serve(workspace, database, stage):
    desk = open_desk(load(Path(workspace), {"SEAMLINE_DATABASE": database}), proof)
    seen = []

    def look(connection, cursor, statement, parameters, context, executemany):
        told = str(parameters) if statement.startswith("UPDATE seam_rollouts") else ""
        last = max(STAGES, key=lambda one: told.rfind('"stage":"' + one + '"'))
        if '"stage":' in told and last == stage:
            seen.append(stage)

    def kill(connection):
        gone = "SELECT 1 FROM seam_designs"
        if seen and (stage != "swap" or connection.exec_driver_sql(gone).first() is None):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(desk.store.engines.write, "after_cursor_execute", look)
    event.listen(desk.store.engines.write, "commit" if stage == "swap" else "begin", kill)
    server = create_server(create_app(desk), host="127.0.0.1", port=0, threads=4, ident=None)
    print(server.effective_port, flush=True)
    server.run()

for line in sys.stdin:
    child = os.fork()
    if not child:
        serve(*line.rstrip("\\n").split("\\t"))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Editor:
    """A person with a browser's cookies at one address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.web: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.post("/sign-in", "/sign-in", login="ed", password=PASSWORD)

    def get(self, path: str) -> str:
        with self.web.open(self.address + path, timeout=120) as answer:
            return str(answer.read().decode())

    def post(self, page: str, path: str, **values: str) -> None:
        token = re.search(r'name="_?csrf[^"]*"[^>]*value="([^"]+)"', self.get(page))
        assert token is not None
        data = urlencode({"_csrf": token[1], **values}).encode()
        self.web.open(self.address + path, data, timeout=120).close()


@pytest.fixture(scope="module")
def edited(
    database: str, designed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A workspace with a person who designs, and an example that is played."""
    given = {"SEAMLINE_DATABASE": database} if database else {}
    desk = open_desk(found(tmp_path_factory.mktemp("workspace"), given))
    install.publish(desk, ADMIN, CLI, designed)
    accounts.create_user(
        desk, ADMIN, CLI, login="ed", name="Ed", roles=["designer"], language="en",
        password=PASSWORD,
    )  # fmt: skip
    edit.edit(desk, ADMIN, CLI, PACKAGE, "scenarios/taken.yaml", SCENARIO, "an example")
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def servers() -> Iterator[subprocess.Popen[str]]:
    """What web processes come from that will be killed."""
    command = [sys.executable, "-c", textwrap.dedent(SERVERS)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        yield process
        end(process)


def end(servers: subprocess.Popen[str]) -> None:
    """End them with those that came from them, who would hold their answers open."""
    with suppress(ProcessLookupError):
        os.killpg(servers.pid, signal.SIGKILL)


def told(servers: subprocess.Popen[str]) -> int:
    """Return the next number they say; one that never comes fails the test."""
    assert servers.stdout is not None
    late = threading.Timer(120, end, (servers,))
    late.start()
    word = servers.stdout.readline()
    late.cancel()
    return int(word)


@pytest.mark.cap(103)
@pytest.mark.parametrize("stage", STAGES)
def test_killed_in_a_stage_nothing_of_it_serves_and_the_other_editor_goes_on(
    edited: Desk, servers: subprocess.Popen[str], stage: str
) -> None:
    desk, field = edited, f"late_{stage}"
    late = {"id": field, "kind": "text", "label": "Late"}
    draft = design.change(desk, EVE, PACKAGE, [Insert(FORM, "sections[main].fields", late)])
    with answering(create_app(desk)) as address:
        other = Editor(address)
        assert servers.stdin is not None
        print(desk.settings.workspace, desk.settings.database, stage, sep="\t",
              file=servers.stdin, flush=True)  # fmt: skip
        one = Editor(f"http://127.0.0.1:{told(servers)}")
        page = f"/studio/{PACKAGE}/publish"
        with suppress(OSError, HTTPException):  # it may die before it has answered, or in it
            one.post(page, page, revision=str(draft.revision), reason="late ones")
        assert told(servers) == -signal.SIGKILL
        (left,) = stopped_in(desk, stage)
        assert left.id in other.get(f"/rollouts/{left.id}")
        newer = design.change(desk, ADMIN, PACKAGE, [Put(FORM, LABEL, f"PO {stage}")])
        with pytest.raises(Refused) as refused:
            rollout.publish_draft(desk, EVE, CLI, PACKAGE, newer.revision, "mine")
        assert refused.value.problems[0].code == "publication_under_way"
        assert field not in desk.catalogs.refresh().forms["order"].fields
        with clock.frozen(clock.now() + timedelta(seconds=30)):
            assert rollout.interrupted(left)
            kept = design.opened(desk, EVE, PACKAGE)
            assert kept.texts[FORM].count(field) == 1
            assert f"PO {stage}" in kept.texts[FORM]
            assert columns(desk).isdisjoint({field})
            done = over(desk, rollout.publish_draft(desk, EVE, CLI, PACKAGE, kept.revision, "so"))
    with desk.store.unit() as unit:
        unit.rollouts.remove(left.id)  # as if its time were over
    assert done.state == "done", done.body
    assert field in desk.catalogs.refresh().forms["order"].fields
    assert design.opened(desk, EVE, PACKAGE).head is None


def stopped_in(desk: Desk, stage: str) -> list[rollout.Rollout]:
    """Return the publications that are not over, the last word of which was about a stage."""
    with desk.store.reading() as unit:
        return [one for one in unit.rollouts.running()
                if one.body["stages"] and one.body["stages"][-1]["stage"] == stage]  # fmt: skip


def columns(desk: Desk) -> set[str]:
    """Return the columns of the orders, as the database has them."""
    with desk.store.reading() as unit:
        result = unit.connection.exec_driver_sql("SELECT * FROM f_order LIMIT 0")
        return set(result.keys())


@pytest.mark.cap(103)
def test_of_two_that_begin_in_the_same_instant_one_is_refused_at_its_beginning(
    edited: Desk,
) -> None:
    gate, came = threading.Barrier(2), list[str]()

    def begin(who: Actor) -> None:
        one = claiming.new(PACKAGE, "draft", who, {"asked": {}, "stages": [], "problems": []})
        gate.wait()
        try:
            with edited.store.unit() as unit:
                came.append(claiming.claim(unit, one).id)
        except Refused as refused:
            came.append(refused.problems[0].code)

    both = [threading.Thread(target=begin, args=(who,)) for who in (EVE, ADMIN)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert came.count("publication_under_way") == 1
    with edited.store.reading() as unit:
        (held,) = (one for one in unit.rollouts.running() if claiming.under_way(one))
    # An edit by the command line is one, too.
    with pytest.raises(Refused) as refusal:
        edit.edit(edited, ADMIN, CLI, PACKAGE, "scenarios/taken.yaml", "", "no more")
    assert refusal.value.status == 409
    with edited.store.unit() as unit:
        unit.rollouts.remove(held.id)
