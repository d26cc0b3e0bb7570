"""Behind a printed code: the form, for who is signed in, or open to whoever comes along."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_login import current_user

from seamline import clock
from seamline.facts import Actor
from seamline.forms import FormModel
from seamline.metadata.entry import Entry
from seamline.problems import Problem
from seamline.text import Text
from seamline.usecases import entries, look
from seamline.usecases.visitors import Visitors

from ..forms.start import fresh
from ..session import catalog, desk, reading, visit
from . import filling, form_page, prefilling
from .filling import Filling

blueprint = Blueprint("scanned", __name__)
LEAST = timedelta(seconds=3)  # nobody fills a form faster
LONGEST = timedelta(hours=24)  # an older page is opened anew
TRAP = "_homepage"  # people do not see this field, programs fill it
# What is not for whoever comes along: names of records and people, files.
CLOSED = frozenset({"reference", "person", "attachment", "image", "signature"})
_TELLING = frozenset({"possible_duplicate", "not_unique"})


@blueprint.route("/f/<form_id>/<entry_id>", methods=["GET", "POST"])
def open_entry(form_id: str, entry_id: str) -> Any:
    """Open the form of an entry: here where it is public, else where people fill forms."""
    model, entry = entries.entry_of(catalog(), form_id, entry_id)
    if not entries.is_on(catalog(), form_id, entry):
        raise entries.closed(entry)
    if entry.public is None:
        if not current_user.is_authenticated:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # Flask-Login's
        asked: dict[str, Any] = {**request.args.to_dict(), "form_id": form_id, "entry": entry_id}
        return redirect(url_for("records.new", **asked))
    who = visitor(model, entry)
    visit(who)
    narrowed = _for_visitors(look.form_to_fill(desk(), who, form_id, "create"))
    if request.method == "GET":
        return _page(entry, _begun(narrowed, entry))
    return _received(narrowed, entry)


def visitor(model: FormModel, entry: Entry) -> Actor:
    """Return who acts at a public form: one actor for each entry, with the role it names."""
    assert entry.public is not None
    name = f"entry.{model.form.id}.{entry.id}"
    return Actor(name, entry.title.zh, (entry.public.role,))


def _for_visitors(model: FormModel) -> FormModel:
    """Return the form without the fields that could tell of other records, people or files."""
    shut = {one.id for one in model.form.fields if one.kind in CLOSED}
    shut |= {one.id for one in model.form.fields if any(col.kind in CLOSED for col in one.fields)}
    return replace(model, unfilled=model.unfilled | shut)


def _begun(model: FormModel, entry: Entry) -> Filling:
    begun = filling.begun(model, model.steps["create"], None)
    begun.typed |= fresh(begun.fields, filling.given(entry), reading())
    begun.entry, begun.draft = entry.id, ""
    prefilling.apply(begun)
    return begun


def _received(model: FormModel, entry: Entry) -> Any:
    sent = filling.received(model, model.steps["create"], None)
    sent.entry, sent.draft = entry.id, ""
    act = request.form.get("_do", "submit")
    if act != "submit" and filling.rearranged(sent, act):
        return _page(entry, sent)
    problem = _suspicious(sent)
    if problem is None:
        assert entry.public is not None
        limit, seen = entry.public.per_hour, request.remote_addr or ""
        wait = _visitors().wait(f"{model.form.id}.{entry.id}", seen, limit)
        problem = _too_many(wait) if wait else None
    if problem is not None:
        sent.problems = (problem,)
        return _page(entry, sent, 429 if problem.code == "too_many" else 422)
    done = filling.send(sent)
    if done is not None:
        return _thanks(model, entry)
    sent.problems = [_untold(one) for one in sent.problems]
    return _page(entry, sent, 422)


def _visitors() -> Visitors:
    made: Visitors = current_app.extensions.setdefault("seamline.visitors", Visitors())
    return made


def _suspicious(sent: Filling) -> Problem | None:
    """Return why nobody filled this form by hand: too fast, too old, unsigned, or in the trap."""
    if request.form.get(TRAP):
        say = Text("没有收到，请再试一次。", "It was not taken; please try again.")
        return Problem("trapped", say, hint=Text("“主页”一栏请留空。", "Leave 'Homepage' empty."))
    age = clock.now() - sent.opened_at if sent.opened_at else None
    if age is None or age > LONGEST:
        say = Text("这张表单打开太久了。", "This form was opened too long ago.")
        return Problem("too_old", say, hint=Text("请重新打开。", "Open it anew."))
    if age < LEAST:
        say = Text("提交得太快了，请稍候再按一次。", "That was too fast; wait and send it again.")
        return Problem("too_fast", say)
    return None


def _too_many(seconds: int) -> Problem:
    minutes = max(1, seconds // 60)
    return Problem(
        "too_many",
        Text(
            f"这个地址提交得太多了，请约 {minutes} 分钟后再试。",
            f"Too many came from this address; try again in about {minutes} minutes.",
        ),
    )


def _untold(problem: Problem) -> Problem:
    """Say of a record that exists no more than that there is one like this."""
    if problem.code not in _TELLING:
        return problem
    say = Text("同样的内容已经提交过。", "Something like this was submitted already.")
    return Problem("sent_already", say, problem.place)


def _page(entry: Entry, sent: Filling, status: int = 200) -> tuple[str, int]:
    shown = form_page.context(sent)
    return render_template("pages/public.html", entry=entry, trap=TRAP, **shown), status


def _thanks(model: FormModel, entry: Entry) -> str:
    assert entry.public is not None
    return render_template(
        "pages/public_thanks.html",
        form=model.form,
        entry=entry,
        again=url_for("scanned.open_entry", form_id=model.form.id, entry_id=entry.id),
    )
