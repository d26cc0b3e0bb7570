"""The names of the account in a role's condition: `_me`, `_me.party`, `_me.<field of the party>`.

For one account they stand for constants; what is left is a condition on the record alone, which
compiles to SQL with its index like any other.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from seamline.conditions.node import (
    MIRRORED,
    OPPOSITE,
    And,
    Compare,
    Constant,
    Fixed,
    Member,
    Node,
    Not,
    Or,
    Relation,
    Rows,
    Truth,
    Var,
    names,
)
from seamline.conditions.parse import parse
from seamline.conditions.reading import Locate
from seamline.facts import Actor
from seamline.forms import SYSTEM, form_scope, type_of
from seamline.metadata import Form, Role
from seamline.scope import Scope, ValueType

from .words import EVERYTHING

ME = "_me"
PARTY = f"{ME}.party"
_DOT = f"{ME}."
Account = Mapping[str, object]

_RELATIONS: Mapping[Relation, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NO_FACT: frozenset[ValueType] = frozenset({"table", "file", "place"})


def account_scope(scope: Scope, party: Form | None, forms: Mapping[str, Form]) -> Scope:
    """Return the names of a form and those of an account that stands for a record of `party`."""
    mine: dict[str, ValueType] = {ME: "text"}
    if party is not None:
        for field in party.fields:
            type_ = type_of(field, party.fields, forms)
            if type_ is not None and type_ not in _NO_FACT:
                mine[_DOT + field.id] = type_
        mine |= {f"{_DOT}{name}": SYSTEM[name] for name in ("_code", "_state")}
        mine[PARTY] = "text"
    return Scope({**scope.types, **mine}, scope.rows)


def parse_where(
    document: Any,
    scope: Scope,
    party: Form | None,
    forms: Mapping[str, Form],
    locate: Locate | None = None,
) -> Node:
    """Return a role's condition over the records of a form; raises Refused with every problem."""
    return parse(document, account_scope(scope, party, forms), locate=locate)


def condition_names(roles: Iterable[Role], form: Form, forms: Mapping[str, Form]) -> frozenset[str]:
    """Return the names of a form's records that conditions of roles look at, columns left out."""
    scope = form_scope(form, forms)
    found: frozenset[str] = frozenset()
    for role in roles:
        for grant in role.grants:
            if grant.form in (form.id, EVERYTHING):
                for document in (grant.where, *(limit.where for limit in grant.limits)):
                    if document is not None:
                        node = parse_where(document, scope, forms.get(role.party or ""), forms)
                        found |= own_names(node)
    return found


def own_names(node: Node) -> frozenset[str]:
    """Return the names of the record that a role's condition looks at."""
    return frozenset(name for name in names(node) if not _mine(name))


def party_names(node: Node) -> frozenset[str]:
    """Return the fields of the account's own record that a role's condition looks at."""
    return frozenset(
        name.removeprefix(_DOT) for name in names(node) if name.startswith(_DOT) and name != PARTY
    )


def account_of(actor: Actor, party: str | None) -> Account:
    """Return what the names of the account stand for, in a role whose party is of form `party`."""
    known: dict[str, object] = {ME: actor.id}
    if actor.party is not None and actor.party.form == party:
        known |= {_DOT + name: value for name, value in actor.party.facts}
        known[PARTY] = actor.party.key
    return known


def bound(node: Node, account: Account) -> Node:
    """Return a condition on the record alone that is true exactly where `node`, moored, is true.

    It is not always false where `node` is: what is unknown for lack of a party is made false.
    """
    return _holds(node, True, account)


def _holds(node: Node, wanted: bool, account: Account) -> Node:
    match node:
        case Fixed(value):
            return Fixed(value is wanted)
        case Truth(var):
            if _mine(var.name):
                return Fixed(bool(account.get(var.name)) is wanted)
            return node if wanted else Not(node)
        case Compare():
            return _compare(node, wanted, account)
        case Member():
            return _member(node, wanted, account)
        case Not(part):
            return _holds(part, not wanted, account)
        case And(parts) | Or(parts):
            held = [_holds(part, wanted, account) for part in parts]
            return all_of(held) if isinstance(node, And) is wanted else any_of(held)
        case Rows():
            return node if wanted else Not(node)
    raise TypeError(f"not a condition: {node!r}")


def all_of(parts: list[Node]) -> Node:
    """Return the condition that every part is true, as short as it can be said."""
    left = [part for part in parts if part != Fixed(True)]
    if Fixed(False) in left:
        return Fixed(False)
    return And(tuple(left)) if len(left) > 1 else (left or [Fixed(True)])[0]


def any_of(parts: list[Node]) -> Node:
    """Return the condition that some part is true, as short as it can be said."""
    left = [part for part in parts if part != Fixed(False)]
    if Fixed(True) in left:
        return Fixed(True)
    return Or(tuple(left)) if len(left) > 1 else (left or [Fixed(False)])[0]


def _compare(node: Compare, wanted: bool, account: Account) -> Node:
    relation = node.relation if wanted else OPPOSITE[node.relation]
    left: Any = _value(node.left, account)
    right: Any = _value(node.right, account)
    if left is None or right is None:
        return Fixed(False)
    if not isinstance(left, Var) and not isinstance(right, Var):
        return Fixed(_RELATIONS[relation](left, right))
    if not isinstance(left, Var):
        return Compare(MIRRORED[relation], right, left)
    return Compare(relation, left, right)


def _member(node: Member, wanted: bool, account: Account) -> Node:
    item: Any = _value(node.item, account)
    options: Any = _value(node.options, account) if isinstance(node.options, Var) else node.options
    if item is None or not options:
        return Fixed(False)
    if not isinstance(item, Var) and not isinstance(options, Var):
        return Fixed((item in options) is wanted)
    member = Member(item, options)
    return member if wanted else Not(member)


def _value(side: Var | Constant, account: Account) -> object:
    """Return what a side stands for; None for a name of the account that stands for nothing."""
    if isinstance(side, Var) and _mine(side.name):
        return account.get(side.name)
    return side


def _mine(name: str) -> bool:
    return name == ME or name.startswith(_DOT)
