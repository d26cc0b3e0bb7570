"""One request from its faults over its effect to the manner of the reply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from .bench import Bench
from .faults import AFTER, BEFORE, Rule
from .service import Answer, Args, Request, Route, Service, json_answer, text_answer


@dataclass(frozen=True)
class Reply:
    """An answer and how it goes out: sent, cut off, reset, or never.

    `declared` is a Content-Length that is not true.
    """

    answer: Answer
    manner: Literal["send", "cut", "reset", "hang"] = "send"
    wait_ms: float = 0
    declared: int | None = None


def exchange(bench: Bench, service: Service, route: Route, request: Request) -> Reply:
    """Answer a request; whatever goes wrong by a rule is in the journal with its effect."""
    with bench.lock:
        fired = bench.faults.drawn(service.name, request.path, request.method)
        for rule in fired:
            if rule.fault == "clock_skew":
                request.at += timedelta(seconds=float(rule.args.get("s", 600)))
        early = [one for one in fired if one.fault in BEFORE and not one.args.get("after")]
        reply = Reply(Answer()) if early else Reply(_answered(service, route, request, fired))
        effects = reply.answer.effects
        late = [one for one in fired if one.fault in AFTER or one.fault in BEFORE]
        for rule in early[:1] or late[:1]:
            reply = _BENDS[rule.fault](reply, rule.args)
        for rule in fired:
            if rule.fault == "slow":
                reply = replace(reply, wait_ms=reply.wait_ms + float(rule.args.get("ms", 1000)))
        kept = replace(request, body=b'"***"') if route.secret and request.body else request
        gone = None if reply.manner != "send" else reply.answer
        bench.journal.add(kept, gone, ",".join(one.fault for one in fired), effects)
    return reply


def _answered(service: Service, route: Route, request: Request, fired: Sequence[Rule]) -> Answer:
    request.faults = {one.fault: one.args for one in fired if one.fault in service.faults}
    for name, args in request.faults.items():
        answer = service.faults[name](request, args)
        if answer is not None:
            return answer
    return route.handler(request)


def _server_error(reply: Reply, args: Args) -> Reply:
    return replace(reply, answer=json_answer({"error": "internal"}, status=500))


def _bad_gateway(reply: Reply, args: Args) -> Reply:
    page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
    return replace(reply, answer=text_answer(page, status=502, kind="text/html"))


def _busy(reply: Reply, args: Args) -> Reply:
    answer = text_answer("Service Unavailable", status=503)
    headers = {"Retry-After": str(args.get("s", 30))}
    return replace(reply, answer=replace(answer, headers=headers))


def _truncated(reply: Reply, args: Args) -> Reply:
    whole = reply.answer.body
    answer = replace(reply.answer, body=whole[: max(1, len(whole) // 2)])
    return replace(reply, answer=answer, declared=len(whole) if args.get("declared") else None)


def _mislabelled(reply: Reply, args: Args) -> Reply:
    kind = str(args.get("type", "text/html; charset=gbk"))
    return replace(reply, answer=replace(reply.answer, content_type=kind))


# With {"after": true} a fault of BEFORE comes when the effect is done, as behind a proxy.
_BENDS: dict[str, Callable[[Reply, Args], Reply]] = {
    "http_500": _server_error,
    "http_502_html": _bad_gateway,
    "http_503_retry_after": _busy,
    "timeout": lambda reply, args: replace(reply, manner="hang"),
    "reset": lambda reply, args: replace(reply, manner="reset"),
    "lost_reply": lambda reply, args: replace(reply, manner="cut"),
    "truncated_json": _truncated,
    "wrong_content_type": _mislabelled,
}
