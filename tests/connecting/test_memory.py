"""What connections remember and what they may know: sealed, expiring, one refresher at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from seamline import clock
from seamline.connecting import Seal, SecretReader, StoreMemory, about
from seamline.connector import AskPerson
from seamline.problems import Refused
from seamline.settings import load

CANARY = "canary-7f3a91"


@pytest.mark.postgres
def test_it_remembers_until_it_expires(store, seal):
    memory, other = StoreMemory(store, seal, "wecom"), StoreMemory(store, seal, "kingdee")
    memory.put("token", {"word": CANARY}, timedelta(minutes=5))
    assert memory.get("token") == {"word": CANARY}
    assert other.get("token") is None
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        assert memory.get("token") is None
    memory.put("token", 2)
    assert memory.get("token") == 2
    memory.drop("token")
    assert memory.get("token") is None


def test_the_database_alone_gives_nothing_away(store, seal):
    StoreMemory(store, seal, "wecom").put("token", CANARY)
    with store.unit() as unit:
        unit.remembered.keep_secret("erp", seal.seal(CANARY, about("erp")), clock.now(), "li")
    with store.reading() as unit:
        kept = unit.connection.execute(text("SELECT sealed FROM seam_memory")).scalars().all()
        kept += unit.connection.execute(text("SELECT sealed FROM seam_secrets")).scalars().all()
        assert [head.name for head in unit.remembered.secrets()] == ["erp"]
    assert len(kept) == 2 and not any(CANARY in word for word in kept)
    with pytest.raises(Refused):
        StoreMemory(store, Seal(b"other" * 8), "wecom").get("token")
    with pytest.raises(Refused):
        seal.open(kept[1], about("another name"))


@pytest.mark.postgres
def test_one_of_many_refreshes(store, seal):
    inside, most, refreshed = [], [], []

    def use(_: int) -> str:
        memory = StoreMemory(store, seal, "wecom")
        with memory.alone("token"):
            inside.append(1)
            most.append(len(inside))
            if memory.get("token") is None:
                refreshed.append(1)
                memory.put("token", "fresh", timedelta(hours=2))
            inside.pop()
        return str(memory.get("token"))

    with ThreadPoolExecutor(8) as many:
        assert set(many.map(use, range(16))) == {"fresh"}
    assert (len(refreshed), max(most)) == (1, 1)


def test_a_lease_of_somebody_who_was_killed_ends(store):
    now = clock.now()
    with store.unit() as unit:
        assert unit.remembered.take_lease("x", "dead", now, now + timedelta(seconds=60))
        assert not unit.remembered.take_lease("x", "me", now, now + timedelta(seconds=60))
        later = now + timedelta(seconds=61)
        assert unit.remembered.take_lease("x", "me", later, later + timedelta(seconds=60))
        unit.remembered.end_lease("x", "dead")
        assert not unit.remembered.take_lease("x", "other", later, later)


def test_secrets_by_reference(store, seal, tmp_path):
    (tmp_path / "key.pem").write_text(f"{CANARY}-file\n", encoding="utf-8")
    reader = SecretReader(store, seal, environment={"ERP": f"{CANARY}-env"})
    with store.unit() as unit:
        sealed = seal.seal(f"{CANARY}-store", about("erp.main"))
        unit.remembered.keep_secret("erp.main", sealed, clock.now(), "li")
    assert reader.read("env:ERP") == f"{CANARY}-env"
    assert reader.read(f"file:{tmp_path / 'key.pem'}") == f"{CANARY}-file"
    assert reader.read("store:erp.main") == f"{CANARY}-store"
    with store.unit() as unit:
        assert unit.remembered.remove_secret("erp.main")
        assert not unit.remembered.remove_secret("erp.main")


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("env:NOT_THERE", "secret_missing"),
        ("file:/no/such/file", "secret_missing"),
        ("store:not_there", "secret_missing"),
        ("env:SEAMLINE_DATABASE", "wrong_reference"),
        (CANARY, "wrong_reference"),
    ],
)
def test_a_secret_that_is_not_there(store, seal, reference, code):
    environment = {"SEAMLINE_DATABASE": CANARY}
    with pytest.raises(AskPerson) as raised:
        SecretReader(store, seal, environment=environment).read(reference)
    assert raised.value.problem.code == code
    assert CANARY not in raised.value.problem.line("zh") + raised.value.problem.line("en")


def test_the_workspace_itself_is_nobodys_secret(store, seal, tmp_path):
    settings = load(tmp_path / "room", {})
    settings.workspace.mkdir()
    settings.secret_file.write_bytes(b"key" * 11)
    (tmp_path / "link").symlink_to(settings.secret_file)
    for path in (settings.secret_file, tmp_path / "link"):
        with pytest.raises(AskPerson):
            SecretReader(store, seal, settings).read(f"file:{path}")
