"""Postings: from plain data to their metadata, and against the forms of moves and balances."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from seamline.documents import Path
from seamline.fields import KINDS
from seamline.metadata import Field, Form, Posting
from seamline.text import Text

from .draft import Draft, Sheet
from .page_checks import DraftNames

NUMBERS = ("decimal", "integer")
NOW = "now"
PLACE = re.compile(r"\{([^{}]*)\}")
NEVER = ("change", "archive", "restore")


def built(data: Mapping[str, Any]) -> Posting:
    """Return a posting from data that passed the schema."""
    keep = data["keep"]
    return Posting(
        to=data["to"],
        find=dict(data["find"]),
        amount=data["amount"],
        into=data["into"],
        figure=data.get("figure", data["into"]),
        act=data.get("act", ""),
        acts=dict(data.get("acts", {})),
        document=data.get("document", ""),
        before=keep["before"],
        after=keep["after"],
        seen=keep.get("seen", ""),
        reported=keep.get("reported", ""),
        opens={name: _written(value) for name, value in data["opens"].items()}
        if "opens" in data
        else None,
    )


def _written(value: object) -> str:
    """Return a constant as somebody would type it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_postings(draft: Draft) -> None:
    """Check every form of the package that posts to balances."""
    for sheet in draft.of_kind("form"):
        if sheet.part.posts is not None:
            _Check(draft, sheet, sheet.part, sheet.part.posts).all()


