"""Connectors are found by lying there; a broken one is named by its place and stops nothing."""

from __future__ import annotations

import importlib
import json
import re
import sys
from importlib.metadata import EntryPoint

import pytest

from seamline.connecting import (
    Allowed,
    SecretReader,
    Setup,
    discovered,
    found_in,
    of_folder,
    opened,
)
from seamline.connector import AskPerson, GiveUp
from seamline.problems import Refused

CANARY = "canary-7f3a91"


@pytest.fixture
def kind_of(monkeypatch, tmp_path):
    """Return what reads a connector's folder and can import it."""
    monkeypatch.syspath_prepend(str(tmp_path / "connectors"))

    def read(folder):
        importlib.invalidate_caches()
        sys.modules.pop(folder.name, None)
        return of_folder(folder, folder.name)

    return read


def lines_of(refused):
    return [problem.line("en") for problem in refused.value.problems]


def test_our_own_connectors_are_all_sound():
    assert [problem.line("en") for problem in discovered().problems] == []


def test_a_folder_is_a_connector(write_connector, kind_of):
    kind = kind_of(write_connector())
    assert (kind.manifest.name, kind.manifest.secrets) == ("notebook", ("password",))
    assert set(kind.manifest.law()["properties"]) == {"folder"}
    assert callable(kind.connect())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"capabilities": ["reads"]}, "capabilities[1]: Expected one of"),
        ({"capabilities": ["read", "write"]}, "which rights the capability 'write' needs"),
        ({"secrets": ["pass"]}, "secrets[1]: There is no setting 'pass'"),
        ({"settings": {"properties": {"a": {"type": "text", "title": "甲 · A"}}}, "secrets": []},
         "settings.properties.a.type: Expected one of"),
        ({"settings": {"properties": {"a": {"type": "string", "title": "A"}}}, "secrets": []},
         "a title reads '中文 · English'"),
        ({"settings": {"properties": {"a": {"type": "array", "title": "甲 · A",
                                            "items": {"type": "wrong"}}}}, "secrets": []},
         "No valid JSON Schema"),
        ({"connector": "other"}, "connector: The folder is called 'notebook'"),
        ({"colour": "red"}, "There is no key 'colour' here"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_manifest_is_said_with_its_place(write_connector, change, said):
    name = change.pop("connector", "notebook")
    folder = write_connector(**change)
    if name != "notebook":
        path = folder / "connector.json"
        data = json.loads(path.read_text("utf-8")) | {"connector": name}
        path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        of_folder(folder, "notebook")
    (line,) = lines_of(refused)
    assert said in line and re.search(r"connector\.json:\d+:\d+: ", line)


@pytest.mark.parametrize(
    ("module", "place", "said"),
    [
        ("import no_such_library\n", "__init__.py:1:1", "no_such_library"),
        ("x = 1\ndef connect(:\n", "__init__.py:2:13", "SyntaxError"),
        ("\n\nraise RuntimeError('canary-7f3a91')\n", "__init__.py:3:1", "RuntimeError"),
        ("x = 1\n", "__init__.py: connect", "has no connect"),
    ],
)
def test_what_breaks_in_a_module_is_said_with_its_line(
    write_connector, kind_of, store, seal, module, place, said
):
    kind = kind_of(write_connector(name="broken_one", module=module))
    with pytest.raises(Refused) as refused:
        kind.connect()
    (line,) = lines_of(refused)
    assert place in line and said in line and CANARY not in line
    # Whoever opens it is ready for what a connector says, and goes on with the others.
    setup, reader = Setup("n", {}, {}, Allowed(())), SecretReader(store, seal)
    with pytest.raises(AskPerson) as asked, opened(kind, setup, store, seal, reader):
        pass
    assert asked.value.problem == refused.value.problems[0]


def test_one_broken_connector_does_not_hide_the_others(write_connector, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(tmp_path / "connectors"))
    good, bad = write_connector("good"), write_connector("bad", capabilities=[])
    points = [
        EntryPoint("far_good", "far_good", "seamline.connectors"),
        EntryPoint("far_bad", "no_such_module_at_all", "seamline.connectors"),
        EntryPoint("good", "good", "seamline.connectors"),
    ]
    write_connector("far_good")
    importlib.invalidate_caches()
    found = found_in(iter([("good", "good", good), ("bad", "bad", bad)]), points)
    assert set(found.kinds) == {"good", "far_good"}
    codes = {problem.code for problem in found.problems}
    assert codes == {"out_of_bounds", "connector_broken", "two_connectors"}


def test_what_a_connector_raises_beyond_setbacks_is_told_without_its_words(
    write_connector, kind_of, store, seal
):
    kind = kind_of(write_connector())
    reader = SecretReader(store, seal, environment={"PASSWORD": CANARY})
    setup = Setup("n", {"folder": "x"}, {"password": "env:PASSWORD"}, Allowed(()))
    with pytest.raises(GiveUp) as raised, opened(kind, setup, store, seal, reader):
        pass
    problem = raised.value.problem
    assert problem.code == "connector_broken" and problem.place.line == 6
    assert CANARY not in json.dumps(problem.as_json()) + str(raised.value)
    assert raised.value.__suppress_context__
