"""Users, passwords and tokens on a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.usecases import accounts, passwords, tokens
from seamline.usecases.attempts import LOGIN_LIMIT, TooMany
from seamline.usecases.people import memory

BOSS = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli", "10.0.0.1", "laptop")
GOOD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """Argon2 with small parameters: what is tested here is not its strength."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))


def made(desk, login="li", roles=("administrator",), **more):
    more.setdefault("password", GOOD)
    return accounts.create_user(desk, BOSS, CLI, login=login, name="Li", roles=roles, **more)


def refusal(call, *arguments, **more):
    with pytest.raises(Refused) as refused:
        call(*arguments, **more)
    return refused.value


def events(desk):
    with desk.store.reading() as unit:
        return unit.journal.after(0, 100)


def test_a_first_password_is_generated_and_works(desk):
    created = made(desk, login=" Li.Ming ", password=None, language="en")
    assert created.user.login == "li.ming" and created.user.id == "li.ming"
    assert passwords.password_problem(created.password, "li.ming") is None
    signed_in = accounts.check_password(desk, "LI.MING", created.password, "10.0.0.9")
    assert signed_in == created.user == accounts.user(desk, "li.ming")
    actor = accounts.actor_of(signed_in)
    assert actor == Actor("li.ming", "Li", ("administrator",), None, "en")
    assert [user.login for user in accounts.users(desk)] == ["li.ming"]


def test_a_given_password_is_not_shown_again(desk):
    assert made(desk).password == ""


def test_everything_wrong_with_a_new_user_is_told_at_once(desk):
    refused = refusal(
        accounts.create_user, desk, BOSS, CLI, login="Li Ming", name=" ", language="fr",
        roles=["administrater", "x"], password="short",
    )  # fmt: skip
    assert [(p.code, p.place.path) for p in refused.problems] == [
        ("login", "login"),
        ("name", "name"),
        ("language", "language"),
        ("unknown_role", "roles"),
        ("unknown_role", "roles"),
        ("password_length", "password"),
    ]
    assert "administrator" in refused.problems[3].hint.en
    assert accounts.users(desk) == ()


@pytest.mark.parametrize("login", ["", "operator", "system", "李", "a b", ".a", "x" * 61, "a\n"])
def test_logins_that_are_refused(desk, login):
    if login == "a\n":  # surrounding blanks are dropped, not kept
        assert made(desk, login=login).user.login == "a"
        return
    assert "login" in {p.code for p in refusal(made, desk, login=login).problems}


def test_a_login_is_taken_once_for_all(desk):
    made(desk)
    made(desk, login="wang")
    accounts.set_active(desk, BOSS, CLI, "li", False)
    assert refusal(made, desk, login="LI").status == 409


def test_only_administrators_keep_accounts(desk):
    made(desk)
    for roles, scopes in (((), None), (("sales",), None), (("administrator",), {"write"})):
        nobody = Actor("x", "X", roles, None if scopes is None else frozenset(scopes))
        for call, more in (
            (accounts.create_user, {"login": "a", "name": "A", "roles": ["administrator"]}),
            (accounts.reset_password, {"login": "li"}),
            (accounts.set_roles, {"login": "li", "roles": ["administrator"]}),
            (accounts.set_active, {"login": "li", "active": False}),
            (accounts.create_token, {"login": "li", "name": "t", "scopes": ["read"]}),
        ):
            assert refusal(call, desk, nobody, CLI, **more).status == 403
        assert refusal(accounts.tokens, desk, nobody).status == 403
        assert refusal(accounts.tokens, desk, nobody, "li").status == 403


def test_wrong_password_unknown_login_and_disabled_account(desk):
    made(desk)
    made(desk, login="wang")
    said = [
        refusal(accounts.check_password, desk, login, word)
        for login, word in (("li", "wrong"), ("nobody", GOOD), ("", ""), ("x" * 10_000, GOOD))
    ]
    assert {one.status for one in said} == {401}
    assert len({one.problems for one in said}) == 1  # nothing tells which logins exist
    accounts.set_active(desk, BOSS, CLI, "li", False)
    assert refusal(accounts.check_password, desk, "li", "wrong").problems == said[0].problems
    assert refusal(accounts.check_password, desk, "li", GOOD).problems[0].code == "account_disabled"
    accounts.set_active(desk, BOSS, CLI, "li", True)
    assert accounts.check_password(desk, "li", GOOD).login == "li"


