"""The mailbox keeps the contract; what it reads is what the messages say; it says no password."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from seamline.connecting import Allowed, Seal, SecretReader, Setup, Turns, discovered, opened
from seamline.connector import AskPerson, GiveUp, Retry
from seamline.store import open_store
from seamline.testing.connector_contract import Case, ConnectorContract

from .conftest import PASSWORD, USER, letter


def settings_of(post, **more):
    port = post.server.server_address[1]
    return {"server": "127.0.0.1", "port": port, "user": USER, "encryption": "none"} | more


class TestMailbox(ConnectorContract):
    connector = "mailbox"

    @pytest.fixture
    def case(self, post):
        @contextmanager
        def cut():
            post.away = True
            yield
            post.away = False

        return Case(
            settings=settings_of(post),
            secrets={"password": PASSWORD},
            network="loopback",
            change=lambda: post.receive(letter("新", "新的")),
            changed={"message": frozenset({"77-4"})},
            cut=cut,
        )


@pytest.fixture
def open_(tmp_path):
    """Return what opens the mailbox with settings, a password and a network."""
    store = open_store(f"sqlite:///{tmp_path / 'm.db'}")
    seal = Seal(b"k" * 32)

    def open_it(settings, password=PASSWORD, network="loopback", turns=None):
        allowed = Allowed((settings["server"],), network)
        setup = Setup("m", settings, {"password": "env:P"}, allowed, turns)
        reader = SecretReader(store, seal, environment={"P": password})
        return opened(discovered().kinds["mailbox"], setup, store, seal, reader)

    yield open_it
    store.close()


def test_a_message_is_read_with_its_attachments(open_, post):
    with open_(settings_of(post)) as mailbox:
        first, second, third = mailbox.read("message", None, 10).changes
    assert first.values["subject"] == "订单 PO-1" and first.values["from"] == "li@customer.example"
    assert first.values["date"] == datetime(2026, 2, 2, 1, 20, tzinfo=UTC)
    assert first.values["text"].strip() == "请确认交期" and first.values["from_name"] == "李工"
    assert first.values["attachments"] == [
        {"name": "合同.pdf", "type": "application/pdf", "content": b"%PDF-1.7 one"}
    ]
    assert second.values["attachments"] == [] and third.values["subject"] == ""


def test_numbers_of_another_life_begin_anew(open_, post):
    with open_(settings_of(post)) as mailbox:
        before = mailbox.read("message", None, 10)
        post.life = 78
        again = mailbox.read("message", before.cursor, 10)
        assert again.restart and [one.key for one in again.changes] == ["78-1", "78-2", "78-3"]
        assert mailbox.find("message", "77-1") is None


def test_a_message_that_is_too_long_comes_without_its_body(open_, post, monkeypatch):
    monkeypatch.setattr("seamline.connectors.mailbox.reading.MOST_BYTES", 10)
    with open_(settings_of(post)) as mailbox:
        assert len(mailbox.read("message", None, 10).changes) == 3


@pytest.mark.parametrize(
    ("more", "password", "network", "setback", "code"),
    [
        ({}, "wrong", "loopback", AskPerson, "sign_in_refused"),
        ({"folder": "Nowhere"}, PASSWORD, "loopback", AskPerson, "no_folder"),
        ({"encryption": "tls"}, PASSWORD, "loopback", AskPerson, "untrusted_certificate"),
        ({"server": "mail.example"}, PASSWORD, "public", AskPerson, "not_encrypted"),
        ({}, PASSWORD, "public", GiveUp, "address_not_allowed"),
    ],
)
def test_what_keeps_it_from_being_read_is_said(open_, post, more, password, network, setback, code):
    with open_(settings_of(post, **more), password, network) as mailbox:
        (finding,) = mailbox.check()
        with pytest.raises(setback) as raised:
            mailbox.read("message", None, 1)
    assert raised.value.problem.code == code and not finding.ok
    assert password not in str(raised.value) or password == "wrong"


def test_the_limits_of_the_connection_hold_for_a_mailbox_too(open_, post):
    turns = Turns(per_minute=2, at_once=1)
    for _ in range(2):  # the second would wait for the place of the first, were it still taken
        with open_(settings_of(post), turns=turns) as mailbox:
            mailbox.read("message", None, 1)
            mailbox.read("message", None, 1)  # over the same line: no further turn
    with open_(settings_of(post), turns=turns) as mailbox, pytest.raises(Retry) as raised:
        mailbox.read("message", None, 1)
    assert raised.value.problem.code == "limit_used_up" and raised.value.after is not None
