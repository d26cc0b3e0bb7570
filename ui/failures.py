"""What a person sees when something cannot be done: a sentence, and a way back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from seamline.problems import Refused

from .say import _
from .session import language

# What is said when not even the workspace's language can be read.
LAST_RESORT = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Seamline</title>'
    "<p>系统暂时不可用，请稍后再试。<p lang=en>Not available at the moment; try again later."
    '<p><a href="/">Seamline</a>'
)
Answer: TypeAlias = "tuple[str, int] | tuple[str, int, dict[str, str]]"
LOG = logging.getLogger("seamline.pages")
# Puts an answer among the short messages instead of where the part would have gone.
BESIDE = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend", "HX-Push-Url": "false"}


def install(app: Flask) -> None:
    """Answer refusals and errors of `app` with a page."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _ours)


def _refused(error: Refused) -> Answer:
    sentences = [problem.sentence(language()) for problem in error.problems]
    return page(error.status, sentences)


def _forged(_error: CSRFError) -> Answer:
    return page(
        400,
        [_("The page was open for too long, or was sent from elsewhere. Go back and try again.")],
    )


def _http(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error
    return page(status, [_sentences().get(status, _("The request cannot be answered."))])


def _ours(error: Exception) -> Answer:
    LOG.error("unexpected error", exc_info=error, extra={"facts": {"path": request.path}})
    try:
        return page(500, [_sentences()[500]])
    except Exception:
        LOG.exception("the page of a failure failed as well")
        return LAST_RESORT, 500


def _sentences() -> Mapping[int, str]:
    return {
        400: _("The request cannot be understood."),
        403: _("You may not open this."),
        404: _("There is no such page, or it has been moved."),
        405: _("This address does not take such a request."),
        413: _("What you sent is too large. Send smaller files, or fewer at once."),
        429: _("Too many requests. Wait a little, then try again."),
        500: _("Something went wrong on our side; it has been noted. Your entry was not saved."),
        503: _("The workspace is busy. Try again in a moment."),
    }


def _headings() -> Mapping[int, str]:
    return {
        403: _("Not allowed"),
        404: _("Not found"),
        409: _("Not possible now"),
        412: _("Changed meanwhile"),
        413: _("Too large"),
        422: _("Not accepted"),
        429: _("Too many requests"),
        500: _("Our fault"),
        503: _("Not available"),
    }


def page(status: int, sentences: list[str]) -> Answer:
    """Return the page of a failure; it needs nothing that could fail again.

    Where a part of a page was asked for, the page stays as it is and tells the sentences.
    """
    if request.headers.get("HX-Request"):
        told = [render_template("toast.html", category="failure", message=one) for one in sentences]
        return "".join(told), status, BESIDE
    html = render_template(
        "failure.html",
        heading=_headings().get(status, _("This did not work")),
        sentences=sentences,
        back=_back(),
        home="/",
        request_id=request.environ.get("seamline.request_id", "") if status >= 500 else "",
    )
    return html, status


def _back() -> str:
    """Return the page this one was reached from, if it is ours and another one."""
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host or not came.path.startswith("/"):
        return ""
    address = came.path + (f"?{came.query}" if came.query else "")
    return "" if address == request.full_path.rstrip("?") and request.method == "GET" else address
