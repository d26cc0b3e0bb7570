"""The HTTP connector keeps what every connector keeps."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from seamline.connector import Write
from seamline.connectors.http.standin.service import CREDENTIAL
from seamline.testing.connector_contract import Case, ConnectorContract

from .conftest import settings

ORDER = {"code": "NEW-1", "customer": "甲", "lines": [{"part": "P1", "quantity": 2}]}


class TestHttp(ConnectorContract):
    """Against the order desk."""

    connector = "http"

    @pytest.fixture
    def case(self, desk):
        service = desk.services["http"]

        def change():
            order = service.orders["SO-0009"]
            order |= {"updated_at": f"{desk.bench.clock.now():%Y-%m-%dT%H:%M:%S.%fZ}"}

        @contextmanager
        def cut():
            desk.fault("reset")
            yield
            desk.heal()

        def effects(order):
            about = order.target or order.values.get("code") or ""
            return desk.effects().count(f"{order.operation} {order.entity} {about}".strip())

        return Case(
            settings=settings(desk),
            secrets={"credential": CREDENTIAL},
            network="loopback",
            change=change,
            changed={"orders": frozenset({"SO-0009"})},
            cut=cut,
            orders=[
                Write("orders", "create", "o1", ORDER),
                Write("orders", "update", "o2", {"priority": "urgent"}, "NEW-1"),
                Write("orders", "cancelOrder", "o3", {"reason": "客户取消"}, "NEW-1"),
                Write("orders", "delete", "o4", {}, "SO-0001"),
                Write("parts", "update", "p1", {"name": "新", "stock": 5}, "3"),
                Write("notes", "create", "n1", {"text": "喂"}),
            ],
            effects=effects,
        )
