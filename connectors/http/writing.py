"""Writing to a service that may or may not know how to do a thing once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from seamline.connector import AskPerson, Context, GiveUp, Receipt, Setback, Skip, Write
from seamline.problems import Problem, did_you_mean, shorten
from seamline.text import Text

from .calling import REPEATABLE, Caller, Refusal
from .document import Operation
from .reading import Reader
from .resources import Resource
from .shapes import at

# So long it is known what came of an order; nobody asks for one again after that.
REMEMBERED = timedelta(days=90)


class Writer:
    """Carries orders out: what is known to be done is not sent again.

    Where an answer got lost, the same request is sent again with the same idempotency key
    (`header`), or the thing is looked for by its key first (`look`), or a person is asked once,
    and whoever resumes the order then sends it (`ask`).
    """

    def __init__(
        self, settings: Mapping[str, Any], caller: Caller, reader: Reader, context: Context
    ) -> None:
        self._once = str(settings["once"])
        self._header = str(settings["once_header"])
        self._caller = caller
        self._reader = reader
        self._context = context

    def write(self, resource: Resource, order: Write) -> Receipt:
        """Carry an order out, or say what came of it before."""
        operation = resource.acts.get(order.operation)
        if operation is None:
            raise GiveUp(_unknown(order.operation, resource))
        name = hashlib.sha256(order.key.encode()).hexdigest()[:32]
        done = self._context.memory.get(f"done-{name}")
        if done is not None:
            at_ = datetime.fromisoformat(done["at"])
            return Receipt(done["reference"], at_, True, done["values"])
        stood = self._stood(resource, order)
        if stood is None:
            self._ask_if_sent(name, operation)
            answer = self._sent(resource, operation, order, name)
            reference, values = self._told(resource, order, answer)
        else:
            reference, values = stood, {}
        now = self._context.now()
        kept = {"reference": reference, "at": now.isoformat(), "values": values}
        self._context.memory.put(f"done-{name}", kept, REMEMBERED)
        return Receipt(reference, now, stood is not None, values)

    def _stood(self, resource: Resource, order: Write) -> str | None:
        """Return the key of what an earlier attempt has made, by looking for it."""
        key = order.values.get(resource.key)
        if self._once != "look" or order.operation != "create" or key in (None, ""):
            return None
        found = self._reader.find(resource, str(key))
        if found is None:
            return None
        other = [
            name for name, value in order.values.items()
            if name in found.values and str(found.values[name]) != str(value)
            and not isinstance(value, list | tuple | Mapping)
        ]  # fmt: skip
        if other:
            raise AskPerson(_taken(found.key, other))
        return found.key

    def _ask_if_sent(self, name: str, operation: Operation) -> None:
        if self._once != "ask" or operation.method in REPEATABLE:
            return
        if self._context.memory.get(f"sent-{name}") is not None:
            # Whoever resumes it after this has looked, and it is sent.
            self._context.memory.drop(f"sent-{name}")
            raise AskPerson(_may_be_done(), effect="unknown")
        self._context.memory.put(f"sent-{name}", True, REMEMBERED)

    def _sent(self, resource: Resource, operation: Operation, order: Write, name: str) -> Any:
        try:
            headers = dict(self._expected(resource, order))
            if self._once == "header":
                headers[self._header] = name
            words = _words(operation, order)
            query = {
                one.name: order.values[one.name]
                for one in operation.of("query")
                if one.name in order.values
            }
            taken = {*words, *query} - set(_properties(operation))
            body = {key: value for key, value in order.values.items() if key not in taken}
            sent = (
                body if operation.body is not None and (body or operation.body_required) else None
            )
            answer, _ = self._caller.call(operation, words, query, sent, headers)
        except Refusal as refusal:
            self._forget(name)
            raise _setback(refusal, operation, order) from None
        except Setback as setback:
            if setback.effect == "none":
                self._forget(name)
            elif self._once == "look" and operation.method not in REPEATABLE:
                raise self._unlooked(resource, order, setback) from None
            raise
        return answer

    def _unlooked(self, resource: Resource, order: Write, setback: Setback) -> Setback:
        """Return what a lost answer amounts to where looking for the thing cannot help."""
        if order.operation == "create" and order.values.get(resource.key) not in (None, ""):
            return setback
        return AskPerson(_may_be_done(), effect="unknown")

    def _forget(self, name: str) -> None:
        if self._once == "ask":
            self._context.memory.drop(f"sent-{name}")

    def _expected(self, resource: Resource, order: Write) -> Mapping[str, str]:
        """Return the header that holds off a change over another; AskPerson where one is seen."""
        if not order.expects:
            return {}
        found, tag = self._reader.found(resource, order.target)
        if found is None:
            raise AskPerson(_gone(order.target))
        moved = [
            name for name, value in order.expects.items()
            if str(found.values.get(name)) != str(value)
        ]  # fmt: skip
        if moved:
            raise AskPerson(_moved_on(order.target, moved))
        return {"If-Match": tag} if tag else {}

    def _told(self, resource: Resource, order: Write, answer: Any) -> tuple[str, dict[str, Any]]:
        for row in (answer, *(at(answer, (word,)) for word in ("data", "item", "result"))):
            if isinstance(row, Mapping) and row.get(resource.key) is not None:
                plain = {
                    name: value for name, value in row.items()
                    if isinstance(value, str | int | bool) or value is None
                }  # fmt: skip
                return str(row[resource.key]), plain
        return order.target or str(order.values.get(resource.key) or order.key), {}


def _words(operation: Operation, order: Write) -> dict[str, Any]:
    """Return the words of the path; the target is the last of them."""
    names = [one.name for one in operation.of("path")]
    words = {name: order.values[name] for name in names if name in order.values}
    return {**words, names[-1]: order.target} if order.target and names else words


def _properties(operation: Operation) -> Mapping[str, Any]:
    found = (operation.body or {}).get("properties")
    return found if isinstance(found, Mapping) else {}


def _setback(refusal: Refusal, operation: Operation, order: Write) -> Setback:
    if refusal.status in (404, 410):
        if operation.method == "delete":
            return Skip(_gone(order.target))
        return AskPerson(refusal.problem)
    if refusal.status == 412:
        return AskPerson(_moved_on(order.target, list(order.expects)))
    if refusal.status in (405, 501):
        return GiveUp(refusal.problem)
    return AskPerson(refusal.problem)


def _unknown(word: str, resource: Resource) -> Problem:
    known = ", ".join(resource.acts) or "-"
    say = Text(
        f"{resource.name} 没有操作“{word}”；可用：{known}。",
        f"{resource.name} has no operation '{word}'; there are: {known}.",
    )
    return Problem("unknown_operation", say, hint=did_you_mean(word, list(resource.acts)), got=word)


def _may_be_done() -> Problem:
    say = Text(
        "请求已发出，回答丢失：可能已经生效。",
        "The request had left and its answer got lost: it may have taken effect.",
    )
    hint = Text(
        "请到对方系统核对；没有生效时再继续，就会发送。",
        "Look in the other system; where it did not, resume this and it is sent.",
    )
    return Problem("http_may_be_done", say, hint=hint)


def _taken(key: str, fields: list[str]) -> Problem:
    words = shorten(", ".join(fields), 200)
    say = Text(
        f"对方已有 {key}，内容不同：{words}。", f"{key} is there already and differs in: {words}."
    )
    return Problem("http_key_taken", say, got=key)


def _gone(key: str) -> Problem:
    say = Text(f"对方没有 {key}。", f"There is no {key} over there.")
    return Problem("http_gone", say, got=key)


def _moved_on(key: str, fields: list[str]) -> Problem:
    words = shorten(", ".join(fields), 200)
    say = Text(f"{key} 在对方已被改动：{words}。", f"{key} was changed over there: {words}.")
    hint = Text("请核对后重新发出。", "Look at both and send it again.")
    return Problem("http_moved_on", say, hint=hint, got=words)
