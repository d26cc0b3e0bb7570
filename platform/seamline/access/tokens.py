"""What a token may be narrowed to, and how a no for lack of a scope is told."""

from __future__ import annotations

from collections.abc import Iterable

from seamline.problems import Problem, shorten
from seamline.text import Text

from .words import EVERYTHING

# What a token may be narrowed to; besides these `<form>:read` and `<form>:write`.
SCOPES = ("read", "write", "import", "export", "admin")


def scopes_for(action: str, form_id: str) -> tuple[str, ...]:
    """Return the scopes of which a token needs one."""
    if form_id == EVERYTHING:
        return ("admin",)
    if action in ("export", "import"):
        return (action,)
    scope = "read" if action == "read" else "write"
    return (scope, f"{form_id}:{scope}")


def missing_scope(action: str, form_id: str) -> Problem:
    """Return how a token that lacks a scope is told so."""
    scope = scopes_for(action, form_id)[-1]
    return Problem(
        "token_scope",
        Text(
            f"此令牌的范围不含“{shorten(scope)}”。", f"This token has no scope '{shorten(scope)}'."
        ),
        hint=Text(
            "请创建带有该范围的令牌(管理员:seamline token create)。",
            "Have a token with it made (by an administrator: seamline token create).",
        ),
    )


def scope_problem(scope: str, forms: Iterable[str]) -> Problem | None:
    """Return what is wrong with a token's scope word, or None; `forms` are the known form ids."""
    form, colon, right = scope.partition(":")
    known = set(forms)
    if scope in SCOPES or (colon and form in known and right in ("read", "write")):
        return None
    return Problem(
        "unknown_scope",
        Text(f"没有令牌范围“{shorten(scope)}”。", f"There is no token scope '{shorten(scope)}'."),
        hint=Text(
            f"可用：{'、'.join(SCOPES)}，或 <表单>:read、<表单>:write。",
            f"Use {', '.join(SCOPES)}, or <form>:read, <form>:write.",
        ),
        got=shorten(scope),
    )
