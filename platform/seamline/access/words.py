"""The words for acts: the plain ones, and those that name a step or a lock."""

from __future__ import annotations

# `switch:create` is the act of moving the switches of that step's rules.
SWITCH = "switch:"
# `lift:order_taking` is the act of lifting the locks that close order taking.
LIFT = "lift:"
# Acts upon the workspace itself (publish, accounts, ...) are asked for with this instead of a form.
EVERYTHING = "*"
PLAIN = ("read", "export", "import")


def every(action: str) -> str:
    """Return what grants all acts of the kind of `action`: no step grants a switch or a lift."""
    if action in PLAIN:
        return action
    kind = next((kind for kind in (SWITCH, LIFT) if action.startswith(kind)), "")
    return kind + EVERYTHING
