"""Which document of U8 a word means: by the number that people know, or by U8's internal one."""

from __future__ import annotations

from collections.abc import Iterator

from seamline.connector import AskPerson
from seamline.problems import Problem, shorten
from seamline.text import Text

from ..databases.session import Session
from ..databases.texts import Asked, chosen, render
from .entities import NUMBERS, TITLES, keys_of

MARK = "id:"  # before an internal number
MOST = 2**31  # internal numbers are of four bytes
LONGEST = 30  # signs of a number


def meant(session: Session, entity: str, target: str) -> int | None:
    """Return the internal number of the document that a word means, None where there is none.

    U8 numbers documents anew each year and in digits, if it likes: where a word could mean two of
    them AskPerson is raised. `id:7` is the internal number for sure, `007` never is.
    """
    word = target.strip()
    found = {one for asked in _asked(session, entity, word) for (one,) in session.rows(asked)}
    if len(found) > 1:
        title, named = TITLES[entity], ", ".join(f"{MARK}{one}" for one in sorted(found))
        say = Text(
            f"U8 的{title.zh}里有 {len(found)} 张可以叫 {shorten(word)}。",
            f"U8 has {len(found)} {title.en.lower()} that {shorten(word)} may mean.",
        )
        hint = Text(f"写明是哪一张：{named}", f"Say which one: {named}")
        raise AskPerson(Problem("order_ambiguous", say, hint=hint, got=shorten(word)))
    return int(found.pop()) if found else None


def _asked(session: Session, entity: str, word: str) -> Iterator[Asked]:
    bare = word.removeprefix(MARK)
    if bare.isdecimal() and int(bare) < MOST and (bare != word or str(int(bare)) == bare):
        yield render(keys_of(entity), session.way.dialect, where=chosen([int(bare)]))
    if bare == word and 0 < len(word) <= LONGEST:
        numbered = Asked(f"{NUMBERS[entity]} = ?", (word,))
        yield render(keys_of(entity), session.way.dialect, where=lambda _: numbered)
