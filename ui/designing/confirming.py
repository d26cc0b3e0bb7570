"""What a person confirmed or corrected of a guessed form, read from what the page sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from seamline.fields import KINDS
from seamline.package.reading import read_documents
from seamline.package.sources import Sources
from seamline.problems import Place, Problem, Problems
from seamline.text import Text
from seamline.usecases.designing.guessing import Guess

Sent = MultiDict[str, str]
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Settings that fit one kind only are let go of with it.
_KEPT = {
    "scale": ("decimal", "money", "percent"),
    "unit": ("integer", "decimal"),
    "max_length": ("text",),
}


def confirmed(columns: Sequence[Guess], sent: Sent) -> tuple[Guess, ...]:
    """Return the columns as the person wants them."""
    return tuple(_one(one, number, sent) for number, one in enumerate(columns))


def _one(guess: Guess, number: int, sent: Sent) -> Guess:
    def said(what: str) -> str:
        return sent.get(f"{what}-{number}", "").strip()

    kind = said("kind") if said("kind") in KINDS else guess.kind
    zh, en = said("zh") or guess.label.zh, said("en")
    options = tuple(
        dict.fromkeys(one.strip() for one in said("options").split("\n") if one.strip())
    )
    return replace(
        guess,
        taken=f"take-{number}" in sent,
        label=Text(zh, en or zh),
        id=said("id"),
        kind=kind,
        required=f"required-{number}" in sent,
        line=said("place") == "line",
        key=sent.get("key") == str(number),
        options=options or (guess.examples if kind == "choice" else ()),
        settings={key: one for key, one in guess.settings.items() if kind in _KEPT.get(key, ())},
    )


def check(columns: Sequence[Guess]) -> None:
    """Raise Refused with everything that keeps the columns from being fields of a form."""
    problems = Problems()
    problems.extend(_wrong(columns))
    problems.raise_if_any()


def _wrong(columns: Sequence[Guess]) -> Iterator[Problem]:
    taken = [(number, one) for number, one in enumerate(columns) if one.taken]
    if not any(not one.line for _number, one in taken):
        yield Problem(
            "no_fields", Text("至少要有一个主表字段。", "At least one field of the head is needed.")
        )
    seen: set[tuple[bool, str]] = set()
    for number, one in taken:
        if not _ID.fullmatch(one.id):
            say = Text(
                f"“{one.id}”不能作标识：以小写字母开头，只用小写字母、数字和下划线。",
                f"'{one.id}' is no id: it begins with a letter and holds only a-z, 0-9 and _.",
            )
            yield Problem("bad_id", say, Place(f"id-{number}"), got=one.id)
        elif (one.line, one.id) in seen:
            say = Text(f"标识“{one.id}”用了两次。", f"The id '{one.id}' is used twice.")
            yield Problem("duplicate_id", say, Place(f"id-{number}"), got=one.id)
        seen.add((one.line, one.id))
        if one.key and one.line:
            say = Text("明细的列不能作主键。", "A column of the lines cannot be the key.")
            yield Problem("key_in_lines", say, Place(f"place-{number}"))


def unsound(path: str, text: str) -> tuple[Problem, ...]:
    """Return what is wrong with a document by itself."""
    return tuple(read_documents(Sources({path: text}))[1])
