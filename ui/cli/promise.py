"""Say by when an amount of an item can be delivered, and where it comes from.

Nothing is taken. DATE is the day wanted (today, if not given). `--fill` instead promises the lines
of open records that take nothing yet: those written before the promise was published.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import date
from decimal import Decimal, InvalidOperation

from seamline.fields.moments import show_date
from seamline.problems import Place, Refused, shorten
from seamline.promising.words import amount
from seamline.text import Text
from seamline.usecases import promise
from seamline.usecases.desk import Desk, open_desk

from . import MINE, OPERATOR, say, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("item", nargs="?", help="key or code of the item")
    verb.add_argument("qty", nargs="?", help="the amount")
    verb.add_argument("date", nargs="?", help="the day wanted: 2026-12-24 (else today)")
    verb.add_argument("--fill", action="store_true", help="promise open lines that take nothing")
    verb.add_argument("--promise", default="", metavar="ID", help="one promise (else every one)")
    workspace_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Answer."""
    if asked.fill:
        return _fill(asked)
    if asked.item is None or asked.qty is None:
        raise _bad("item", asked.item or "", "请写物料和数量。", "Name an item and an amount.")
    qty, wanted = _qty(asked.qty), _date(asked.date)
    with closing(open_desk(settings_of(asked))) as desk:
        quotes = promise.quote(desk, OPERATOR, asked.item, qty, wanted, asked.promise)
        for one in quotes:
            _tell(desk, one, qty)
    if not quotes:
        say(Text("工作区没有承诺。", "The workspace has no promise."))
    return 0 if quotes and all(one.promised.day for one in quotes) else MINE


def _fill(asked: argparse.Namespace) -> int:
    with closing(open_desk(settings_of(asked))) as desk:
        done = promise.fill(desk)
    say(
        Text(
            f"补作承诺 {done.promised} 行，释放 {done.released} 行。",
            f"{done.promised} lines promised, {done.released} given back.",
        )
    )
    return 0


def _tell(desk: Desk, one: promise.Quote, qty: Decimal) -> None:
    day = one.promised.day
    many = amount(qty)
    if day is None:
        say(
            Text(
                f"{one.item.key} × {many}：无法全部承诺。",
                f"{one.item.key} × {many}: not all of it.",
            )
        )
    else:
        zh, en = show_date(day, "zh"), show_date(day, "en")
        say(Text(f"{one.item.key} × {many}:{zh}可交。", f"{one.item.key} × {many}: on {en}."))
    say(one.why)
    stock = amount(one.stock)
    if one.as_of is None:
        say(Text(f"现有库存 {stock}。", f"In stock: {stock}."))
    else:
        local = f"{one.as_of.astimezone(desk.catalogs.current().zone):%Y-%m-%d %H:%M}"
        say(Text(f"现有库存 {stock}，数据截至 {local}。", f"In stock: {stock}, as of {local}."))
    say(one.assumes)


def _qty(word: str) -> Decimal:
    try:
        qty = Decimal(word)
    except InvalidOperation:
        qty = Decimal(0)
    if not qty.is_finite() or qty <= 0:
        raise _bad("qty", word, "数量应大于零。", "The amount must be more than nothing.")
    return qty


def _date(word: str | None) -> date | None:
    try:
        return date.fromisoformat(word) if word is not None else None
    except ValueError:
        raise _bad(
            "date", word or "", "日期写成 2026-12-24。", "Write a date as 2026-12-24."
        ) from None


def _bad(place: str, got: str, zh: str, en: str) -> Refused:
    return Refused.one(
        "bad_option", Text(zh, en), place=Place(f"{place}: {shorten(got)}"), status=400
    )
