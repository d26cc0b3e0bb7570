"""The connection to one account: sends once per number, whatever gets lost on the way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from seamline.connector import (
    AskPerson,
    Context,
    Delivery,
    Entity,
    Finding,
    GiveUp,
    Happening,
    Incoming,
    Message,
    Retry,
    Setback,
    Taken,
)
from seamline.problems import Problem
from seamline.text import Text

from . import codes, templates
from .aliyun import Aliyun
from .provider import Failed, Outcome, Provider, Trace
from .templates import Template
from .tencent import Tencent

_REMEMBERED = timedelta(days=3)
_LOST = Text(
    "上次的回答丢失，是否已发出未知。", "The answer got lost; whether it went out is not known."
)
_TRACED_FOR = timedelta(minutes=10)  # a lost attempt is looked for that long
_LOOK_AGAIN = timedelta(minutes=1)
_WAITING = Text("正在查询上次是否已发出。", "Looking up whether the last attempt went out.")


class SmsVoice:
    """Text messages and calls by one provider."""

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._context = context
        self._templates = templates.read(settings.get("templates") or ())
        tencent = settings["provider"] == "tencent"
        self._provider: Provider = (Tencent if tencent else Aliyun)(settings, context)

    def check(self) -> Sequence[Finding]:
        """Say whether key, signature and clock are right."""
        title = Text("调用短信服务商", "Calling the provider")
        try:
            self._provider.ping()
        except Failed as failed:
            setback = codes.verdict(failed.code, failed.message).setback(failed.code)
            return [Finding(title, False, setback.problem.say, setback.problem.hint)]
        except Setback as found:
            return [Finding(title, False, found.problem.say, found.problem.hint)]
        count = len(self._templates)
        return [
            Finding(title, True, Text("密钥和时钟正确。", "Key and clock are right.")),
            Finding(
                Text("模板", "Templates"), count > 0,
                Text(f"登记了 {count} 个模板。", f"{count} templates are entered."),
                None if count else Text("请登记已审核的模板。", "Enter those that are approved."),
            ),
        ]  # fmt: skip

    def describe(self) -> Sequence[Entity]:
        """Return nothing: there is nothing to read or write there."""
        return ()

    def close(self) -> None:
        """Nothing is held open."""

    def send(self, message: Message) -> Sequence[Delivery]:
        """Send to each number that has not had the message yet, by the template's medium."""
        template = templates.chosen(self._templates, message)
        words = template.words(message)
        done = self._remembered(message.key)
        left = []
        for address in dict.fromkeys(message.to):
            if address in done:
                continue
            if not templates.number(address):
                why = codes.verdict("isv.MOBILE_NUMBER_ILLEGAL").say
                done[address] = Delivery(address, "failed", why=why, at=self._context.now())
            elif not self._found_again(message, template, address, done):
                left.append(address)
        size = self._provider.batch if template.medium == "sms" else 1
        for start in range(0, len(left), size):
            self._part(message.key, template, words, left[start : start + size], done)
        return [done[address] for address in dict.fromkeys(message.to)]

    def _found_again(
        self, message: Message, template: Template, address: str, done: dict[str, Delivery]
    ) -> bool:
        """Return whether an earlier attempt is accounted for; raises Retry while it is not.

        Where that cannot be known, a person is asked once if the message says so.
        """
        key = message.key
        memory, name = self._context.memory, _name("trying", key, address)
        began = memory.get(name)
        if began is None:
            return False
        at = datetime.fromisoformat(began)
        trace = self._traced(template, templates.number(address), _mark(key, template, address), at)
        if not trace.state:
            settled = self._provider.settled
            age = self._context.now() - at
            if settled is not None and age >= settled:
                memory.drop(name)
                return False
            left = (settled or _TRACED_FOR) - age
            if left > timedelta():
                # Once soon, for most leave a trace at once; then when it is certain.
                after = _LOOK_AGAIN if age < _LOOK_AGAIN else left
                raise Retry(Problem("sms_lost", _WAITING), after, "unknown")
            trace = Trace("unknown")
        if trace.state == "unknown":
            if message.options.get("ask"):
                memory.drop(name)  # whoever resumes it has looked: it is sent
                raise AskPerson(_unsure(address), effect="unknown")
            trace = Trace("unknown", why=_LOST, at=self._context.now())
        self._keep(key, template, address, trace.delivery(address), done)
        return True

    def _traced(self, template: Template, number: str, mark: str, at: datetime) -> Trace:
        try:
            return self._provider.trace(template.medium, number, mark, at)
        except Failed as failed:
            raise codes.verdict(failed.code, failed.message).setback(failed.code) from None

    def _part(
        self,
        key: str,
        template: Template,
        words: Mapping[str, str],
        addresses: Sequence[str],
        done: dict[str, Delivery],
    ) -> None:
        now = self._context.now()
        for address in addresses:
            self._context.memory.put(_name("trying", key, address), now.isoformat(), _REMEMBERED)
        try:
            said = self._handed_over(key, template, words, addresses)
        except Retry as setback:
            if setback.effect == "none":
                self._forget(key, addresses)
                raise
            # Before it can have left a trace there is nothing to look for.
            raise Retry(setback.problem, setback.after or _LOOK_AGAIN, "unknown") from None
        except Failed as failed:
            self._forget(key, addresses)
            raise codes.verdict(failed.code, failed.message).setback(failed.code) from None
        self._took(key, template, said, done)

    def _handed_over(
        self, key: str, template: Template, words: Mapping[str, str], addresses: Sequence[str]
    ) -> Mapping[str, Outcome]:
        numbers = {templates.number(address): address for address in addresses}
        mark = _mark(key, template, addresses[0])
        if template.medium == "voice":
            (number,) = numbers
            try:
                said = {number: self._provider.call(number, template, words, mark)}
            except Failed as failed:
                said = {number: Outcome("", failed.code, failed.message)}
        else:
            said = dict(self._provider.sms(list(numbers), template, words, mark))
        return {numbers[number]: outcome for number, outcome in said.items()}

    def _took(
        self,
        key: str,
        template: Template,
        said: Mapping[str, Outcome],
        done: dict[str, Delivery],
    ) -> None:
        """Keep what is certain for each number; raise the worst of what is not."""
        setbacks: list[Setback] = []
        for address, outcome in said.items():
            verdict = codes.verdict(outcome.code, outcome.message) if outcome.code else None
            if verdict is None or verdict.next == "failed":
                now = self._context.now()
                why = verdict.say if verdict else None
                state: Any = "failed" if verdict else "accepted"
                delivery = Delivery(address, state, outcome.reference, why, now)
                self._keep(key, template, address, delivery, done)
                continue
            setbacks.append(verdict.setback(outcome.code))
            if not verdict.lost:
                self._forget(key, [address])
        if setbacks:
            raise max(setbacks, key=lambda one: not isinstance(one, Retry))

    def _keep(
        self,
        key: str,
        template: Template,
        address: str,
        delivery: Delivery,
        done: dict[str, Delivery],
    ) -> None:
        done[address] = delivery
        memory = self._context.memory
        why = [delivery.why.zh, delivery.why.en] if delivery.why else None
        kept = {
            one.to: [one.state, one.reference, [one.why.zh, one.why.en] if one.why else None]
            for one in done.values()
        }
        memory.put(f"sent:{key}", kept, _REMEMBERED)
        if delivery.reference:
            at = self._context.now().isoformat()
            facts = [template.medium, address, at, delivery.state, why]
            memory.put(f"reference:{delivery.reference}", facts, _REMEMBERED)
        self._forget(key, [address])

    def _forget(self, key: str, addresses: Sequence[str]) -> None:
        for address in addresses:
            self._context.memory.drop(_name("trying", key, address))

    def _remembered(self, key: str) -> dict[str, Delivery]:
        kept: Mapping[str, Any] = self._context.memory.get(f"sent:{key}") or {}
        return {
            to: Delivery(to, state, reference, Text(*why) if why else None, self._context.now())
            for to, (state, reference, why) in kept.items()
        }

    def delivery(self, reference: str) -> Sequence[Delivery]:
        """Return what became of a message; nothing where it is not ours or too long ago."""
        facts = self._context.memory.get(f"reference:{reference}")
        if facts is None:
            return ()
        medium, address, at = facts[:3]
        moment = datetime.fromisoformat(at)
        number = templates.number(address)
        try:
            trace = self._provider.receipt(medium, reference, number, moment)
        except Failed as failed:
            raise codes.verdict(failed.code, failed.message).setback(failed.code) from None
        pushed = self._context.memory.get(f"pushed:{reference}")
        if trace.state in (None, "accepted") and pushed is not None:
            state, why = pushed
            trace = Trace(state, reference, Text.same(why) if why else None)
        if not trace.state:
            trace = Trace("accepted", reference)
        return [trace.delivery(address, reference)]

    def receive(self, request: Incoming) -> Taken:
        """Take receipts the provider pushes; neither signs them, so the address holds a secret."""
        wanted = self._context.secret("push_token")
        given = request.query.get("token", "")
        if not wanted or not hmac.compare_digest(given.encode(), wanted.encode()):
            say = Text("请求不是来自短信服务商。", "The request is not from the provider.")
            raise GiveUp(Problem("sms_callback_token", say))
        found = tuple(_pushed(request.body))
        for one in found:
            kept = [one.values["state"], one.values["why"]]
            reference = one.values["reference"]
            self._context.memory.put(f"pushed:{reference}", kept, _REMEMBERED)
        body = json.dumps({"code": 0, "msg": "OK", "result": 0, "errmsg": "OK"}).encode()
        return Taken(found, body=body, content_type="application/json; charset=utf-8")