def test_guessing_is_stopped_before_the_right_password(desk):
    made(desk)
    for _ in range(LOGIN_LIMIT):
        refusal(accounts.check_password, desk, "li", "wrong", "10.0.0.1")
    refused = refusal(accounts.check_password, desk, "LI ", GOOD, "10.0.0.2")
    assert isinstance(refused, TooMany) and 1 <= refused.seconds <= 300
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        accounts.check_password(desk, "li", GOOD, "10.0.0.2")


def test_a_hash_of_older_parameters_is_renewed_at_sign_in(desk):
    before = made(desk).user
    old = replace(before, password_hash=PasswordHasher(time_cost=2, memory_cost=32).hash(GOOD))
    with desk.store.unit() as unit:
        unit.accounts.change_user(old)
    signed_in = accounts.check_password(desk, "li", GOOD)
    assert not passwords.outdated(signed_in.password_hash)
    assert accounts.user(desk, "li") == signed_in
    assert accounts.check_password(desk, "li", GOOD) == signed_in


def test_a_person_changes_their_own_password(desk):
    actor = accounts.actor_of(made(desk).user)
    refused = refusal(accounts.change_password, desk, actor, "wrong", "short")
    assert [p.place.path for p in refused.problems] == ["present", "password"]
    changed = accounts.change_password(desk, actor, GOOD, "another good one")
    assert accounts.check_password(desk, "li", "another good one") == changed
    assert refusal(accounts.check_password, desk, "li", GOOD).status == 401
    narrow = replace(actor, scopes=frozenset({"admin"}))
    assert refusal(accounts.change_password, desk, narrow, GOOD, GOOD).status == 403
    assert refusal(accounts.change_password, desk, BOSS, GOOD, GOOD).status == 403


def test_an_open_session_is_no_way_to_guess_the_password(desk):
    actor = accounts.actor_of(made(desk).user)
    for _ in range(LOGIN_LIMIT):
        refusal(accounts.change_password, desk, actor, "wrong", "another good one")
    refused = refusal(accounts.change_password, desk, actor, GOOD, "another good one")
    assert refused.status == 429


def test_an_administrator_resets_a_password(desk):
    made(desk)
    fresh = accounts.reset_password(desk, BOSS, CLI, "LI").password
    assert accounts.check_password(desk, "li", fresh).login == "li"
    assert accounts.reset_password(desk, BOSS, CLI, "li", "chosen by hand").password == ""
    assert accounts.check_password(desk, "li", "chosen by hand").login == "li"
    assert refusal(accounts.reset_password, desk, BOSS, CLI, "nobody").status == 404
    assert refusal(accounts.reset_password, desk, BOSS, CLI, "li", "short").status == 422


def test_the_last_administrator_stays(desk):
    made(desk)
    assert refusal(accounts.set_active, desk, BOSS, CLI, "li", False).status == 409
    made(desk, login="wang")
    assert accounts.set_active(desk, BOSS, CLI, "li", False).active is False
    assert refusal(accounts.set_active, desk, BOSS, CLI, "wang", False).status == 409
    assert refusal(accounts.set_roles, desk, BOSS, CLI, "wang", ["nothing"]).status == 422
    assert refusal(accounts.set_roles, desk, BOSS, CLI, "wang", []).status == 422


def test_every_change_is_in_the_journal_without_secrets(desk):
    created = made(desk, password=None)
    made(desk, login="wang")
    fresh = accounts.reset_password(desk, BOSS, CLI, "li")
    accounts.change_password(desk, accounts.actor_of(fresh.user), fresh.password, GOOD)
    accounts.set_roles(desk, BOSS, CLI, "li", ["administrator"])
    token = accounts.create_token(desk, BOSS, CLI, login="li", name="WMS", scopes=["read"])
    accounts.revoke_token(desk, BOSS, CLI, token.token.hash[:12])
    accounts.set_active(desk, BOSS, CLI, "li", False)
    accounts.set_active(desk, BOSS, CLI, "li", True)
    told = events(desk)
    assert [event.kind for event in told] == [
        "user_created", "user_created", "password_changed", "password_changed", "user_changed",
        "token_created", "token_revoked", "user_disabled", "user_enabled",
    ]  # fmt: skip
    assert {(e.actor, e.seen) for e in told} == {("operator", "10.0.0.1"), ("li", "")}
    text = repr(told)
    user = accounts.user(desk, "li")
    for secret in (created.password, fresh.password, GOOD, token.word, user.password_hash):
        assert secret not in text
    assert token.token.hash not in text


