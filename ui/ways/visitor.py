"""Somebody who may do everything, with a browser signed in and a token."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from seamline.facts import Actor, Origin
from seamline.ui.app import create_app
from seamline.usecases import accounts
from seamline.usecases.desk import Desk
from seamline.usecases.tokens import create_token

OPERATOR = Actor("operator", "operator", ("administrator",))
LOGIN = "conformance"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The application with a browser that is signed in, and a token of the same person."""

    desk: Desk
    app: Flask
    browser: FlaskClient
    token: str
    actor: Actor

    @classmethod
    def of(cls, desk: Desk) -> Visitor:
        """Make the person and sign in."""
        origin, word = Origin("cli"), secrets.token_urlsafe(16)
        made = accounts.create_user(
            desk, OPERATOR, origin, login=LOGIN, name=LOGIN, roles=("administrator",),
            language="en", password=word,
        )  # fmt: skip
        token = create_token(
            desk, OPERATOR, origin, login=LOGIN, name=LOGIN, scopes=("admin",)
        ).word
        app = create_app(desk)
        browser = signed_in(app, LOGIN, word)
        return cls(desk, app, browser, token, accounts.actor_of(made.user))


def signed_in(app: Flask, login: str, password: str) -> FlaskClient:
    """Return a browser in which somebody has signed in."""
    browser = app.test_client()
    page = browser.get("/sign-in").get_data(as_text=True)
    sent = {"_csrf": hidden(page, "_csrf"), "login": login, "password": password, "next": "/"}
    answer = browser.post("/sign-in", data=sent)
    if answer.status_code != 303:
        raise RuntimeError(f"the sign-in was answered with {answer.status_code}")
    return browser


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden input; raises LookupError where the page has none."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if found is None:
        raise LookupError(f"no input {name} on the page")
    return found[1]
