"""Who may do what: grants, wildcards, the administrator, tokens, pools, and how a no is told."""

from __future__ import annotations

import pytest

from seamline.access import EVERYTHING_SEEN, Access, scope_problem
from seamline.facts import Actor
from seamline.metadata import Grant, Role
from seamline.problems import Refused
from seamline.text import Text


def role(name, *grants, pools=()):
    return Role(name, Text.same(name), grants=grants, pools=pools)


ROLES = [
    role("sales", Grant("order", steps=("create", "rush"), import_=True), pools=("risk",)),
    role("planner", Grant("order", steps=("*",), export=True), Grant("stock"), pools=("plan",)),
    role("auditor", Grant("*", export=True)),
    role("chief", Grant("*", steps=("*",))),
    role("blind", Grant("order", read=False, steps=("create", "read", "export"))),
    role("administrator", Grant("order")),
]
ACCESS = Access({one.id: one for one in ROLES}, frozenset({"quality"}))


def actor(*roles, scopes=None):
    return Actor("li", "Li", roles, None if scopes is None else frozenset(scopes))


MATRIX = """
role           read:order create:order release:order export:order import:order read:stock create:stock publish:*
sales          +          +            -             -            +            -          -            -
planner        +          +            +             +            -            +          -            -
auditor        +          -            -             +            -            +          -            -
chief          +          +            +             -            -            +          +            -
blind          -          +            -             -            -            -          -            -
nobody         -          -            -             -            -            -          -            -
administrator  +          +            +             +            +            +          +            +
sales,auditor  +          +            -             +            +            +          -            -
"""  # noqa: E501
HEAD, *BODY = (line.split() for line in MATRIX.strip().splitlines())
CELLS = [
    (row[0], *what.split(":"), answer == "+")
    for row in BODY
    for what, answer in zip(HEAD[1:], row[1:], strict=True)
]


@pytest.mark.parametrize(("roles", "action", "form", "allowed"), CELLS)
def test_the_matrix(roles, action, form, allowed):
    who = actor(*roles.split(","))
    assert ACCESS.may(who, action, form) is allowed
    if allowed:
        ACCESS.require(who, action, form)
        return
    with pytest.raises(Refused) as refused:
        ACCESS.require(who, action, form)
    assert refused.value.status == 403
    [problem] = refused.value.problems
    assert action in problem.say.zh and action in problem.say.en
    assert "administrator" in problem.hint.zh and "administrator" in problem.hint.en


SCOPES = """
scope        read:order create:order read:stock export:order import:order publish:*
read         +          -            +          -            -            -
write        -          +            -          -            -            -
order:read   +          -            -          -            -            -
order:write  -          +            -          -            -            -
export       -          -            -          +            -            -
import       -          -            -          -            +            -
admin        +          +            +          +            +            +
none         -          -            -          -            -            -
"""
SCOPE_HEAD, *SCOPE_BODY = (line.split() for line in SCOPES.strip().splitlines())


@pytest.mark.parametrize("row", SCOPE_BODY, ids=lambda row: row[0])
def test_a_token_is_narrowed_to_its_scopes(row):
    who = actor("administrator", scopes=[row[0]])
    for what, answer in zip(SCOPE_HEAD[1:], row[1:], strict=True):
        assert ACCESS.may(who, *what.split(":")) is (answer == "+"), what


def test_a_token_never_widens_the_roles():
    who = actor("sales", scopes=["admin", "export"])
    assert not ACCESS.may(who, "export", "order")
    assert not ACCESS.may(who, "publish", "*")


def test_a_missing_scope_is_named():
    with pytest.raises(Refused) as refused:
        ACCESS.require(actor("sales", scopes=["read"]), "create", "order")
    [problem] = refused.value.problems
    assert (refused.value.status, problem.code) == (403, "token_scope")
    assert "order:write" in problem.say.en and "order:write" in problem.say.zh


def test_a_missing_grant_names_the_roles_that_have_it():
    with pytest.raises(Refused) as refused:
        ACCESS.require(actor("sales"), "release", "order")
    [problem] = refused.value.problems
    assert "'release'" in problem.say.en and "'order'" in problem.say.en
    assert "administrator, planner, chief" in problem.hint.en
    assert "sales" not in problem.hint.en


def test_pools():
    assert ACCESS.pools(actor("sales")) == {"risk"}
    assert ACCESS.pools(actor("sales", "planner", "gone")) == {"risk", "plan"}
    assert ACCESS.pools(actor("auditor")) == frozenset()
    assert ACCESS.pools(actor("administrator")) == {"risk", "plan", "quality"}
    assert ACCESS.pools(actor("sales", scopes=["read"])) == frozenset()
    assert ACCESS.pools(actor("sales", scopes=["write"])) == {"risk"}


def test_everybody_sees_every_row_and_field_they_may_read():
    assert ACCESS.scope(actor("sales"), "order") == EVERYTHING_SEEN


def test_the_roles_a_user_can_be_given():
    assert ACCESS.known_roles() == (
        "administrator", "auditor", "blind", "chief", "planner", "sales",
    )  # fmt: skip
    assert Access({}).known_roles() == ("administrator",)


@pytest.mark.parametrize("scope", ["read", "write", "import", "export", "admin", "order:read"])
def test_scopes_a_token_can_have(scope):
    assert scope_problem(scope, ["order"]) is None


@pytest.mark.parametrize(
    "scope", ["", "all", "order", "order:", "order:admin", "stock:read", ":read", "x" * 10_000]
)
def test_scopes_no_token_can_have(scope):
    problem = scope_problem(scope, ["order"])
    assert problem is not None and len(problem.line("en")) < 300
