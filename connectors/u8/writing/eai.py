"""New sales orders by U8's EAI, which enters twice what is sent twice.

So each attempt looks in the database first, and U8 refuses the number a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from seamline.connector import Answer, AskPerson, Context, Finding, Receipt, Retry, Setback, Write
from seamline.problems import Problem, shorten
from seamline.text import Text

from .orders import MEMBERS, Orders

_TWICE = "重复"
REMEMBERED = timedelta(days=60)


class Eai:
    """Writes by the EAI page of a U8 server in the company's own network."""

    operations = ("create",)
    members = MEMBERS

    def __init__(self, settings: Mapping[str, Any], orders: Orders, context: Context) -> None:
        self._url = str(settings.get("eai_url", ""))
        self._seconds = float(settings.get("service_seconds", 60))
        self._sender = str(settings.get("eai_sender", ""))
        self._orders = orders
        self._context = context

    def check(self, title: Text) -> Finding:
        """Return whether address and sender are set; EAI has no call that leaves nothing."""
        if not self._url or not self._sender:
            hint = Text("请填写 EAI 地址与注册码。", "Fill in its address and the sender.")
            return Finding(title, False, Text("EAI 未设置", "EAI is not set up"), hint)
        return Finding(title, True, Text("EAI 已设置", "EAI is set up"))

    def write(self, order: Write) -> Receipt:
        """Enter an order once."""
        told = self._orders.told(order)
        known = self._orders.done(order)
        if known is not None:
            return known
        values = {"code": told["code"]}
        memory, asked = self._context.memory, f"asked:{order.key}"
        with memory.alone(f"order:{told['code']}"):
            # A number of ours stands for our order; a given one only while an attempt is open.
            attempted = memory.get(asked) is not None
            ours = attempted or not order.values.get("code")
            standing = self._orders.found(told)
            if standing is not None and not ours:
                raise AskPerson(_taken(told["code"]))
            if standing is not None:
                return self._orders.keep(order, standing, values, repeated=True)
            memory.put(asked, True, REMEMBERED)
            try:
                item = self._answered(told, ours=ours)
            except Setback as setback:
                if not attempted and setback.effect == "none":
                    memory.drop(asked)
                raise
            entered, standing = item.get("succeed") == "0", self._orders.found(told)
            if not entered and standing is None:
                raise AskPerson(_refused(item.get("dsc", "")))
            made = standing or item.get("u8key") or told["code"]
            return self._orders.keep(order, str(made), values, repeated=not entered)

    def _answered(self, told: Mapping[str, Any], *, ours: bool) -> Mapping[str, str]:
        """Send an order; AskPerson where EAI refuses it for good.

        An attempt that seemed to have died may have come through meanwhile: then it comes twice.
        """
        item = _item(self._sent(told))
        dsc = item.get("dsc", "")
        if item.get("succeed") != "0" and not (ours and _TWICE in dsc):
            raise AskPerson(_refused(dsc))
        return item

    def _sent(self, told: Mapping[str, Any]) -> Answer:
        root = Element(
            "ufinterface",
            {
                "roottag": "saleorder", "proc": "add", "receiver": "u8", "sender": self._sender,
                "docid": "", "codeexchanged": "N", "exportneedexch": "N", "version": "2.0",
            },
        )  # fmt: skip
        document = SubElement(root, "saleorder")
        header, body = SubElement(document, "header"), SubElement(document, "body")
        for word, value in told.items():
            if word != "entry":
                SubElement(header, word).text = str(value)
        for line in told["entry"]:
            entry = SubElement(body, "entry")
            for word, value in line.items():
                SubElement(entry, word).text = str(value)
        return self._context.http.request(
            "POST",
            self._url,
            headers={"Content-Type": "text/xml; charset=utf-8"},
            body=ElementTree.tostring(root, encoding="utf-8", xml_declaration=True),
            timeout=self._seconds,
        )


def _item(answer: Answer) -> Mapping[str, str]:
    """Return what EAI says of the order; whatever else comes leaves open what it did."""
    if answer.status in (401, 403, 404):
        raise AskPerson(_unread(f"HTTP {answer.status}", _CHECK))
    root = None
    if answer.status < 300:
        try:
            root = ElementTree.fromstring(answer.body)  # noqa: S314 - the company's own server
        except ElementTree.ParseError:
            root = None
    item = root.find("item") if root is not None else None
    if item is None:
        told = shorten(answer.body.decode("utf-8", errors="replace"), 80) or "-"
        raise Retry(_unread(f"HTTP {answer.status}, {told}"), effect="unknown")
    return item.attrib


def _unread(words: str, hint: Text | None = None) -> Problem:
    say = Text(f"EAI 没有给出结果({words})。", f"EAI gave no result ({words}).")
    return Problem("u8_garbled", say, hint=hint)


def _taken(code: str) -> Problem:
    word = shorten(code)
    say = Text(f"U8 里已有订单 {word}。", f"U8 has an order {word} already.")
    hint = Text(
        "换一个单据号，或不写，由本系统编号。", "Give another number, or none: then we make one."
    )
    return Problem("number_taken", say, hint=hint, got=word)


def _refused(dsc: str) -> Problem:
    told = shorten(dsc or "?", 300)
    return Problem("u8_refused", Text(f"U8 EAI:{told}", f"U8's EAI says: {told}"), got=told[:60])


_CHECK = Text("请检查 EAI 地址。", "Check the address of EAI.")
