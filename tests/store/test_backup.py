"""A backup is the whole workspace of one moment, and comes back only where it is sound."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from seamline import settings as settings_
from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.store import copying
from seamline.store.files import path_of
from seamline.testing.store_contract import event
from seamline.ui.cli import main
from seamline.usecases import install, look, verify
from seamline.usecases.backup import Kept, backup, restore
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

ADMIN = Actor("admin", "Admin", ("administrator",))
ORIGIN = Origin("cli")
EVENT = event()
SMALL_DESK = Path(__file__).parents[1] / "packages" / "small_desk"


@pytest.fixture
def database(store_url: str) -> dict[str, str]:
    """The environment of a workspace: nothing for SQLite in its folder."""
    return {} if store_url.startswith("sqlite") else {"SEAMLINE_DATABASE": store_url}


@pytest.fixture
def desk(database: dict[str, str], tmp_path: Path) -> Iterator[Desk]:
    """A workspace with a customer, a stored file and some events."""
    with closing(open_desk(settings_.found(tmp_path / "old", database))) as opened:
        install.publish(opened, ADMIN, ORIGIN, SMALL_DESK)
        values = {"code": "C1", "name": "杭州", "credit_line": 5000}
        submit(opened, ADMIN, ORIGIN, Submission("customer", "create", values))
        with opened.store.unit() as unit:
            unit.files.put(b"drawing" * 1000, "图纸.pdf", "application/pdf")
        yield opened


@pytest.fixture
def kept(desk: Desk, tmp_path: Path) -> Kept:
    return backup(desk, ADMIN, tmp_path / "kept" / "one.zip")


@pytest.fixture
def elsewhere(store_url: str, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The environment of a second, empty workspace."""
    if store_url.startswith("sqlite"):
        yield {}
    else:
        yield {"SEAMLINE_DATABASE": request.getfixturevalue("postgres_url")}


def test_a_backup_comes_back(
    desk: Desk, kept: Kept, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    assert (kept.entries, kept.files) == (2, 1)
    with desk.store.unit() as unit:
        unit.journal.append(EVENT)  # after the backup: not in it
    made, verdict = restore(kept.path, tmp_path / "new", elsewhere)
    assert verdict.sound and (verdict.entries, verdict.head) == (kept.entries, kept.head)
    assert list(tmp_path.glob(".new*")) == []
    with closing(open_desk(settings_.existing(made.workspace, elsewhere))) as opened:
        with opened.store.unit() as unit:
            (sha256,) = unit.files.all()
            with unit.files.open(sha256) as stored:
                assert stored.read() == b"drawing" * 1000
            unit.journal.append(EVENT)
        assert look.record(opened, ADMIN, "customer", "C1").values["name"] == "杭州"
        assert verify.workspace(opened, ADMIN).entries == kept.entries + 1


def test_nothing_is_overwritten(
    desk: Desk, kept: Kept, elsewhere: dict[str, str], database: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(Refused) as refused:
        backup(desk, ADMIN, kept.path)
    assert refused.value.status == 409
    with pytest.raises(Refused) as refused:
        restore(kept.path, desk.settings.workspace, elsewhere)
    assert refused.value.status == 409
    if database:  # the database of the first workspace is not empty
        with pytest.raises(Refused) as refused:
            restore(kept.path, tmp_path / "new", database)
        assert refused.value.status == 409
        assert not (tmp_path / "new").exists()


def test_only_an_administrator_may(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        backup(desk, Actor("li", "Li", ()), tmp_path / "x.zip")
    assert refused.value.status == 403


def _rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Write the archive anew with its members changed; None leaves one out."""
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


@pytest.mark.parametrize("member", ["manifest.json", "database", "files/"])
@pytest.mark.parametrize("harm", ["changed", "missing"])
def test_a_damaged_backup_is_refused(
    kept: Kept, elsewhere: dict[str, str], tmp_path: Path, member: str, harm: str
) -> None:
    def change(name: str, data: bytes) -> bytes | None:
        if not name.startswith(member):
            return data
        return None if harm == "missing" else data[:-1] + b"x"

    with pytest.raises(Refused) as refused:
        restore(_rewritten(kept.path, change), tmp_path / "new", elsewhere)
    assert refused.value.status == 400
    assert not (tmp_path / "new").exists()


def test_a_member_cannot_leave_the_folder(
    kept: Kept, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    def change(name: str, data: bytes) -> bytes:
        if name != "manifest.json":
            return data
        manifest = json.loads(data)
        manifest["members"]["../../escaped"] = {"sha256": "0" * 64, "size": 0}
        return json.dumps(manifest).encode()

    with pytest.raises(Refused, match="damaged"):
        restore(_rewritten(kept.path, change), tmp_path / "new", elsewhere)


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no zip")
    for name in ("x.zip", "missing.zip"):
        with pytest.raises(Refused) as refused:
            restore(tmp_path / name, tmp_path / "new", {})
        assert refused.value.status == 400


def test_a_damaged_stored_file_stops_a_backup(desk: Desk, tmp_path: Path) -> None:
    with desk.store.reading() as unit:
        (sha256,) = unit.files.all()
    path_of(desk.settings.files, sha256).write_bytes(b"other")
    with pytest.raises(Refused, match="damaged"):
        backup(desk, ADMIN, tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_the_other_kind_of_database_is_refused(
    kept: Kept, database: dict[str, str], tmp_path: Path
) -> None:
    other = {} if database else {"SEAMLINE_DATABASE": "postgresql+psycopg://nobody@127.0.0.1:1/x"}
    with pytest.raises(Refused, match="SEAMLINE_DATABASE"):
        restore(kept.path, tmp_path / "new", other)


@pytest.mark.postgres
def test_without_pg_dump_it_says_what_to_do(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PROGRAMS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    environment = {"SEAMLINE_DATABASE": postgres_url}
    with (
        closing(open_desk(settings_.found(tmp_path / "old", environment))) as desk,
        pytest.raises(Refused) as refused,
    ):
        backup(desk, ADMIN, tmp_path / "x.zip")
    assert "pg_dump" in refused.value.problems[0].sentence("en")


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, kept = (str(tmp_path / name) for name in ("old", "new", "kept.zip"))
    export = str(tmp_path / "journal.jsonl")
    assert main(["init", old]) == 0
    assert main(["backup", kept, "--workspace", old]) == 0
    assert main(["restore", kept, "--workspace", new]) == 0
    assert main(["restore", kept, "--workspace", new]) == 1
    assert main(["verify", "--workspace", new, "--export", export]) == 0
    assert main(["verify", export]) == 0
    lines = Path(export).read_text(encoding="utf-8").splitlines()
    Path(export).write_text("\n".join(lines[:-1]), encoding="utf-8")
    assert main(["verify", export]) == 1
    assert main(["verify", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    shutil.rmtree(old)
