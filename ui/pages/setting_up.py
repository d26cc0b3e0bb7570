"""Setting a connection up: what stands in its form, what was typed, what is to be kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from seamline.connecting import Setting
from seamline.problems import Problem, Refused
from seamline.store import LocalConnection
from seamline.usecases import secret_store
from seamline.usecases.connections import Standing

from ..forms import given
from ..session import actor, desk, language, origin

MOST_HOSTS = 40


def typed_of(standing: Standing) -> dict[str, Any]:
    """Return what stands in the controls: what holds, whoever has said so."""
    connection = standing.connection
    return {
        "settings": {
            one.name: given.as_typed(_holding(one, connection.settings), one.law)
            for one in _open(standing)
        },
        "secrets": dict(connection.secrets),
        "network": connection.network,
        "hosts": "\n".join(connection.hosts),
    }


def replaced(standing: Standing, typed: Mapping[str, Any]) -> dict[str, str]:
    """Return what the package says of settings that were set otherwise here."""
    found = {}
    for one in _open(standing):
        usual = given.as_typed(_holding(one, standing.base.settings), one.law)
        if usual != typed["settings"].get(one.name) and not isinstance(usual, bool):
            titles = one.law.get("x-titles", {})
            found[one.name] = titles.get(usual, {}).get(language(), usual)
    return found


def _open(standing: Standing) -> list[Setting]:
    settings = standing.kind.manifest.settings if standing.kind else ()
    return [one for one in settings if not one.secret]


def _holding(setting: Setting, settings: Mapping[str, Any]) -> Any:
    return settings.get(setting.name, setting.law.get("default"))


def received(standing: Standing) -> dict[str, Any]:
    """Return what was typed."""
    sent = request.form
    settings: dict[str, str | bool] = {}
    for one in _open(standing):
        name = given.PREFIX + one.name
        ticked = one.law["type"] == "boolean"
        settings[one.name] = name in sent if ticked else given.sent(sent, one)
    return {
        "settings": settings,
        "secrets": {
            name: sent.get(f"secrets.{name}", "").strip()
            for name in (standing.kind.manifest.secrets if standing.kind else ())
        },
        "network": sent.get("network", ""),
        "hosts": sent.get("hosts", ""),
    }


def wanted(standing: Standing, typed: Mapping[str, Any]) -> LocalConnection:
    """Return what is to be set here: what differs from the package; new secrets are kept first.

    Raises Refused where something typed is no value at all.
    """
    base, problems = standing.base, list[Problem]()
    settings: dict[str, Any] = {}
    for one in _open(standing):
        word = typed["settings"][one.name]
        try:
            value = given.as_value(str(word), word is True, one)
        except Refused as refused:
            problems += refused.problems
            continue
        if value is not None and not given.alike(value, _holding(one, base.settings), one.law):
            settings[one.name] = value
    if problems:
        raise Refused(problems)
    secrets = {}
    for name, reference in typed["secrets"].items():
        fresh = request.form.get(f"fresh.{name}", "").replace(
            "\r\n", "\n"
        )  # as browsers send lines
        if fresh:
            reference = f"store:{standing.connection.id}.{name}"
            secret_store.keep(desk(), actor(), origin(), reference.partition(":")[2], fresh)
        if reference and reference != base.secrets.get(name):
            secrets[name] = reference
    hosts = tuple(typed["hosts"].split())[:MOST_HOSTS]
    return LocalConnection(
        standing.connection.id,
        standing.local.position,
        settings,
        secrets,
        typed["network"] if typed["network"] != base.network else "",
        hosts if hosts != base.hosts else (),
    )
