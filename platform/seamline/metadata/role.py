"""A role: who may do what, on which records, and which of their fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seamline.text import Text

from .field import Condition


@dataclass(frozen=True, slots=True)
class StepLimit:
    """What narrows one step of a grant: the records it may be taken on, the fields filled in it.

    `fields` None leaves it at the fields that the grant shows; a field named here may be filled
    in the step though it is not seen.
    """

    step: str
    fields: tuple[str, ...] | None = None
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do with one form (`*` for every form); `steps` may hold `*`.

    `switch` names the steps whose rules it may switch; that grants nothing else.
    `lift` names the locks it may lift, by the act that they close (`order_taking`, or `*`).
    Only `fields` are seen (None: all but those of `hide`), only of records that meet `where`,
    which may name the account (`_me`, `_me.party`). `limits` narrow single steps further.
    """

    form: str
    read: bool = True
    steps: tuple[str, ...] = ()
    export: bool = False
    import_: bool = False
    switch: tuple[str, ...] = ()
    lift: tuple[str, ...] = ()
    fields: tuple[str, ...] | None = None
    hide: tuple[str, ...] = ()
    where: Condition | None = None
    limits: tuple[StepLimit, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether the grant shows less than every field of every record."""
        return self.fields is not None or bool(self.hide) or self.where is not None


@dataclass(frozen=True, slots=True)
class Unproven:
    """A field (or a whole form, where none is named) that the leak test cannot prove, and why.

    It says that people have looked instead: a publication goes on without that proof.
    """

    form: str
    field: str
    why: Text


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of grants; `pools` are the review pools its people decide.

    `pages` are the pages they may open (`*` for all), `home` the one they begin with.
    `party` is the form of the records that accounts of this role stand for: a supplier's account
    for the supplier. Conditions know that record's fields as `_me.grade`.
    `may` says what they look after: `runs` of pipelines.
    `tokens` says whether they may make API tokens of their own.
    `studio` says what they may do to the packages themselves: `design` drafts, `publish` them.
    `unproven` names what the leak test of this role cannot prove.
    """

    id: str
    title: Text
    kind: Literal["internal", "external"] = "internal"
    grants: tuple[Grant, ...] = ()
    pools: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    home: str = ""
    party: str | None = None
    may: tuple[str, ...] = ()
    tokens: bool = True
    studio: tuple[str, ...] = ()
    unproven: tuple[Unproven, ...] = ()

    @property
    def acts(self) -> tuple[str, ...]:
        """The acts upon the workspace itself that are theirs besides the administrator's."""
        return self.studio + self.may
