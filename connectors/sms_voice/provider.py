"""What the two providers have in common: sending, calling, tracing what got lost, receipts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from seamline.connector import Answer, Delivery, Retry
from seamline.problems import Problem
from seamline.text import Text

from .templates import Medium, Template

SECONDS = 10.0  # for an answer, where the settings do not say


State = Literal["accepted", "delivered", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a provider said to one number: its name for the message, or why not."""

    reference: str = ""
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """What is known of a message: `state` as in a delivery, nothing known where it is None."""

    state: State | None = None
    reference: str = ""
    why: Text | None = None
    at: datetime | None = None

    def delivery(self, to: str, reference: str = "") -> Delivery:
        """Return it as the delivery to an address."""
        known = self.state or "unknown"
        return Delivery(to, known, reference or self.reference, self.why, self.at)


class Failed(Exception):
    """The provider refused a whole call by a code."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(code)


class Provider(Protocol):
    """One of the two."""

    # How many numbers go into one call, and after how long a message that left no trace was
    # certainly not sent; None where that is never certain.
    batch: int
    settled: timedelta | None

    def sms(
        self, numbers: Sequence[str], template: Template, words: Mapping[str, str], mark: str
    ) -> Mapping[str, Outcome]:
        """Send a text message to numbers; raises Failed or Retry."""

    def call(self, number: str, template: Template, words: Mapping[str, str], mark: str) -> Outcome:
        """Call a number and read the words to it; raises Failed or Retry."""

    def trace(self, medium: Medium, number: str, mark: str, at: datetime) -> Trace:
        """Return what became of an attempt whose answer got lost."""

    def receipt(self, medium: Medium, reference: str, number: str, at: datetime) -> Trace:
        """Return what became of a message that was accepted."""

    def ping(self) -> None:
        """Do something harmless that needs key and clock to be right."""


def understood(answer: Answer, changes: bool) -> Mapping[str, Any]:
    """Return the JSON of an answer, of a refusal (4xx) as well; raises Retry where it is none."""
    try:
        data = json.loads(answer.body)
    except ValueError:
        data = None
    if answer.status < 500 and isinstance(data, dict):
        return data
    say = Text(
        f"服务商的回答无法读取(HTTP {answer.status})。",
        f"The answer of the provider cannot be read (HTTP {answer.status}).",
    )
    raise Retry(
        Problem("sms_answer", say),
        answer.retry_after,
        "unknown" if changes and answer.status != 503 else "none",
    )
