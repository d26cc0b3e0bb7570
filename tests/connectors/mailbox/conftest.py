"""An IMAP server of this machine with one folder: as much of the protocol as a reader needs."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

USER, PASSWORD = "orders@example.com", "canary-7f3a91-mail"


def letter(subject: str, text: str, *files: tuple[str, bytes]) -> bytes:
    """Return a message with attachments."""
    made = EmailMessage()
    made["From"], made["To"] = "李工 <li@customer.example>", USER
    made["Subject"], made["Date"] = subject, "Mon, 02 Feb 2026 09:20:00 +0800"
    made["Message-ID"] = f"<{abs(hash(subject))}@customer.example>"
    made.set_content(text)
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return made.as_bytes()


class Post:
    """The server: its messages by number, the life of the numbers, whether it answers."""

    def __init__(self) -> None:
        self.messages: dict[int, bytes] = {}
        self.life = 77
        self.away = False
        post = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                if not post.away:
                    self.wfile.write(b"* OK ready\r\n")
                    while (line := self.rfile.readline()) and not post.away:
                        post.answer(line.decode().strip(), self.wfile)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def receive(self, raw: bytes) -> int:
        """Take a message in and return its number."""
        uid = max(self.messages, default=0) + 1
        self.messages[uid] = raw
        return uid

    def answer(self, line: str, out: Any) -> None:
        """Answer one command."""
        tag, _, asked = line.partition(" ")
        verb = asked.split(" ")[0].upper()
        if verb == "UID":
            self._uid(asked, out)
        elif verb == "CAPABILITY":
            out.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif verb == "EXAMINE":
            if "INBOX" not in asked:
                out.write(f"{tag} NO no such folder\r\n".encode())
                return
            out.write(
                f"* {len(self.messages)} EXISTS\r\n* OK [UIDVALIDITY {self.life}]\r\n".encode()
            )
        elif verb == "LOGIN" and PASSWORD not in asked:
            out.write(f"{tag} NO wrong: {asked}\r\n".encode())
            return
        elif verb == "LOGOUT":
            out.write(b"* BYE\r\n")
        out.write(f"{tag} OK done\r\n".encode())

    def _uid(self, asked: str, out: Any) -> None:
        if "SEARCH" in asked:
            first = int(re.findall(r"UID (\d+):", asked)[0])
            found = [uid for uid in self.messages if uid >= first] or [*self.messages][-1:]
            out.write(("* SEARCH " + " ".join(map(str, found)) + "\r\n").encode())
            return
        uid = int(re.findall(r"FETCH (\d+)", asked)[0])
        raw = self.messages.get(uid)
        if raw is None:
            return
        if "RFC822.SIZE" in asked:
            out.write(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)})\r\n".encode())
        else:
            out.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")


@pytest.fixture
def post() -> Iterator[Post]:
    """Return the server, with three messages."""
    made = Post()
    made.receive(letter("订单 PO-1", "请确认交期", ("合同.pdf", b"%PDF-1.7 one")))
    made.receive(letter("询价", "价格？"))
    made.receive(b"no headers at all\r\n\xff\xfe")
    yield made
    made.server.shutdown()
    made.server.server_close()
