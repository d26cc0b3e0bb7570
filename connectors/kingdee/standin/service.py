"""The Web API of Kingdee Cloud Galaxy, as far as orders, stock and base data go."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from seamline.standins.bench import Bench
from seamline.standins.service import Answer, Args, OwnFault, Request, Route, json_answer

from .auth import Doorkeeper, with_session
from .books import Books, Record
from .forms import Form, business_info, form
from .querying import LIMIT, bill_query, inventory, objects, viewed
from .results import BAD_PARAMETER, SESSION_LOST, Failure, failure, success, unhandled
from .saving import save
from .seed import seed
from .states import move, operate, push

_STUB = "/k3cloud/Kingdee.BOS.WebApi.ServicesStub"
_QUERIES = ("ExecuteBillQuery", "BillQuery")
_ACTS = {"Submit": "submit", "Audit": "audit", "UnAudit": "unaudit", "Delete": "delete"}


class Kingdee:
    """The stand-in: one account, its forms and their books."""

    name = "kingdee"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._door = Doorkeeper(bench.clock.now)
        self.faults: Mapping[str, OwnFault] = {
            "session_lost": self._session_lost,
            "msg_code": _msg_code,
            "response_error": _response_error,
            "field_error": _field_error,
            # These go on to the handler, which finds them in the request.
            "session_delay": lambda request, args: None,
            "limit_cap": lambda request, args: None,
        }
        self._calls: Mapping[str, Callable[[Mapping[str, Any], Request], Answer]] = {
            "ExecuteBillQuery": self._query,
            "BillQuery": self._query,
            "View": self._view,
            "Save": self._save,
            "Draft": self._save,
            "BatchSave": self._batch_save,
            "Push": self._push,
            "QueryBusinessInfo": self._info,
            "ExcuteOperation": self._operate,
            **dict.fromkeys(_ACTS, self._move),
        }
        self.reset()

    def reset(self) -> None:
        """Begin anew with the seeded books and nobody signed in."""
        self._door.forget()
        self.books = Books(self._bench.clock.now)
        seed(self.books)

    @property
    def sessions(self) -> Collection[str]:
        """Return the sessions that are open."""
        return self._door.sessions

    def routes(self) -> Sequence[Route]:
        """Return the three services it has."""
        return (
            Route("POST", f"{_STUB}.AuthService.{{call}}.common.kdsvc", self._login, secret=True),
            Route("POST", f"{_STUB}.DynamicFormService.{{call}}.common.kdsvc", self._dynamic),
            Route(
                "POST",
                "/k3cloud/Kingdee.K3.SCM.WebApi.ServicesStub.InventoryQueryService"
                ".GetInventoryData.common.kdsvc",
                self._inventory,
            ),
        )

    def _login(self, request: Request) -> Answer:
        return self._door.login(request.words["call"], request)

    def _dynamic(self, request: Request) -> Answer:
        call = request.words["call"]
        session = self._door.enter(request)
        if session is None:
            return self._lost(call, wrapped=call in _QUERIES)
        if call not in self._calls:
            return unhandled(f"未找到服务 {call}")
        try:
            answer = self._calls[call](_envelope(request), request)
        except Failure as failed:
            answer = failure(failed.code, failed.errors, wrapped=call in _QUERIES)
        return with_session(answer, session)

    def _inventory(self, request: Request) -> Answer:
        session = self._door.enter(request)
        if session is None:
            return self._lost("GetInventoryData", wrapped=False)
        return with_session(json_answer(inventory(self.books, _data(_envelope(request)))), session)

    def _lost(self, call: str, *, wrapped: bool) -> Answer:
        return failure(SESSION_LOST, Failure(SESSION_LOST).errors, wrapped=wrapped)

    def _session_lost(self, request: Request, args: Args) -> Answer:
        """End every session; `shape` says in which of the two bodies it is told."""
        self._door.forget()
        shape = args.get("shape", "wrapped" if request.words["call"] in _QUERIES else "plain")
        return self._lost("", wrapped=shape == "wrapped")

    def _query(self, told: Mapping[str, Any], request: Request) -> Answer:
        data = _data(told)
        cap = int(request.faults.get("limit_cap", {}).get("rows", LIMIT))
        rows = bill_query(self.books, data, cap)
        return json_answer(
            rows if request.words["call"] == "ExecuteBillQuery" else objects(data, rows)
        )

    def _view(self, told: Mapping[str, Any], request: Request) -> Answer:
        asked = form(told.get("formid"))
        record = self.books.one(asked, _data(told))
        return success([_entity(asked, record)], Result=viewed(self.books, asked, record))

    def _save(self, told: Mapping[str, Any], request: Request) -> Answer:
        asked, data = form(told.get("formid")), _data(told)
        status = "Z" if request.words["call"] == "Draft" else "A"
        record, act = save(self.books, asked, data, data.get("Model"), 0, status)
        entity = _entity(asked, record)
        return success([entity], (f"{act} {asked.id} {entity['Number']}",))

    def _batch_save(self, told: Mapping[str, Any], request: Request) -> Answer:
        asked, data = form(told.get("formid")), _data(told)
        models = data.get("Model")
        if not isinstance(models, list):
            raise Failure(BAD_PARAMETER, "Model 应为数组", "Model")
        entities, effects, failed = [], [], []
        for index, model in enumerate(models):
            try:
                record, act = save(self.books, asked, data, model, index, "A")
            except Failure as failed_one:
                failed.append(failed_one)
                continue
            entities.append(_entity(asked, record, index))
            effects.append(f"{act} {asked.id} {entities[-1]['Number']}")
        if not failed:
            return success(entities, tuple(effects))
        # What went well stays: only the body says that the rest did not.
        answer = failure(failed[0].code, [error for one in failed for error in one.errors])
        body = json.loads(answer.body)
        body["Result"]["ResponseStatus"]["SuccessEntitys"] = entities
        return json_answer(body, effects=tuple(effects))

    def _move(self, told: Mapping[str, Any], request: Request) -> Answer:
        asked, call = form(told.get("formid")), request.words["call"]
        records = self.books.chosen(asked, _data(told))
        move(self.books, asked, call, records)
        return _done(asked, records, _ACTS[call])

    def _operate(self, told: Mapping[str, Any], request: Request) -> Answer:
        asked = form(told.get("formid"))
        records = self.books.chosen(asked, _data(told))
        operation = told.get("opNumber")
        operate(self.books, asked, operation, records)
        return _done(asked, records, str(operation).lower())

    def _push(self, told: Mapping[str, Any], request: Request) -> Answer:
        asked, data = form(told.get("formid")), _data(told)
        made = push(self.books, asked, data, self.books.chosen(asked, data))
        effects = tuple(f"create {one.id} {record[one.number]}" for one, record in made)
        return success([_entity(one, record) for one, record in made], effects)

    def _info(self, told: Mapping[str, Any], request: Request) -> Answer:
        asked = form(_data(told).get("FormId"))
        return success([], NeedReturnData=business_info(asked))


def _done(asked: Form, records: list[Record], act: str) -> Answer:
    entities = [_entity(asked, record, index) for index, record in enumerate(records)]
    return success(entities, tuple(f"{act} {asked.id} {one['Number']}" for one in entities))


def _entity(asked: Form, record: Record, index: int = 0) -> dict[str, Any]:
    return {"Id": record[asked.pk], "Number": record.get(asked.number), "DIndex": index}


def _envelope(request: Request) -> Mapping[str, Any]:
    if not isinstance(request.data, Mapping):
        raise Failure(BAD_PARAMETER, "请求内容不是 JSON 对象")
    told = dict(request.data)
    listed = told.get("parameters")
    if isinstance(listed, str):
        listed = json.loads(listed)
    if isinstance(listed, list) and listed:
        told.update({"formid": listed[0], "data": listed[-1]})
    return told


def _data(told: Mapping[str, Any]) -> Mapping[str, Any]:
    data = told.get("data")
    try:
        data = json.loads(data) if isinstance(data, str) else data
    except ValueError:
        data = None
    if not isinstance(data, Mapping):
        raise Failure(BAD_PARAMETER, "data 不是 JSON 对象", "data")
    return data


def _msg_code(request: Request, args: Args) -> Answer:
    failed = Failure(int(args.get("code", 14)), str(args.get("message", "")))
    wrapped = request.words.get("call") in _QUERIES
    return failure(failed.code, failed.errors, wrapped=wrapped)


def _response_error(request: Request, args: Args) -> Answer:
    return unhandled(str(args.get("text", '{"Message":"未将对象引用设置到对象的实例。"}')))


def _field_error(request: Request, args: Args) -> Answer:
    message = str(args.get("message", "第1行分录，数量大于入库上限！"))
    error = (str(args.get("FieldName", "FQty")), message, int(args.get("DIndex", 0)))
    return failure(int(args.get("code", 0)), [error])
