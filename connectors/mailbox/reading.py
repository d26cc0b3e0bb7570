"""The connector of a mailbox: messages in the order they came, by the numbers of the server."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from seamline.connector import (
    AskPerson,
    Change,
    Context,
    Cursor,
    Entity,
    Finding,
    Member,
    Page,
    Retry,
    Setback,
)
from seamline.problems import Problem, shorten
from seamline.text import Text

from .messages import values_of

MESSAGE = "message"
SECONDS = 30.0
MOST_BYTES = 30 * 1024 * 1024  # of one message; a longer one comes with its head only
MOST_PAGE = 60 * 1024 * 1024
LOCAL = ("127.0.0.1", "::1", "localhost")
_ATTACHED = (
    Member("name", "text", Text("文件名", "Name")),
    Member("type", "text", Text("类型", "Type")),
    Member("content", "file", Text("内容", "Content")),
)
_MESSAGES = Entity(
    MESSAGE,
    Text("邮件", "Message"),
    ("uid",),
    (
        Member("uid", "integer", Text("编号", "Number")),
        Member("message_id", "text", Text("邮件标识", "Message id")),
        Member("from", "text", Text("发件人", "Sender")),
        Member("from_name", "text", Text("发件人姓名", "Sender's name")),
        Member("to", "text", Text("收件人", "Receivers")),
        Member("subject", "text", Text("主题", "Subject")),
        Member("date", "datetime", Text("发送时间", "Sent")),
        Member("text", "text", Text("正文", "Text")),
        Member("attachments", "rows", Text("附件", "Attachments"), rows=_ATTACHED),
    ),
    since=True,
)


class _Dialled(imaplib.IMAP4):
    """IMAP over a connection that the context has made, to an address that may be called."""

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._settings, self._context = settings, context
        super().__init__(settings["server"], settings["port"], SECONDS)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Dial by way of the context; with TLS the certificate has to be the server's."""
        self.host, self.port = host, port
        dialled = self._context.dial(host, port, timeout or SECONDS)
        if self._settings["encryption"] == "tls":
            try:
                trusted = ssl.create_default_context()
                dialled = trusted.wrap_socket(dialled, server_hostname=host)
            except (ssl.SSLError, OSError):
                dialled.close()
                raise AskPerson(_untrusted(host)) from None
        self.sock = dialled
        self.file = dialled.makefile("rb")


