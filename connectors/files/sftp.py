"""A folder of another machine over SFTP, by libcurl: its host key is checked, nothing is changed.

libcurl is given the connection that the context has dialled, so that it goes nowhere else; it tells
the server who we are only after the server's key was the expected one.
"""

from __future__ import annotations

import importlib
import io
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from seamline.connector import AskPerson, Context, Retry, Setback
from seamline.problems import Place, Problem
from seamline.text import Text

from .shelf import Entry, check_size, hidden, moving, unreadable

SECONDS = 60
DEEPEST, MOST_FILES = 5, 5_000
# `-rw-r--r--    1 user group   123 Nov 27 04:40 name`: the manner of SFTP servers.
_LINE = re.compile(r"([-dlbcps])\S*\s+\d+\s+\S+\s+\S+\s+(\d+)\s+\S+\s+\S+\s+\S+\s(.+)")
_SHOWN = re.compile(r"Remote (\S+?)=* is not equal")
_NONE = "-"  # no key has this fingerprint


class Sftp:
    """The connection to a folder of an SFTP server, dialled when it is first needed."""

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._settings, self._context = settings, context
        self._curl: Any = None
        self._library: Any = None
        self._keys: TemporaryDirectory[str] | None = None
        self._refusal: Setback | None = None
        self._lent: socket.socket | None = None  # libcurl works with a copy of it

    def entries(self) -> Sequence[Entry]:
        """Return its files; of each the server is asked for its age to the second."""
        return list(self._below("", 0, [0]))

    def content(self, entry: Entry, most: int) -> bytes:
        """Return the bytes of a file; what was cut off on the way is not returned."""
        check_size(entry.name, entry.size, most)
        raw, at, size = self._fetch(entry.path, most=most)
        if (at * 10**9, size, len(raw)) != (entry.at, entry.size, entry.size):
            raise moving(entry.name)
        return raw

    def close(self) -> None:
        """Hang up, and remove the key that libcurl was given as a file."""
        if self._curl is not None:
            self._curl.close()
            self._curl = None
        if self._keys is not None:
            self._keys.cleanup()
            self._keys = None

    def _below(self, folder: str, depth: int, count: list[int]) -> Iterator[Entry]:
        listing, _, _ = self._fetch(folder, listed=True)
        for line in listing.decode("utf-8", "replace").splitlines():
            found = _LINE.fullmatch(line)
            if found is None or hidden(found[3]) or "\ufffd" in found[3]:
                continue
            path = f"{folder}{found[3]}"
            if found[1] == "d" and depth < DEEPEST:
                yield from self._below(f"{path}/", depth + 1, count)
            elif found[1] == "-":
                count[0] += 1
                if count[0] > MOST_FILES:
                    raise AskPerson(_too_many())
                _, at, size = self._fetch(path, body=False)
                yield Entry(at * 10**9, path, size)

    def _fetch(
        self, path: str, *, listed: bool = False, body: bool = True, most: int = 2**24
    ) -> tuple[bytes, int, int]:
        """Return what stands there, when it was changed (in seconds) and its size."""
        curl = self._opened()
        into = io.BytesIO()
        whole = f"{self._settings['folder'].rstrip('/')}/{path}"
        address = quote(whole if whole.startswith("/") else f"/~/{whole}", "/~")
        curl.setopt(curl.URL, f"sftp://127.0.0.1:{self._settings['port']}{address}")
        curl.setopt(curl.WRITEFUNCTION, into.write)
        curl.setopt(curl.NOBODY, not body)
        curl.setopt(self._library.MAXFILESIZE_LARGE, most)
        try:
            curl.perform()
        except self._library.error as error:
            code, say = error.args[0], str(error.args[1])
            self.close()
            raise self._setback(code, say, path, listed) from None
        finally:
            if self._lent is not None:
                self._lent.close()
                self._lent = None
        size = int(curl.getinfo(self._library.CONTENT_LENGTH_DOWNLOAD_T))
        return into.getvalue(), int(curl.getinfo(self._library.INFO_FILETIME)), size

    def _opened(self) -> Any:
        if self._curl is not None:
            return self._curl
        self._library = library = _pycurl()
        curl = library.Curl()
        for option, value in (
            (library.PROTOCOLS, library.PROTO_SFTP),
            (library.PROXY, ""),
            (library.NOSIGNAL, 1),
            (library.OPENSOCKETFUNCTION, self._dialled),
            (library.SOCKOPTFUNCTION, lambda *_: library.SOCKOPT_ALREADY_CONNECTED),
            (library.SSH_HOST_PUBLIC_KEY_SHA256, self._host_key()),
            (library.OPT_FILETIME, 1),
            (library.CONNECTTIMEOUT, SECONDS // 2),
            (library.LOW_SPEED_LIMIT, 1),
            (library.LOW_SPEED_TIME, SECONDS),
            (library.USERNAME, self._settings["user"]),
        ):
            curl.setopt(option, value)
        try:
            self._identify(curl)
        except BaseException:
            curl.close()
            raise
        self._curl = curl
        return curl

    def _host_key(self) -> str:
        return str(self._settings["host_key"]).removeprefix("SHA256:").rstrip("=") or _NONE

    def _identify(self, curl: Any) -> None:
        """Give libcurl the key, or the password where there is none."""
        library = self._library
        if self._settings["login"] == "password":
            curl.setopt(library.SSH_AUTH_TYPES, library.SSH_AUTH_PASSWORD)
            curl.setopt(library.PASSWORD, self._context.secret("password"))
            return
        key = self._context.secret("key")
        self._keys = TemporaryDirectory(prefix="seamline-key-")
        file = Path(self._keys.name, "key")
        file.touch(0o600)
        file.write_text(key.strip() + "\n", encoding="utf-8")
        curl.setopt(library.SSH_AUTH_TYPES, library.SSH_AUTH_PUBLICKEY)
        curl.setopt(library.SSH_PRIVATE_KEYFILE, str(file))

    def _dialled(self, purpose: Any, address: Any) -> socket.socket | int:
        """Give libcurl a connection that may be made; why there is none is told afterwards."""
        server, port = self._settings["server"], self._settings["port"]
        try:
            self._lent = self._context.dial(server, port, SECONDS / 2)
            return self._lent
        except Setback as setback:
            self._refusal = setback
            return int(self._library.SOCKET_BAD)

    def _setback(self, code: int, say: str, path: str, listed: bool) -> Setback:
        if self._refusal is not None:
            refusal, self._refusal = self._refusal, None
            return refusal
        library, server = self._library, self._settings["server"]
        if code == library.E_PEER_FAILED_VERIFICATION:
            found = _SHOWN.search(say)
            return AskPerson(_other_key(server, found[1] if found else "", self._host_key()))
        if code == library.E_LOGIN_DENIED:
            return AskPerson(_refused(server, self._settings["user"]))
        gone = (library.E_REMOTE_FILE_NOT_FOUND, library.E_REMOTE_ACCESS_DENIED)
        if code in gone and listed:
            return AskPerson(_no_folder(server, f"{self._settings['folder']}/{path}"))
        if path and not listed:
            return unreadable(path.rpartition("/")[2], f"libcurl {code}")
        words = Text(
            f"与 {server} 的连接中断({code})。", f"The connection to {server} broke ({code})."
        )
        return Retry(Problem("connection_lost", words))


def _pycurl() -> Any:
    """Return the library, which only connections over SFTP need."""
    try:
        return importlib.import_module("pycurl")
    except ImportError as error:
        say = Text("没有安装 pycurl。", "pycurl is not installed.")
        hint = Text("运行 pip install 'seamline[sftp]'。", "Run pip install 'seamline[sftp]'.")
        raise AskPerson(Problem("driver_missing", say, hint=hint)) from error


def _other_key(server: str, shown: str, expected: str) -> Problem:
    if expected == _NONE:
        say = Text(
            f"还没有登记 {server} 的主机密钥；它出示的是 SHA256:{shown}。",
            f"No host key is set for {server}; it shows SHA256:{shown}.",
        )
        hint = Text(
            "请向该服务器的管理员核对指纹，一致后填入“主机密钥”。",
            "Compare it with what that server's operator tells you, then enter it as host key.",
        )
        return Problem("host_key_unset", say, Place("host_key"), hint)
    say = Text(
        f"{server} 的主机密钥变了：出示 SHA256:{shown}，登记的是 SHA256:{expected}。没有登录。",
        f"The host key of {server} is another one: SHA256:{shown}, not SHA256:{expected}. "
        "Nothing was told to it.",
    )
    hint = Text(
        "向该服务器的管理员核实是否换过密钥；没有换过就可能有人冒充。",
        "Ask its operator whether the key was changed; if not, somebody may pose as it.",
    )
    return Problem("host_key_changed", say, Place("host_key"), hint)


def _refused(server: str, user: str) -> Problem:
    say = Text(f"{server} 拒绝了用户 {user}。", f"{server} refuses the user {user}.")
    hint = Text("检查用户名、密码或私钥。", "Check the user and the password or key.")
    return Problem("sign_in_refused", say, Place("user"), hint)


def _no_folder(server: str, folder: str) -> Problem:
    say = Text(f"{server} 上读不到 {folder}。", f"{folder} of {server} cannot be read.")
    hint = Text("检查路径和该用户的读取权限。", "Check the path and that user's right to read it.")
    return Problem("no_folder", say, Place("folder"), hint)


def _too_many() -> Problem:
    say = Text(f"文件超过 {MOST_FILES} 个。", f"There are more than {MOST_FILES} files.")
    hint = Text("请指定更具体的文件夹。", "Name a folder that is more to the point.")
    return Problem("too_many_files", say, Place("folder"), hint)
