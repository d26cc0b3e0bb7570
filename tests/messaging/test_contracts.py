"""Both connectors keep the contract of connectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from seamline.connector import Message
from seamline.testing.connector_contract import Case, ConnectorContract


@contextmanager
def _away(world: Any) -> Iterator[None]:
    world.standin.fault("reset")
    try:
        yield
    finally:
        world.standin.heal()


class TestWeCom(ConnectorContract):
    """WeCom."""

    connector = "wecom"

    @pytest.fixture
    def case(self, wecom: Any, settings_of: Any) -> Case:
        settings, secrets = settings_of("wecom", wecom.standin.url)
        wecom.standin.reset()
        service = wecom.standin.services["wecom"]
        sent = Message("key-1", ("m01",), "", "你好")
        return Case(
            settings=settings, secrets=secrets, network="loopback",
            cut=lambda: _away(wecom), messages=(sent,),
            orders=(), effects=lambda order: len(service.chats.sent),
        )  # fmt: skip


class TestSmsVoice(ConnectorContract):
    """Text messages and calls."""

    connector = "sms_voice"

    @pytest.fixture
    def case(self, sms: Any, settings_of: Any, provider: str) -> Case:
        settings, secrets = settings_of("sms_voice", sms.standin.url, provider)
        sms.standin.reset()
        words = {"code": "OD-2026-11-00001", "due": "11-28"}
        sent = Message("key-1", ("13800000001",), template="due_soon", parameters=words)
        return Case(
            settings=settings, secrets=secrets, network="loopback",
            cut=lambda: _away(sms), messages=(sent,),
        )  # fmt: skip
