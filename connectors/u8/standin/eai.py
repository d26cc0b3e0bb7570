"""U8's EAI: XML posted to import.asp, one status 200 for everything, and what it says inside."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from seamline.standins.bench import Bench
from seamline.standins.service import Answer, Args, OwnFault, Request, Route, text_answer

from .company import CUSTOMER, INVENTORY, SALEORDER, Company, Kind, Refusal

SENDERS = ("001",)
_KINDS = {kind.name: kind for kind in (SALEORDER, CUSTOMER, INVENTORY)}
_ASP_ERROR = (
    "<html><head><title>500</title></head><body><font face='宋体'>Microsoft VBScript 运行时错误 "
    "'800a01ad'<br>ActiveX 部件不能创建对象<br>/u8eai/import.asp，行 32</font></body></html>"
)


class Eai:
    """The page of one U8 server; it knows no idempotency: what is sent twice is entered twice."""

    name = "u8-eai"

    def __init__(self, bench: Bench, path: Path) -> None:
        self._path = path
        self.faults: Mapping[str, OwnFault] = {
            "refused": lambda request, args: _item(1, str(args.get("dsc", "单据保存失败"))),
            "empty_body": lambda request, args: Answer(200, b"", "text/xml"),
            "asp_error": _asp_error,
        }

    def reset(self) -> None:
        """Nothing is remembered; the company stays as it is."""

    def routes(self) -> Sequence[Route]:
        """Return the page."""
        return (Route("POST", "/u8eai/import.asp", self._import),)

    def _import(self, request: Request) -> Answer:
        try:
            root = ElementTree.fromstring(request.body)  # noqa: S314 - on this machine, from its user
        except ElementTree.ParseError as error:
            return _item(1, f"XML 解析错误：{error}")
        if root.tag != "ufinterface" or root.get("sender") not in SENDERS:
            return _item(1, f"外部系统注册码 {root.get('sender')} 未注册")
        kind, act = _KINDS.get(root.get("roottag", "")), root.get("proc", "").lower()
        if kind is None or act not in ("add", "edit"):
            return _item(1, f"不支持 {root.get('roottag')} 的 {root.get('proc')}")
        items, effects = [], []
        for element in root.findall(kind.name):
            told = _told(element)
            code = str(told.get("code") or element.get("id") or "")
            try:
                number = self._entered(kind, act, told)
            except Refusal as refusal:
                items.append((1, str(refusal), code, ""))
                continue
            items.append((0, "ok", code, number))
            effects.append(f"{act} {kind.name} {number}")
        return _answer(items, tuple(effects))

    def _entered(self, kind: Kind, act: str, told: Mapping[str, Any]) -> str:
        with closing(sqlite3.connect(self._path, timeout=10)) as connection:
            company = Company(connection)
            return company.add(kind, told) if act == "add" else company.edit(kind, told)


def _told(element: Element) -> dict[str, Any]:
    """Return what a record says: its header, or itself where it has none, and its entries."""
    header = element.find("header")
    told: dict[str, Any] = {
        one.tag: (one.text or "").strip() for one in (element if header is None else header)
    }
    entries = [
        {one.tag: (one.text or "").strip() for one in entry}
        for body in element.findall("body")
        for entry in body.findall("entry")
    ]
    return {**told, "entry": entries} if entries else told


def _item(succeed: int, dsc: str) -> Answer:
    return _answer([(succeed, dsc, "", "")], ())


def _answer(items: Sequence[tuple[int, str, str, str]], effects: tuple[str, ...]) -> Answer:
    root = Element("ufinterface", {"roottag": "return", "receiver": "001", "sender": "u8"})
    for succeed, dsc, key, own in items:
        told = {"succeed": str(succeed), "dsc": dsc, "key": key, "u8key": own}
        ElementTree.SubElement(root, "item", told)
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Answer(200, body, "text/xml; charset=utf-8", effects=effects)


def _asp_error(request: Request, args: Args) -> Answer:
    return text_answer(_ASP_ERROR, kind="text/html")
