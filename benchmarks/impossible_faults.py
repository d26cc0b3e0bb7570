"""Faults that a connector cannot have, or that another command plays, and why."""

from __future__ import annotations

IMPOSSIBLE = (
    ("u8, odbc", "5xx, rate limit, truncated body, expired token",
     "a database by ODBC has no HTTP; held, gone and torn stand for them"),
    ("kingdee", "rate limit by an error code", "it has none; 503 with Retry-After is played"),
    ("kingdee, u8, odbc, http, files", "duplicate callback", "they do not call back"),
    ("wecom, sms_voice", "duplicate callback", "no operation of ours: tests/messaging plays it"),
    ("wecom, sms_voice", "partial delivery, silent drop",
     "accepted and not seen to arrive: the ladder's, tests/messaging/test_ladder.py"),
    ("kingdee, u8, http", "partial delivery", "a write is of one thing: there or not"),
    ("http", "lost answers of a service without idempotency keys",
     "'once: ask' puts them before a person: tests/connectors/http/test_connector.py"),
    ("files", "write, send, expired token", "it only reads, and there is no sign-in to a folder"),
    ("odbc", "write, send", "it only reads"),
    ("wecom, sms_voice", "read since", "pipelines read nothing there: receipts are asked for"),
)  # fmt: skip