class Mailbox:
    """The connection to one folder of a mailbox, opened when it is first needed."""

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._settings = settings
        self._context = context
        self._open: _Dialled | None = None

    def check(self) -> Sequence[Finding]:
        """Return whether the mailbox can be opened, and how much is in it."""
        title = Text("邮箱", "Mailbox")
        try:
            with self._mailbox() as (server, _):
                count = len(self._numbers(server, 0))
        except Setback as setback:
            hint = setback.problem.hint or Text("稍后再试。", "Try again later.")
            return [Finding(title, False, setback.problem.say, hint)]
        return [Finding(title, True, Text(f"可读，{count} 封邮件", f"{count} message(s)"))]

    def describe(self) -> Sequence[Entity]:
        """Return messages, the only thing in a mailbox."""
        return [_MESSAGES]

    def read(self, entity: str, since: Cursor | None, limit: int) -> Page:
        """Read the messages that came after a cursor, the oldest first."""
        _know(entity)
        now = self._context.now()
        with self._mailbox() as (server, life):
            same = since is not None and int(since["life"]) == life
            after = int(since["uid"]) if since is not None and same else 0
            numbers = self._numbers(server, after)
            changes: list[Change] = []
            size, taken = 0, 0
            for uid in numbers[:limit]:
                if changes and size > MOST_PAGE:
                    break
                found = self._message(server, life, uid)
                taken, after = taken + 1, uid
                if found is not None:
                    changes.append(found[0])
                    size += found[1]
        cursor = {"life": life, "uid": after}
        more = taken < len(numbers)
        return Page(tuple(changes), cursor, more, now, restart=since is not None and not same)

    def find(self, entity: str, key: str) -> Change | None:
        """Return one message by the key that reading gave it."""
        _know(entity)
        of, _, word = key.partition("-")
        with self._mailbox() as (server, life):
            if of != str(life) or not word.isascii() or not word.isdecimal():
                return None
            found = self._message(server, life, int(word))
        return found[0] if found else None

    def close(self) -> None:
        """Say goodbye."""
        if self._open is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                self._open.logout()
            self._hang_up()

    def _hang_up(self) -> None:
        if self._open is not None:
            with suppress(OSError):
                self._open.shutdown()
            self._open = None

    @contextmanager
    def _mailbox(self) -> Iterator[tuple[_Dialled, int]]:
        """Give the folder, opened read-only, and the life of its numbers."""
        try:
            server = self._open or self._signed_in()
            self._open = server
            folder = '"' + self._settings["folder"].replace("\\", "\\\\").replace('"', '\\"') + '"'
            answer, _ = server.select(folder, readonly=True)
            if answer != "OK":
                raise AskPerson(_no_folder(self._settings["folder"]))
            yield server, _number(server.response("UIDVALIDITY")[1])
        except (imaplib.IMAP4.abort, imaplib.IMAP4.error, OSError, ValueError):
            self._hang_up()
            raise Retry(_lost(self._settings["server"])) from None

    def _signed_in(self) -> _Dialled:
        if self._settings["encryption"] == "none" and self._settings["server"] not in LOCAL:
            raise AskPerson(_open_wire())
        password = self._context.secret("password")
        server = _Dialled(self._settings, self._context)
        try:
            server.login(self._settings["user"], password)
        except imaplib.IMAP4.abort:
            server.shutdown()
            raise
        except (imaplib.IMAP4.error, UnicodeEncodeError):  # its words may quote what was sent
            server.shutdown()
            raise AskPerson(_refused(self._settings["user"])) from None
        return server

    def _numbers(self, server: _Dialled, after: int) -> list[int]:
        """Return the numbers of the messages after one; `n:*` always names the last as well."""
        _, data = server.uid("SEARCH", f"UID {after + 1}:*")
        words = (data[0] or b"").split() if data else []
        return sorted(number for number in map(int, words) if number > after)

    def _message(self, server: _Dialled, life: int, uid: int) -> tuple[Change, int] | None:
        """Return a message with its size; None where it was removed meanwhile."""
        _, data = server.uid("FETCH", str(uid), "(RFC822.SIZE)")
        size = _size(data)
        if size is None:
            return None
        part = "(BODY.PEEK[])" if size <= MOST_BYTES else "(BODY.PEEK[HEADER])"
        _, data = server.uid("FETCH", str(uid), part)
        raw = next((one[1] for one in data if isinstance(one, tuple)), None)
        if raw is None:
            return None
        return Change(f"{life}-{uid}", values_of(raw, uid), str(life)), size


def _number(data: Sequence[Any]) -> int:
    return int(data[0]) if data and data[0] else 0


def _size(data: Sequence[Any]) -> int | None:
    for one in data:
        words = (one[0] if isinstance(one, tuple) else one) or b""
        head, found, rest = words.partition(b"RFC822.SIZE ")
        if found:
            return int(rest.split(b")")[0].split()[0])
    return None


def _know(entity: str) -> None:
    if entity != MESSAGE:
        name = shorten(entity)
        say = Text(f"没有“{name}”。", f"There is no '{name}'.")
        raise AskPerson(Problem("unknown_entity", say, got=name))


def _lost(host: str) -> Problem:
    say = Text(f"与 {host} 的通信中断。", f"Talking to {host} broke off.")
    hint = Text(
        "会自动重试；一直如此时，检查服务器、端口（IMAP，不是 POP3 或 SMTP）与加密方式。",
        "It is tried again; where it stays so, check server, port (of IMAP, not of POP3 or SMTP)"
        " and encryption.",
    )
    return Problem("answer_lost", say, hint=hint)


def _untrusted(host: str) -> Problem:
    say = Text(
        f"与 {host} 的加密连接不可信。", f"The encrypted connection to {host} is not trusted."
    )
    hint = Text("检查主机名、端口与证书。", "Check the host, the port and the certificate.")
    return Problem("untrusted_certificate", say, hint=hint)


def _refused(user: str) -> Problem:
    say = Text(f"邮箱拒绝了用户 {user} 的登录。", f"The mailbox refused to let {user} in.")
    hint = Text(
        "检查口令；多数服务商要用授权码。",
        "Check the password; most providers want an app password.",
    )
    return Problem("sign_in_refused", say, hint=hint)


def _no_folder(folder: str) -> Problem:
    say = Text(f"邮箱里没有文件夹 {folder}。", f"The mailbox has no folder {folder}.")
    return Problem("no_folder", say, hint=Text("检查文件夹名。", "Check its name."))


def _open_wire() -> Problem:
    say = Text("不加密的连接只可用于本机。", "Without encryption only this machine may be reached.")
    return Problem(
        "not_encrypted", say, hint=Text("把加密设为 TLS。", "Set the encryption to TLS.")
    )
