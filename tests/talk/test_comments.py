"""Comments: who may write and remove them, whom they reach, and that the chain keeps them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from seamline.facts import Actor
from seamline.problems import Refused
from seamline.usecases import accounts, comments, install, look, notices, verify
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submitted

from .conftest import ADMIN, API, CLERK, PASSWORD, RISK, SMALL_DESK

Place = Callable[..., Submitted]
SUN = Actor("sun", "Sun", ("clerk",))
SUPPLIER = Actor("pan", "Pan", ("partner",))


def say(desk: Desk, actor: Actor, order: Submitted, text: str) -> int:
    return comments.comment(desk, actor, API, "order", order.record.id, text).seq


def words(desk: Desk, actor: Actor, order: Submitted) -> list[object]:
    """Return the words of the comments an actor sees, newest first."""
    events = look.timeline(desk, actor, "order", order.record.code)
    return [event.body.get("text") for event in events if event.kind == "commented"]


@pytest.mark.cap(116)
def test_a_comment_stands_in_the_story_and_reaches_whom_it_names(desk: Desk, place: Place) -> None:
    order = place()
    say(desk, CLERK, order, "  @sun and @Chen, a@wu is no name;\r\nsee @nobody  ")
    assert words(desk, SUN, order) == ["@sun and @Chen, a@wu is no name;\nsee @nobody"]
    for actor in (SUN, RISK):
        (told,) = notices.inbox(desk, actor).items
        assert told.notice.kind == "mention"
        assert told.say.en == f"Li mentions you on Order {order.record.code}"
    say(desk, SUN, order, "done")
    assert [one.notice.kind for one in notices.inbox(desk, CLERK).items] == ["followed"]
    assert notices.inbox(desk, RISK).items == notices.inbox(desk, RISK, kind="mention").items
    assert verify.workspace(desk, ADMIN).sound


def test_following_ends_when_asked(desk: Desk, place: Place) -> None:
    order = place()
    say(desk, CLERK, order, "mine")
    assert comments.follow(desk, SUN, "order", order.record.code, True)
    assert comments.follows(desk, SUN, order.record)
    assert not comments.follow(desk, SUN, "order", order.record.code, True)
    assert comments.follow(desk, SUN, "order", order.record.code, False)
    say(desk, CLERK, order, "more")
    assert notices.inbox(desk, SUN).items == ()


def test_who_may_not_read_the_record_is_neither_offered_nor_named(desk: Desk, place: Place) -> None:
    order = place()
    accounts.create_user(
        desk, ADMIN, API, login="boss", name="Boss", roles=["administrator"], password=PASSWORD
    )
    offered = comments.people(desk, CLERK, "order", order.record.code, "")
    assert [one.id for one in offered] == ["boss", "chen", "sun", "wu", "zhao"]
    found = comments.people(desk, CLERK, "order", order.record.code, "ZH")
    assert [(one.id, one.name, one.outside) for one in found] == [("zhao", "Zhao", False)]
    stranger = Actor("x", "X", ())
    for act in (
        lambda: comments.people(desk, stranger, "order", order.record.code, ""),
        lambda: say(desk, stranger, order, "hello"),
        lambda: comments.follow(desk, stranger, "order", order.record.code, True),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 403


@pytest.mark.parametrize("text", ["", " \n ", "\0", "x" * 4001])
def test_a_comment_has_words_and_an_end(desk: Desk, place: Place, text: str) -> None:
    order = place()
    with pytest.raises(Refused) as refused:
        say(desk, CLERK, order, text)
    assert [one.code for one in refused.value.problems] == ["comment_length"]
    assert words(desk, CLERK, order) == []


def test_a_token_that_only_reads_writes_no_comment(desk: Desk, place: Place) -> None:
    order = place()
    for scopes, allowed in (({"read"}, False), ({"order:write", "order:read"}, True)):
        actor = Actor("li", "Li", ("clerk",), frozenset(scopes))
        if allowed:
            assert say(desk, actor, order, "by a program")
        else:
            with pytest.raises(Refused) as refused:
                say(desk, actor, order, "by a program")
            assert refused.value.status == 403


@pytest.mark.cap(116)
def test_a_removed_comment_stays_for_administrators_and_for_the_chain(
    desk: Desk, place: Place
) -> None:
    order = place()
    seq = say(desk, CLERK, order, "the secret price")
    with pytest.raises(Refused) as refused:
        comments.remove(desk, SUN, API, "order", order.record.id, seq)
    assert refused.value.status == 403
    with pytest.raises(Refused) as refused:
        comments.remove(desk, CLERK, API, "order", order.record.id, order.event.seq)
    assert refused.value.status == 404
    gone = comments.remove(desk, CLERK, API, "order", order.record.id, seq)
    assert comments.remove(desk, ADMIN, API, "order", order.record.id, seq).seq == gone.seq
    assert words(desk, SUN, order) == [None]
    assert words(desk, CLERK, order) == [None]
    assert words(desk, ADMIN, order) == ["the secret price"]
    told = look.told(desk, SUN, "order", order.record.code)
    assert "secret" not in str(told.events)
    assert verify.workspace(desk, ADMIN).sound


@pytest.mark.cap(45)
def test_somebody_of_another_company_sees_only_what_names_them(
    desk: Desk, place: Place, tmp_path: Path
) -> None:
    order = place()
    package = tmp_path / "with_partner"
    _copy(SMALL_DESK, package)
    (package / "roles/partner.yaml").write_text(
        "seamline: 1\nrole: partner\ntitle: Partner\nkind: external\n"
        "grants: [{form: order, read: true}]\n",
        encoding="utf-8",
    )
    install.publish(desk, ADMIN, API, package)
    accounts.create_user(desk, ADMIN, API, login="pan", name="Pan", roles=["partner"])
    say(desk, CLERK, order, "our margin is thin")
    assert [one.outside for one in comments.people(desk, CLERK, "order", order.record.id, "pan")]
    named = say(desk, CLERK, order, "@pan when can you deliver?")
    comments.remove(desk, CLERK, API, "order", order.record.id, say(desk, CLERK, order, "oops"))
    say(desk, SUPPLIER, order, "@sun on Friday")
    assert words(desk, SUPPLIER, order) == ["@sun on Friday", "@pan when can you deliver?"]
    assert [one.notice.event for one in notices.inbox(desk, SUPPLIER).items] == [named]
    assert comments.people(desk, SUPPLIER, "order", order.record.id, "") == ()
    assert notices.inbox(desk, SUN).items == ()
    assert [one.notice.kind for one in notices.inbox(desk, CLERK).items] == ["followed"]


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            copied = target / path.relative_to(source)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.write_bytes(path.read_bytes())