def test_a_token_acts_for_its_owner(desk):
    made(desk)
    token = accounts.create_token(
        desk, BOSS, CLI, login="Li", name=" WMS ", scopes=["read", "write", "read"]
    )
    actor = accounts.actor_of_token(desk, token.word)
    assert actor == Actor("li", "Li", ("administrator",), frozenset({"read", "write"}))
    [listed] = accounts.tokens(desk, BOSS)
    assert (listed.id, listed.owner.login, listed.token.name) == (
        token.token.hash[:12],
        "li",
        "WMS",
    )
    assert listed.token.last_used_at is not None
    for wrong in ("", "slt_", token.word[:-1], token.word + "x", token.word.lower(), "x" * 99_999):
        assert accounts.actor_of_token(desk, wrong) is None
    with desk.store.reading() as unit:
        assert token.word not in repr(unit.accounts.token(token.token.hash))


def test_a_token_ends(desk):
    made(desk)
    made(desk, login="wang")

    def token():
        made_ = accounts.create_token(
            desk, BOSS, CLI, login="li", name="t", scopes=["read"], days=1
        )
        assert accounts.actor_of_token(desk, made_.word) is not None
        return made_

    timed = token()
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert accounts.actor_of_token(desk, timed.word) is None
        memory(desk).tokens.clear()
        assert accounts.actor_of_token(desk, timed.word) is None
    revoked = token()
    accounts.revoke_token(desk, BOSS, CLI, revoked.token.hash[:8])
    assert accounts.actor_of_token(desk, revoked.word) is None
    owned = token()
    accounts.set_active(desk, BOSS, CLI, "li", False)
    assert accounts.actor_of_token(desk, owned.word) is None
    accounts.set_active(desk, BOSS, CLI, "li", True)
    assert accounts.actor_of_token(desk, owned.word) is not None


def test_what_another_process_changed_is_seen_when_the_memory_is_old(desk):
    user = made(desk).user
    token = accounts.create_token(desk, BOSS, CLI, login="li", name="t", scopes=["read"])
    assert accounts.actor_of_token(desk, token.word).roles == ("administrator",)
    with desk.store.unit() as unit:  # as another process would
        unit.accounts.change_user(replace(user, roles=("sales",)))
    assert accounts.actor_of_token(desk, token.word).roles == ("administrator",)
    kept = memory(desk).tokens
    for hash_, known in kept.items():
        kept[hash_] = replace(known, until=known.until - tokens.REMEMBERED)
    assert accounts.actor_of_token(desk, token.word).roles == ("sales",)


def test_the_memory_of_tokens_is_bounded(desk, monkeypatch):
    monkeypatch.setattr(tokens, "_KEPT", 3)
    made(desk)
    for _ in range(5):
        token = accounts.create_token(desk, BOSS, CLI, login="li", name="t", scopes=["read"])
        assert accounts.actor_of_token(desk, token.word) is not None
        for _ in range(5):
            assert accounts.actor_of_token(desk, passwords.new_token()) is None
        assert len(memory(desk).tokens) <= 3


def test_everything_wrong_with_a_token_is_told_at_once(desk):
    made(desk)
    refused = refusal(
        accounts.create_token, desk, BOSS, CLI,
        login="li", name="", scopes=["read", "everything", "order:read"], days=0,
    )  # fmt: skip
    assert [p.place.path for p in refused.problems] == ["name", "scopes", "scopes", "days"]
    call = accounts.create_token
    assert refusal(call, desk, BOSS, CLI, login="li", name="x", scopes=[]).status == 422
    assert refusal(call, desk, BOSS, CLI, login="no", name="x", scopes=["read"]).status == 404


def test_a_person_keeps_their_own_tokens_but_a_token_makes_no_token(desk):
    made(desk)
    user = replace(made(desk, login="wang").user, roles=())
    with desk.store.unit() as unit:
        unit.accounts.change_user(user)
    actor = accounts.actor_of(user)
    own = accounts.create_token(desk, actor, CLI, login="wang", name="mine", scopes=["read"])
    other = accounts.create_token(desk, BOSS, CLI, login="li", name="his", scopes=["read"])
    assert [one.token.name for one in accounts.tokens(desk, actor, "wang")] == ["mine"]
    refused = refusal(accounts.revoke_token, desk, actor, CLI, other.token.hash[:12])
    assert refused.status == 403
    by_token = accounts.actor_of_token(desk, own.word)
    more = {"login": "wang", "name": "more", "scopes": ["read"]}
    assert refusal(accounts.create_token, desk, by_token, CLI, **more).status == 403
    accounts.revoke_token(desk, actor, CLI, own.token.hash[:12])
    assert accounts.tokens(desk, actor, "wang") == ()


@pytest.mark.parametrize("word", ["", "zzzz", "%"])
def test_revoking_needs_one_token(desk, word):
    made(desk)
    assert refusal(accounts.revoke_token, desk, BOSS, CLI, word).status == 404