class _Check:
    """One posting against its two forms."""

    def __init__(self, draft: Draft, sheet: Sheet, moves: Form, posting: Posting) -> None:
        self.draft, self.sheet, self.moves, self.posting = draft, sheet, moves, posting
        self.names = DraftNames(draft, sheet)

    def all(self) -> None:
        """Keep everything that is wrong."""
        posting = self.posting
        self._own_fields()
        self._steps()
        balances = self.names.form(("posts", "to"), posting.to)
        if balances is None:
            return
        if balances.posts is not None:
            say = Text(
                f"“{balances.id}”自己就是变动，不能当余额。",
                f"The records of '{balances.id}' are moves themselves and cannot be balances.",
            )
            self._tell(("to",), "moves_of_moves", say, posting.to)
            return
        self._find(balances)
        self._field(("into",), balances, posting.into, NUMBERS)
        self._field(("figure",), balances, posting.figure, (*NUMBERS, "computed"))
        self._opens(balances)

    def _tell(self, path: Path, code: str, say: Text, got: str) -> None:
        self.names.tell(("posts", *path), code, say, got=got)

    def _field(self, path: Path, form: Form, word: str, kinds: Iterable[str] = ()) -> Field | None:
        return self.names.field(("posts", *path), form, word, tuple(kinds))

    def _own_fields(self) -> None:
        posting = self.posting
        self._field(("amount",), self.moves, posting.amount, (*NUMBERS, "computed"))
        for name in ("before", "after", "seen", "reported"):
            word = getattr(posting, name)
            kinds = NUMBERS if name in ("before", "after") else ("text",)
            field = self._field(("keep", name), self.moves, word, kinds) if word else None
            if field is not None and (field.required or field.default is not None):
                say = Text(
                    f"“{word}”由平台填写，不写 required 和 default。",
                    f"The platform fills '{word}': leave out required and default.",
                )
                self._tell(("keep", name), "kept_field", say, word)
        if posting.document:
            self._field(("document",), self.moves, posting.document)
        kept = [("posts", "keep", name) for name in self.sheet.document.data["posts"]["keep"]]
        words = self.sheet.document.data["posts"]["keep"].values()
        self.draft.each_once(self.sheet, "field", zip(kept, words, strict=True))
        self._acts()

    def _acts(self) -> None:
        posting = self.posting
        if bool(posting.act) != bool(posting.acts):
            say = Text("act 与 acts 要一起写。", "act and acts are written together.")
            self._tell((), "act_and_acts", say, posting.act or "acts")
            return
        if not posting.act:
            return
        field = self._field(("act",), self.moves, posting.act, ("choice",))
        if field is None:
            return
        options = [option["id"] for option in field.settings.get("options", ())]
        for word in posting.acts:
            if word not in options:
                path = ("posts", "acts", word)
                self.draft.unknown(self.sheet, path, "option", word, options)
        for word in options:
            if word not in posting.acts:
                say = Text(
                    f"没有说选项“{word}”是加、减还是设为。",
                    f"Say what the option '{word}' does: add, subtract or set.",
                )
                self._tell(("acts",), "act_without_effect", say, word)

    def _steps(self) -> None:
        """Check that no step changes a move after it was posted."""
        posting = self.posting
        fixed = {*posting.find.values(), *posting.kept, posting.amount, posting.act}
        for index, step in enumerate(self.moves.steps):
            path: Path = ("steps", index)
            if step.id in NEVER:
                say = Text(
                    f"变动不能修改或归档：去掉环节“{step.id}”，更正用反向变动。",
                    f"A move is never changed or archived: take the step '{step.id}' out; "
                    "a counter-move corrects it.",
                )
                self.draft.tell(self.sheet, (*path, "id"), "moves_never_change", say, got=step.id)
                continue
            for place, word in enumerate(step.fields or ()):
                wrong = word in posting.kept if step.id == "create" else word in fixed
                if wrong:
                    say = Text(
                        f"“{word}”已记账，环节“{step.id}”不能改它。",
                        f"'{word}' is part of what is posted; the step '{step.id}' may not "
                        "change it.",
                    )
                    at = (*path, "fields", place)
                    self.draft.tell(self.sheet, at, "posted_field", say, got=word)

    def _find(self, balances: Form) -> None:
        for theirs, ours in self.posting.find.items():
            path: Path = ("find", theirs)
            held = self._field(path, balances, theirs)
            given = self._field(path, self.moves, ours)
            if held is None or given is None:
                continue
            if _type(held) != _type(given) or KINDS[held.kind].column(held).type in (
                "none", "json", "set",
            ):  # fmt: skip
                say = Text(
                    f"“{theirs}”与“{ours}”不是同一种值，不能比较。",
                    f"'{theirs}' and '{ours}' do not hold the same kind of value.",
                )
                self._tell(path, "find_kinds", say, ours)
        self._one_balance(balances)

    def _one_balance(self, balances: Form) -> None:
        """Check that the form of balances itself lets no second one stand for the same place."""
        wanted = set(self.posting.find)
        alone = {one.id for one in balances.fields if one.unique or one.id == balances.key}
        if wanted & alone or any(set(one.fields) == wanted for one in balances.duplicates):
            return
        words = ", ".join(sorted(wanted))
        say = Text(
            f"同一个 {words} 可能有两条余额：请在表单“{balances.id}”的 duplicates 里写上这些字段。",
            f"Two balances of one {words} could be made: name these fields in the duplicates of "
            f"'{balances.id}'.",
        )
        self._tell(("find",), "several_balances", say, words)

    def _opens(self, balances: Form) -> None:
        moves = {one.id for one in self.moves.fields} | {NOW}
        for word, text in (self.posting.opens or {}).items():
            path: Path = ("opens", word)
            field = self._field(path, balances, word)
            found = word in self.posting.find or word == self.posting.into
            if found or (field is not None and not KINDS[field.kind].written):
                say = Text(f"“{word}”由平台填写。", f"The platform fills '{word}'.")
                self._tell(path, "not_written", say, word)
            for name in PLACE.findall(text):
                if name not in moves:
                    self.draft.unknown(self.sheet, ("posts", *path), "field", name, moves)


def _type(field: Field) -> tuple[object, ...]:
    column = KINDS[field.kind].column(field)
    return (column.type, column.target)
