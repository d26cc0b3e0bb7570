"""Files over SFTP keep the contract against a real server, which is believed by its key only."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import closing, contextmanager

import pytest

from seamline.connecting import Allowed, Seal, SecretReader, Setup, discovered, opened
from seamline.connector import AskPerson, GiveUp, Retry
from seamline.store import open_store
from seamline.testing.connector_contract import Case, ConnectorContract

asyncssh = pytest.importorskip("asyncssh", reason="test extra")
pytest.importorskip("pycurl", reason="test extra")
STOCK = "物料,仓库,数量\nM-1,A,3\nM-1,B,4.50\nM-2,A,\n"
TABLES = [{"name": "stock", "files": "stock_*.csv", "key": ["物料", "仓库"]}]
PASSWORD = "open-sesame"


class Host(asyncssh.SSHServer):
    """Lets one user in, by password or key, and counts who tried."""

    def __init__(self, box):
        self._box = box

    def begin_auth(self, username):
        self._box.asked += 1
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == ("seamline", PASSWORD)

    def public_key_auth_supported(self):
        return True

    def validate_public_key(self, username, key):
        return key.export_public_key() == self._box.own.export_public_key()


class Cutting(asyncssh.SFTPServer):
    """A server that hangs up in the middle of a file where it is told to."""

    def __init__(self, channel, box):
        self._box, self._channel = box, channel
        super().__init__(channel, chroot=str(box.folder).encode())

    def read(self, file_obj, offset, size):
        if self._box.cut and offset:
            self._channel.get_connection().abort()
        return super().read(file_obj, offset, size)


class Box:
    """An SFTP server on a real socket, in a thread of its own."""

    def __init__(self, folder):
        self.folder, self.asked, self.cut, self.port = folder, 0, False, 0
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.own = asyncssh.generate_private_key("ssh-ed25519")
        self.start()

    def start(self):
        listening = threading.Event()
        self._loop = asyncio.new_event_loop()

        async def listen():
            self._server = await asyncssh.create_server(
                lambda: Host(self), "127.0.0.1", self.port, server_host_keys=[self.key],
                sftp_factory=lambda channel: Cutting(channel, self),
            )  # fmt: skip
            self.port = self._server.get_port()
            listening.set()

        def run():
            self._loop.run_until_complete(listen())
            self._loop.run_forever()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert listening.wait(10)

    def stop(self):
        async def close():
            self._server.close()
            await self._server.wait_closed()

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def settings(self, **more):
        return {
            "server": "127.0.0.1", "port": self.port, "user": "seamline", "login": "password",
            "folder": "/inbox", "host_key": self.key.get_fingerprint(), "tables": TABLES, **more,
        }  # fmt: skip


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sftp")
    inbox = folder / "inbox"
    (inbox / "sub").mkdir(parents=True)
    (inbox / "stock_1.csv").write_text(STOCK, encoding="gb18030")
    (inbox / "sub" / "图 纸.pdf").write_bytes(b"%PDF-1.7")
    (inbox / ".hidden").write_text("x", encoding="utf-8")
    made = Box(folder)
    yield made
    made.stop()


@pytest.fixture
def connect(box, tmp_path):
    """Return what opens a connection to the box."""
    secrets = {"password": PASSWORD, "key": box.own.export_private_key().decode()}
    environment = {f"CASE_{name.upper()}": word for name, word in secrets.items()}

    @contextmanager
    def opener(network="loopback", **more):
        with closing(open_store(f"sqlite:///{tmp_path / 'm.db'}")) as store:
            seal = Seal(b"k" * 32)
            references = {name: f"env:CASE_{name.upper()}" for name in secrets}
            allowed = Allowed(("127.0.0.1",), network)
            setup = Setup("files", box.settings(**more), references, allowed)
            reader = SecretReader(store, seal, environment=environment)
            with opened(discovered().kinds["files"], setup, store, seal, reader) as made:
                yield made

    return opener


class TestSftp(ConnectorContract):
    connector = "files"

    @pytest.fixture
    def case(self, box):
        def change():
            new.write_text("new", encoding="utf-8")
            later = new.stat().st_mtime_ns + 5 * 10**9
            os.utime(new, ns=(later, later))

        @contextmanager
        def cut():
            box.stop()
            yield
            box.start()

        new = box.folder / "inbox" / "new.txt"
        yield Case(
            settings=box.settings(),
            secrets={"password": PASSWORD},
            network="loopback",
            hosts=("127.0.0.1",),
            change=change,
            changed={"file": frozenset({"new.txt"})},
            cut=cut,
        )
        new.unlink(missing_ok=True)


def test_tables_and_files_are_read_by_key_as_by_password(connect):
    for login in ("password", "key"):
        with connect(login=login) as files:
            page = files.read("stock", None, 10)
            assert [one.values["数量"] for one in page.changes] == ["3", "4.50", ""]
            assert files.read("stock", page.cursor, 10).changes == ()
            found = {one.key: one.values["content"] for one in files.read("file", None, 9).changes}
            assert set(found) == {"stock_1.csv", "sub/图 纸.pdf"}
            assert found["sub/图 纸.pdf"] == b"%PDF-1.7"
            assert all(one.ok for one in files.check())


def test_a_server_with_another_key_is_told_nothing(box, connect):
    before = box.asked
    for known, code in (("", "host_key_unset"), (f"SHA256:{'A' * 43}", "host_key_changed")):
        with connect(host_key=known) as files, pytest.raises(AskPerson) as raised:
            files.read("file", None, 1)
        assert raised.value.problem.code == code
        assert box.key.get_fingerprint() in raised.value.problem.say.en
    assert box.asked == before


def test_what_was_cut_off_on_the_way_is_not_taken(box, connect):
    path = box.folder / "inbox" / "stock_9.csv"
    path.write_text(STOCK + "".join(f"M-{n},C,1\n" for n in range(3, 9_000)), encoding="utf-8")
    try:
        with connect() as files:
            box.cut = True
            with pytest.raises(Retry):
                files.read("stock", None, 10)
            box.cut = False
            assert len(files.read("stock", None, 10_000).changes) == 9_000
    finally:
        box.cut = False
        path.unlink()


def test_it_goes_nowhere_else_and_says_who_was_refused(connect):
    with connect(network="public") as files, pytest.raises(GiveUp):
        files.read("file", None, 1)
    with connect(user="nobody") as files, pytest.raises(AskPerson) as raised:
        files.read("file", None, 1)
    assert raised.value.problem.code == "sign_in_refused"
    with connect(folder="/none") as files, pytest.raises(AskPerson) as raised:
        files.read("file", None, 1)
    assert raised.value.problem.code == "no_folder"
