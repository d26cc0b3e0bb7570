"""The right to switch: granted by role and step, and by nothing else."""

from __future__ import annotations

import pytest

from seamline.access import Access
from seamline.facts import Actor
from seamline.metadata import Grant, Role
from seamline.package import read_package
from seamline.problems import Refused
from seamline.text import Text


def access(*grants: Grant) -> Access:
    return Access({"boss": Role("boss", Text.same("boss"), grants=grants)})


BOSS = Actor("b", "B", ("boss",))


@pytest.mark.cap(65, 66)
def test_the_right_to_switch_is_of_its_own():
    steps = access(Grant("order", steps=("*",)))
    assert steps.may(BOSS, "create", "order")
    assert not steps.may(BOSS, "switch:create", "order")
    switches = access(Grant("order", switch=("*",)))
    assert switches.may(BOSS, "switch:create", "order")
    assert not switches.may(BOSS, "create", "order")
    assert not switches.may(BOSS, "publish", "*")
    assert not switches.may(BOSS, "switch:create", "customer")
    assert access(Grant("*", switch=("create",))).may(BOSS, "switch:create", "customer")
    assert not access(Grant("*", switch=("create",))).may(BOSS, "switch:change", "customer")


def test_a_token_that_only_reads_switches_nothing():
    switches = access(Grant("order", switch=("*",)))
    for scopes, allowed in (({"read"}, False), ({"order:write"}, True), ({"write"}, True)):
        actor = Actor("b", "B", ("boss",), frozenset(scopes))
        assert switches.may(actor, "switch:create", "order") is allowed


def test_a_switch_of_no_step_is_refused_with_its_place(package):
    path = package / "roles" / "owner.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("[create]", "[crate]"), "utf-8")
    with pytest.raises(Refused) as error:
        read_package(package)
    (problem,) = error.value.problems
    assert problem.code == "unknown_step"
    assert "owner.yaml" in str(problem.place) and problem.hint is not None
