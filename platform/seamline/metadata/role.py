"""A role: who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seamline.text import Text


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do with one form (`*` for every form); `steps` may hold `*`.

    `switch` names the steps whose rules it may switch; that grants nothing else.
    `lift` names the locks it may lift, by the act that they close (`order_taking`, or `*`).
    """

    form: str
    read: bool = True
    steps: tuple[str, ...] = ()
    export: bool = False
    import_: bool = False
    switch: tuple[str, ...] = ()
    lift: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of grants; `pools` are the review pools its people decide.

    `pages` are the pages they may open (`*` for all), `home` the one they begin with.
    """

    id: str
    title: Text
    kind: Literal["internal", "external"] = "internal"
    grants: tuple[Grant, ...] = ()
    pools: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    home: str = ""
