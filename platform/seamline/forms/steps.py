"""The business steps of a form: the four that every form has, and those its author lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from seamline.facts import Record
from seamline.fields import KINDS
from seamline.metadata import Form, Step, mark_of
from seamline.metadata.form import BUILT_IN_TITLES

_ALL_FIELDS = ("create", "change")


def steps_of(form: Form) -> Mapping[str, Step]:
    """Return every step of `form` by id, in the order people meet them, nothing left open.

    A form that posts to balances has no `change`, `archive` or `restore`; of a library there is
    `create` alone, which only a migration takes.

    `create` leads to the first state where it names none; `change` starts from every state that
    is not final; create and change reach every field where they name none.
    """
    listed = {step.id: step for step in form.steps}
    built_in = {word: listed.get(word) or _built_in(word, form) for word in BUILT_IN_TITLES}
    own = {word: step for word, step in listed.items() if word not in built_in}
    first: tuple[str, ...] = ("create", "change")
    last: tuple[str, ...] = ("archive", "restore")
    if form.posts is not None:  # a move is undone by a counter-move, never changed or taken away
        first, last = ("create",), ()
    if form.library:
        first, own, last = ("create",), {}, ()
    steps = {word: built_in[word] for word in first} | own | {word: built_in[word] for word in last}
    return {word: _filled(step, form) for word, step in steps.items()}


def _built_in(word: str, form: Form) -> Step:
    start = tuple(state.id for state in form.states if not state.final)
    fields = None if word in _ALL_FIELDS else ()
    return Step(word, BUILT_IN_TITLES[word], start if word == "change" else (), fields=fields)


def _filled(step: Step, form: Form) -> Step:
    if step.id in _ALL_FIELDS and step.fields == ():
        step = replace(step, fields=None)
    if form.posts is not None and step.fields is None:
        written = (one.id for one in form.fields if KINDS[one.kind].written)
        step = replace(step, fields=tuple(id_ for id_ in written if id_ not in form.posts.kept))
    if step.id == "create" and step.to is None and form.states:
        step = replace(step, to=form.states[0].id)
    return step


def possible(step: Step, record: Record, form: Form) -> bool:
    """Return whether a step can be taken on a stored record as it stands, whoever takes it."""
    if step.id == "create" or mark_of(form.closed, record.state) is not None:
        return False
    if record.archived_at is not None or step.id == "restore":
        return record.archived_at is not None and step.id == "restore"
    if step.id == "archive":
        return True
    from_here = not step.from_states or record.state in step.from_states
    return record.held != "pending" and from_here
