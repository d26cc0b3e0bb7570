"""Files: kept by their bytes before a record names them, and given back through that record."""

from __future__ import annotations

from seamline.facts import Actor, FileRef
from seamline.problems import Place, Problem, Refused
from seamline.text import Text

from .desk import Desk

MAX_NAME = 255
_ODD = frozenset('/\\:*?"<>|')


def keep(desk: Desk, actor: Actor, content: bytes, name: str, media_type: str) -> FileRef:
    """Store a file and return what a record's file field takes.

    Raises Refused: 403 where the actor's token may not write, 422 an empty file.
    """
    if not _may_write(actor):
        raise Refused.one(
            "token_scope",
            Text("此令牌不能上传文件。", "This token may not upload files."),
            status=403,
        )
    if not content:
        problem = Problem(
            "empty_file", Text("文件是空的。", "The file is empty."), Place("file"), got=name[:60]
        )
        raise Refused((problem,))
    with desk.store.unit() as unit:
        return unit.files.put(content, _clean(name), media_type)


def content(desk: Desk, sha256: str) -> bytes:
    """Return the bytes of a stored file; the caller has made sure that they may be seen.

    Raises Refused 404 where there is no such file.
    """
    with desk.store.reading() as unit, unit.files.open(sha256) as file:
        return file.read()


def _may_write(actor: Actor) -> bool:
    scopes = actor.scopes
    if scopes is None:
        return True
    return bool(scopes & {"write", "admin"}) or any(word.endswith(":write") for word in scopes)


def _clean(name: str) -> str:
    """Return the last part of a file name, without signs that a folder of any system minds."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join("_" if sign in _ODD or not sign.isprintable() else sign for sign in last)
    return plain.strip()[-MAX_NAME:] or "file"
