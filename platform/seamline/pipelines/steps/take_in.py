"""Take papers in: files of a folder, attachments of a message, words that somebody wrote."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from mimetypes import guess_type
from typing import Any

from seamline.documents import Path
from seamline.pages import Data
from seamline.scope import Scope
from seamline.text import Text

from ..asking import asked_for
from ..kind import NOTHING, Came, Course, Do, Gives, Hands, PipelineNames, Plan, StepKind
from ..shapes import ID, VALUE, WORD


@dataclass(frozen=True, slots=True)
class TakeIn:
    """The thing with a key of an entity of a connection, or a text, as papers of a form.

    The same words again are the same paper, unless the text has a key, and now another one.
    """

    form: str
    connection: str
    entity: str = ""
    key: Any = None
    text: Any = None
    sender: Any = None


def _read(data: Data, _plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> TakeIn:
    return TakeIn(**data)


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    form = names.form((*path, "form"), data["form"])
    for name in ("key", "text", "sender"):
        if name in data:
            names.value((*path, name), data[name], scope)
    if ("text" in data) == ("entity" in data) or ("entity" in data and "key" not in data):
        say = Text(
            "要么写 entity 和 key，要么写 text。", "Give either 'entity' and 'key', or 'text'."
        )
        names.tell(path, "one_source", say)
        return NOTHING
    if form is not None and form.paper is None:
        say = Text(
            f"“{form.title.zh}”不从单据新建：表单要有 paper。",
            f"{form.title.en} is not made from papers: its form needs 'paper'.",
        )
        names.tell((*path, "form"), "no_papers", say)
        return NOTHING
    return Gives({"papers": "number", "repeated": "number"})


def came_in(values: Mapping[str, Any]) -> Iterator[Came]:
    """Yield the files of a thing: its own, those attached to it, or what a bare message says."""
    attached = [one for rows in values.values() if isinstance(rows, list) for one in rows]
    holders = [values, *(one for one in attached if isinstance(one, Mapping))]
    found = False
    for holder in holders:
        for content in holder.values():
            if isinstance(content, bytes) and content:
                name = str(holder.get("name") or "paper")
                kind = str(holder.get("type") or guess_type(name)[0] or "application/octet-stream")
                found = True
                yield Came(name, kind, content)
    said = str(values.get("text") or "")
    if not found and said.strip():
        subject = str(values.get("subject") or "")
        name = "".join(sign if sign.isalnum() else "-" for sign in subject)[:60] or "message"
        yield Came(f"{name}.txt", "text/plain", f"{subject}\n\n{said}".encode())


def _values(asked: TakeIn, hands: Hands) -> Mapping[str, Any]:
    """Return what the papers are of: the members of a thing, or what somebody wrote."""
    if asked.text is not None:
        return {"text": hands.value(asked.text), "subject": hands.value(asked.sender)}
    found = asked_for(hands, asked.connection, asked.entity, asked.key)
    return found.values if found is not None else {}


def _apart(said: Came, key: str) -> Came:
    """Return words as a paper of their own, by a name that tells them from the same words."""
    mark = hashlib.sha256(key.encode()).hexdigest()[:8]
    return replace(said, name=f"{said.name.removesuffix('.txt')}-{mark}.txt", named=True)


def _run(asked: TakeIn, hands: Hands) -> Course:
    def work() -> dict[str, Any]:
        files = list(came_in(_values(asked, hands)))
        key = hands.value(asked.key) if asked.text is not None else None
        if key:
            files = [_apart(one, str(key)) for one in files]
        return dict(hands.take_in(asked.form, asked.connection, files))

    nothing = {"papers": 0, "repeated": 0}
    taken = yield Do(work, writes=True, trial=lambda: nothing)
    return {**nothing, **taken}


_SETTINGS: dict[str, Any] = {
    "form": ID, "connection": ID, "entity": WORD, "key": VALUE, "text": VALUE, "sender": VALUE,
}  # fmt: skip
KIND = StepKind("take_in", Text("收取单据", "Take papers in"), _SETTINGS, _read, _check, _run,
                ("form", "connection"), icon="inbox")  # fmt: skip
