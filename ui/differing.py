"""How two versions of something differ, as a page shows it: by sign, by word, and not by colour."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from .say import _

SIGNS = {"added": "+", "removed": "−", "changed": "~"}


def word_of(turn: str) -> str:
    """Return the word of a difference; empty where nothing differs."""
    return {"added": _("added"), "removed": _("removed"), "changed": _("changed")}.get(turn, "")


def counted(turns: Sequence[str]) -> list[tuple[str, str, int]]:
    """Return each difference that there is with its sign and how many of it."""
    return [(turn, SIGNS[turn], turns.count(turn)) for turn in SIGNS if turn in turns]


def changed(old: Markup, new: Markup) -> Markup:
    """Return what was and what is; to those who do not see it crossed out, by its words."""
    was, now = _("was"), _("now")
    before = Markup('<span class="sr">{} </span><del>{}</del>').format(was, old) if old else ""
    after = Markup('<span class="sr">{} </span><ins>{}</ins>').format(now, new or "–")
    arrow = Markup(' <span aria-hidden="true">→</span> ') if old else ""
    return Markup("{}{}{}").format(before, arrow, after)