def _pushed(body: bytes) -> Sequence[Happening]:
    """Return the receipts in what was pushed, without the numbers they are about."""
    try:
        data = json.loads(body)
    except ValueError as error:
        say = Text("回执无法读取。", "The receipt cannot be read.")
        raise GiveUp(Problem("sms_callback_body", say)) from error
    if isinstance(data, dict):
        inner = data.get("voiceprompt_callback")
        data = [inner] if isinstance(inner, dict) else [data]
    found = []
    for one in data if isinstance(data, list) else ():
        receipt = _receipt(one) if isinstance(one, dict) else None
        if receipt is not None:
            found.append(
                Happening("receipt", f"{receipt['reference']}:{receipt['state']}", receipt)
            )
    return found


def _receipt(one: Mapping[str, Any]) -> dict[str, str] | None:
    reference = one.get("biz_id") or one.get("sid") or one.get("callid") or one.get("call_id")
    if not reference:
        return None
    good = one.get("success") is True or one.get("report_status") == "SUCCESS"
    good = good or ("callid" in one and str(one.get("result")) == "0")
    good = good or str(one.get("status_code", "")) == "200000"
    why = "" if good else str(one.get("err_code") or one.get("errmsg") or one.get("result") or "")
    state = "delivered" if good else "failed"
    return {"reference": str(reference), "state": state, "why": why[:60]}


def _unsure(address: str) -> Problem:
    number = address[-4:]
    say = Text(
        f"发给 …{number} 的请求回答丢失，服务商查不到：是否已发出未知。",
        f"The answer about …{number} got lost and the provider cannot look it up:"
        " whether it went out is not known.",
    )
    hint = Text(
        "请问对方：已收到则跳过这一步，没有则继续，会再发一次。",
        "Ask whether it came: where it did, skip the step; where not, go on and it is sent.",
    )
    return Problem("sms_unsure", say, hint=hint)


def _name(kind: str, key: str, address: str) -> str:
    return f"{kind}:{key}:{hashlib.sha256(address.encode()).hexdigest()[:16]}"


def _mark(key: str, template: Template, address: str) -> str:
    """Return our name for an attempt at the provider: at most the 15 letters a call may have.

    With text messages of one call it is that of all its numbers.
    """
    about = key if template.medium == "sms" else f"{key}:{address}"
    return base64.b32encode(hashlib.sha256(about.encode()).digest()).decode()[:15].lower()
