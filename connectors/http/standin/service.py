"""The order desk at work: five ways of paging, five of knowing who asks, keys honoured or not."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from seamline.standins.bench import Bench
from seamline.standins.service import Answer, Args, OwnFault, Request, Route, json_answer

from .openapi import document

CREDENTIAL = "order-desk-key-of-the-stand-in"
_BASIC = base64.b64encode(f"seamline:{CREDENTIAL}".encode()).decode()
SIZE = 20


class OrderDesk:
    """A service somebody wrote: the usual habits and the usual gaps."""

    name = "http"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.faults: Mapping[str, OwnFault] = {
            "busy": _busy,
            "forbidden": _forbidden,
            "foreign": lambda request, args: None,
        }
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        start = self._bench.clock.now() - timedelta(days=30)
        self.orders: dict[str, dict[str, Any]] = {}
        for number in range(1, 66):
            code = f"SO-{number:04}"
            line = {"part": f"P{number % 7}", "quantity": number}
            self.orders[code] = {
                "code": code, "customer": f"客户 {number % 9}", "due": None, "priority": "normal",
                "state": "open", "updated_at": _stamp(start + timedelta(minutes=number)),
                "lines": [line],
            }  # fmt: skip
        self.parts = {number: {"id": number, "name": f"零件 {number}", "stock": number * 3}
                      for number in range(1, 48)}  # fmt: skip
        self.notes = [{"id": number, "text": f"note {number}"} for number in range(1, 32)]
        self.events = [{"id": number, "what": f"event {number}"} for number in range(1, 43)]
        # What was answered to an idempotency key.
        self._answered: dict[str, bytes] = {}

    def routes(self) -> Sequence[Route]:
        """Return what the document says, and the document."""
        inside = self._inside
        return (
            Route("GET", "/openapi.json", _document),
            Route("GET", "/orders", inside(self._list_orders)),
            Route("POST", "/orders", inside(self._take_order)),
            Route("GET", "/orders/{code}", inside(self._one_order)),
            Route("PATCH", "/orders/{code}", inside(self._change_order)),
            Route("DELETE", "/orders/{code}", inside(self._remove_order)),
            Route("POST", "/orders/{code}/cancel", inside(self._cancel_order)),
            Route("GET", "/parts", inside(self._list_parts)),
            Route("GET", "/parts/{id}", inside(self._one_part)),
            Route("PUT", "/parts/{id}", inside(self._set_part)),
            Route("GET", "/events", inside(self._list_events)),
            Route("GET", "/notes", inside(self._list_notes)),
            Route("POST", "/notes", inside(self._leave_note)),
            Route("GET", "/colours", inside(_colours)),
        )

    def _inside(self, handler: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        def guarded(request: Request) -> Answer:
            if not _known(request):
                return _error(401, "who are you?")
            return handler(request)

        return guarded

    def _list_orders(self, request: Request) -> Answer:
        since = request.query.get("updated_since", "")
        found = [one for one in self.orders.values() if one["updated_at"] >= since]
        found.sort(key=lambda one: (one["updated_at"], one["code"]))
        size = min(50, int(request.query.get("per_page", SIZE)))
        start = (int(request.query.get("page", 1)) - 1) * size
        return json_answer({"data": found[start : start + size], "total": len(found)})

    def _take_order(self, request: Request) -> Answer:
        key = request.headers.get("idempotency-key", "")
        if key in self._answered:
            return Answer(201, self._answered[key])
        data = request.data if isinstance(request.data, dict) else {}
        code = str(data.get("code") or "")
        if not code or not data.get("lines"):
            return _error(422, "code and lines are needed")
        if code in self.orders:
            return _error(409, f"{code} exists")
        order = {"due": None, "priority": "normal", **data, "state": "open"}
        self.orders[code] = order | {"updated_at": _stamp(self._bench.clock.now())}
        answer = json_answer(self.orders[code], status=201, effects=(f"create orders {code}",))
        if key:
            self._answered[key] = answer.body
        return answer

    def _one_order(self, request: Request) -> Answer:
        order = self.orders.get(request.words["code"])
        if order is None:
            return _error(404, "no such order")
        answer = json_answer(order)
        return Answer(200, answer.body, headers={"ETag": _tag(order)})

    def _change_order(self, request: Request) -> Answer:
        order = self.orders.get(request.words["code"])
        if order is None:
            return _error(404, "no such order")
        if request.headers.get("if-match", _tag(order)) != _tag(order):
            return _error(412, "changed meanwhile")
        order |= {**request.data, "updated_at": _stamp(self._bench.clock.now())}
        return json_answer(order, effects=(f"update orders {order['code']}",))

    def _remove_order(self, request: Request) -> Answer:
        if self.orders.pop(request.words["code"], None) is None:
            return _error(404, "no such order")
        return Answer(204, effects=(f"delete orders {request.words['code']}",))

    def _cancel_order(self, request: Request) -> Answer:
        order = self.orders.get(request.words["code"])
        if order is None:
            return _error(404, "no such order")
        if order["state"] == "cancelled":
            return _error(409, "cancelled already")
        order |= {"state": "cancelled", "updated_at": _stamp(self._bench.clock.now())}
        return json_answer(order, effects=(f"cancelOrder orders {order['code']}",))

    def _list_parts(self, request: Request) -> Answer:
        start, size = int(request.query.get("offset", 0)), int(request.query.get("limit", SIZE))
        return json_answer(list(self.parts.values())[start : start + size])

    def _one_part(self, request: Request) -> Answer:
        part = self.parts.get(_number(request.words["id"]))
        return json_answer(part) if part else _error(404, "no such part")

    def _set_part(self, request: Request) -> Answer:
        number = _number(request.words["id"])
        self.parts[number] = {**request.data, "id": number}
        return json_answer(self.parts[number], effects=(f"update parts {number}",))

    def _list_events(self, request: Request) -> Answer:
        start, size = _number(request.query.get("cursor", "0")), SIZE
        body: dict[str, Any] = {"items": self.events[start : start + size]}
        if start + size < len(self.events):
            body["next_cursor"] = str(start + size)
        return json_answer(body)

    def _list_notes(self, request: Request) -> Answer:
        start = _number(request.query.get("from", "0"))
        answer = json_answer(self.notes[start : start + SIZE])
        following = start + SIZE
        place = request.faults.get("foreign", {}).get("url", "")
        link = {"Link": f'<{place}/notes?from={following}>; rel="next"'}
        return Answer(200, answer.body, headers=link if following < len(self.notes) else {})

    def _leave_note(self, request: Request) -> Answer:
        key = request.headers.get("idempotency-key", "")
        if key in self._answered:
            return Answer(201, self._answered[key])
        note = {"id": len(self.notes) + 1, "text": str(request.data["text"])}
        self.notes.append(note)
        answer = json_answer(note, status=201, effects=("create notes",))
        if key:
            self._answered[key] = answer.body
        return answer


def _document(request: Request) -> Answer:
    told = document()
    if "foreign" in request.faults:
        told["servers"] = [{"url": str(request.faults["foreign"].get("url"))}]
    return json_answer(told)


def _known(request: Request) -> bool:
    """Return whether one of the five ways says who asks."""
    return (
        request.headers.get("authorization") in (f"Bearer {CREDENTIAL}", f"Basic {_BASIC}")
        or request.headers.get("x-api-key") == CREDENTIAL
        or request.query.get("api_key") == CREDENTIAL
    )


def _colours(request: Request) -> Answer:
    return json_answer([{"name": name} for name in ("红", "蓝", "green")])


def _error(status: int, text: str) -> Answer:
    return json_answer({"error": text}, status=status)


def _busy(request: Request, args: Args) -> Answer:
    answer = _error(429, "too many requests")
    return Answer(429, answer.body, headers={"Retry-After": str(args.get("s", 60))})


def _forbidden(request: Request, args: Args) -> Answer:
    return _error(int(args.get("status", 403)), "not allowed")


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else 0


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _tag(order: Mapping[str, Any]) -> str:
    return f'"{hashlib.sha256(json.dumps(order).encode()).hexdigest()[:16]}"'
