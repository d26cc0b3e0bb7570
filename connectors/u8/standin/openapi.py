"""U8's OpenAPI as its cloud relays it: tokens, trade ids, archives, orders and stock.

Every value of it that counts or judges is a string, `errcode` above all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from seamline.standins.bench import Bench
from seamline.standins.service import Answer, Args, OwnFault, Request, Route, json_answer

from .company import KINDS, Company, Kind, Refusal

FROM_ACCOUNT, TO_ACCOUNT = "seamline", "factory"
APP_KEY, APP_SECRET = "opa0123456789abcdef", "the-secret-of-the-stand-in"  # noqa: S105
TOKEN_LIFE = timedelta(hours=2)
ASYNC_SECONDS = 5
# The texts are the relay's own; the codes are stand-ins for codes nobody has published.
EXPIRED, NO_TOKEN, WRONG_KEY, WRONG_TRADE = "20002", "20001", "20003", "20011"
OFFLINE, LICENCE, REFUSED, NOT_FOUND, PENDING = "30002", "30008", "30010", "30011", "30012"


class OpenApi:
    """The relay and the agent behind it, which enters what is sent into one company."""

    name = "u8-openapi"

    def __init__(self, bench: Bench, path: Path) -> None:
        self._bench = bench
        self._path = path
        self.faults: Mapping[str, OwnFault] = {
            "token_expired": self._token_expired,
            "agent_offline": _refusing(OFFLINE, "U8 服务器端代理不在线"),
            "licence_full": _refusing(LICENCE, "U8 许可数已满"),
            "refused": lambda request, args: _error(REFUSED, str(args.get("errmsg", "保存失败"))),
        }
        self.reset()

    def reset(self) -> None:
        """Forget tokens and trades; the company stays as it is."""
        self._tokens: dict[str, datetime] = {}
        self._trades: set[str] = set()
        # What came of each trade or business id, None while it waits.
        self._done: dict[str, dict[str, Any] | None] = {}

    def routes(self) -> Sequence[Route]:
        """Return its calls."""
        inside = self._inside
        return (
            Route("GET", "/system/token", self._token),
            Route("GET", "/system/tradeid", inside(self._trade)),
            Route("GET", "/system/result", inside(self._result)),
            Route("GET", "/api/currentstock/batch_get", inside(self._stock)),
            Route("GET", "/api/currentstock/get", inside(self._stock)),
            Route("GET", "/api/saleorderlist/batch_get", inside(self._list)),
            Route("GET", "/api/{kind}/get", inside(self._get)),
            Route("GET", "/api/{kind}/batch_get", inside(self._list)),
            Route("POST", "/api/{kind}/add", inside(self._add)),
            Route("POST", "/api/{kind}/verify", inside(self._verify)),
        )

    def _token(self, request: Request) -> Answer:
        told = request.query
        own = (told.get("from_account"), told.get("app_key"), told.get("app_secret"))
        if own != (FROM_ACCOUNT, APP_KEY, APP_SECRET):
            return _error(WRONG_KEY, "from_account、app_key 或 app_secret 错误")
        made = token_hex(16)
        self._tokens[made] = request.at + TOKEN_LIFE
        life = int(TOKEN_LIFE.total_seconds())
        return _fine(token={"appKey": APP_KEY, "expiresIn": life, "id": made})

    def _inside(self, handler: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        def guarded(request: Request) -> Answer:
            told = request.query
            until = self._tokens.get(told.get("token", ""))
            if until is None:
                return _error(NO_TOKEN, "token 无效")
            if request.at > until:
                return _error(EXPIRED, "token 已过期")
            if (told.get("from_account"), told.get("app_key")) != (FROM_ACCOUNT, APP_KEY):
                return _error(WRONG_KEY, "from_account 或 app_key 错误")
            if request.path.startswith("/api/") and told.get("to_account") != TO_ACCOUNT:
                return _error(WRONG_KEY, "to_account 错误")
            if request.words.get("kind", "saleorder") not in KINDS:
                return _error(NOT_FOUND, f"没有接口 {request.path}")
            return handler(request)

        return guarded

    def _trade(self, request: Request) -> Answer:
        made = token_hex(12)
        self._trades.add(made)
        return _fine(trade={"id": made})

    def _get(self, request: Request) -> Answer:
        kind = KINDS[request.words["kind"]]
        with closing(self._company()) as connection:
            found = Company(connection).one(kind, request.query.get("id", ""))
        return _fine(**{kind.name: found}) if found else _error(NOT_FOUND, "没有数据")

    def _list(self, request: Request) -> Answer:
        kind = KINDS[request.words.get("kind", "saleorder")]
        told = request.query
        size, page = _span(told)
        with closing(self._company()) as connection:
            span = (told.get("date_begin", ""), told.get("date_end", ""))
            company, state = Company(connection), told.get("state", "")
            rows, count = company.listed(kind, span, state, size, size * (page - 1))
        name = "saleorderlist" if "saleorderlist" in request.path else kind.name
        return _paged(name, rows, count, size, page)

    def _stock(self, request: Request) -> Answer:
        told = request.query
        with closing(self._company()) as connection:
            rows = Company(connection).stock(told.get("invcode", ""), told.get("whcode", ""))
        size, page = _span(told)
        chosen = rows[size * (page - 1) : size * page]
        return _paged("currentstock", chosen, len(rows), size, page)

    def _add(self, request: Request) -> Answer:
        kind = KINDS[request.words["kind"]]
        told, data = request.query, request.data
        trade, business = told.get("tradeid", ""), told.get("biz_id", "")
        if bool(trade) == bool(business):
            return _error(WRONG_TRADE, "tradeid 与 biz_id 必须且只能传一个")
        if trade and trade not in self._trades:
            return _error(WRONG_TRADE, "tradeid 无效")
        body = data.get(kind.name) if isinstance(data, Mapping) else None
        if not isinstance(body, Mapping):
            return _error(REFUSED, f"缺少 {kind.name}")
        own = f"{kind.name}:{trade or business}"
        if own in self._done:
            return self._said(own, trade or business)
        if told.get("sync", "1") == "0":
            self._done[own] = None
            self._bench.clock.later(ASYNC_SECONDS, lambda: self._enter_late(own, kind, body))
            return _fine(requestid=own, tradeid=trade or business, url="/system/result")
        effects = self._enter(own, kind, body)
        answer = self._said(own, trade or business)
        return Answer(answer.status, answer.body, effects=effects)

    def _enter(self, own: str, kind: Kind, body: Mapping[str, Any]) -> tuple[str, ...]:
        """Enter a document; what U8 refuses may be sent again under the same id, mended."""
        with closing(self._company()) as connection:
            try:
                number = Company(connection).add(kind, body)
            except Refusal as refusal:
                self._done[own] = {"errcode": REFUSED, "errmsg": str(refusal)}
                return ()
        self._done[own] = {"errcode": "0", "errmsg": "", "id": number}
        return (f"add {kind.name} {number}",)

    def _enter_late(self, own: str, kind: Kind, body: Mapping[str, Any]) -> None:
        for effect in self._enter(own, kind, body):
            self._bench.deliver(self.name, kind="entered", effect=effect)

    def _said(self, own: str, trade: str) -> Answer:
        said = self._done[own]
        if said is None:
            return _error(PENDING, "正在处理")
        if said["errcode"] != "0":
            del self._done[own]
        return json_answer({**said, "tradeid": trade})

    def _result(self, request: Request) -> Answer:
        own = request.query.get("requestid", "")
        if own not in self._done:
            return _error(NOT_FOUND, "没有这个请求")
        return self._said(own, own.partition(":")[2])

    def _verify(self, request: Request) -> Answer:
        kind, data = KINDS[request.words["kind"]], request.data
        told = data.get(kind.name) if isinstance(data, Mapping) else None
        number = str(told.get("voucher_code") or "") if isinstance(told, Mapping) else ""
        with closing(self._company()) as connection:
            try:
                Company(connection).verify(kind, number, "OpenAPI")
            except Refusal as refusal:
                return _error(REFUSED, str(refusal))
        answer = _fine(id=number)
        return Answer(200, answer.body, effects=(f"verify {kind.name} {number}",))

    def _token_expired(self, request: Request, args: Args) -> Answer:
        self._tokens.clear()
        return _error(EXPIRED, "token 已过期")

    def _company(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10)


def _span(told: Mapping[str, str]) -> tuple[int, int]:
    """Return how many rows a page has, and which page is asked for."""
    size = min(1000, max(1, _number(told.get("rows_per_page", "20"))))
    return size, max(1, _number(told.get("page_index", "1")))


def _paged(name: str, rows: list[dict[str, Any]], count: int, size: int, page: int) -> Answer:
    return _fine(
        page_index=str(page),
        rows_per_page=str(size),
        row_count=str(count),
        page_count=str(-(-count // size)),
        **{name: rows},
    )


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else 1


def _fine(**more: object) -> Answer:
    return json_answer({"errcode": "0", "errmsg": "", **more})


def _error(code: str, text: str) -> Answer:
    return json_answer({"errcode": code, "errmsg": text})


def _refusing(code: str, text: str) -> OwnFault:
    return lambda request, args: _error(code, text)
