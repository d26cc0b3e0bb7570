"""The JSON API: a blueprint under `/api/v1` that answers nothing but JSON."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from seamline.problems import Problem, Refused
from seamline.registry import modules
from seamline.text import Text
from seamline.usecases.desk import Desk

from . import records
from .answers import TITLES, problem_answer, refused_answer
from .entrance import language_of

PREFIX = "/api/"
LOG = logging.getLogger("seamline.api")


def blueprint(desk: Desk) -> Blueprint:
    """Return the API of a workspace; every error below `/api` becomes problem+json."""
    api = Blueprint("api", __name__, url_prefix="/api/v1")
    for module in modules(__name__):
        if hasattr(module, "add"):
            module.add(api, desk)

    def language() -> str:
        return language_of(request, desk.catalogs.current().language)

    @api.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        more: dict[str, Any] = {}
        words = request.view_args or {}
        if error.status == 412 and "word" in words:
            more = records.version_now(desk, words["form"], words["word"])
        answer = refused_answer(error, language(), **more)
        if "version" in more:
            answer.headers["ETag"] = f'"{more["version"]}"'
        return answer

    @api.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        return _http_answer(error, language())

    @api.errorhandler(Exception)
    def our_fault(error: Exception) -> Response:
        return _our_fault(error, language())

    @api.before_app_request
    def no_such_path() -> Response | None:
        # Flask raises these outside of any blueprint, where a page would be answered.
        error = request.routing_exception
        if error is None or not request.path.startswith(PREFIX):
            return None
        return _http_answer(error, language())

    return api


def _http_answer(error: HTTPException, language: str) -> Response:
    status = error.code if error.code is not None and error.code >= 400 else 404
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    _, title = TITLES.get(status, TITLES[400])
    code = title.en.lower().replace(" ", "_")
    return problem_answer(status, (Problem(code, title),), language, headers)


def _our_fault(error: Exception, language: str) -> Response:
    incident = secrets.token_hex(6)
    LOG.error(
        "incident %s: %s %s", incident, request.method, request.path, exc_info=error,
        extra={"incident": incident},
    )  # fmt: skip
    problem = Problem(
        "our_fault",
        Text("系统内部错误。", "Something went wrong on our side."),
        hint=Text(
            f"请把事件号 {incident} 告诉管理员。", f"Tell the administrator incident {incident}."
        ),
    )
    return problem_answer(500, (problem,), language, incident=incident)
