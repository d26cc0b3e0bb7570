"""Drafts on the pages: saved while one types, taken up again, carried over to a newer form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from seamline import clock
from seamline.facts import Record
from seamline.fields.moments import show_moment
from seamline.forms import FormModel
from seamline.metadata import Field, Step
from seamline.problems import Refused
from seamline.store.drafts import Draft
from seamline.usecases import drafts

from ..forms.control import options_of
from ..forms.typed import FILES, decode
from ..say import _
from ..session import actor, catalog, desk, language, reading, signed_in
from .filling import Filling, begun, fillable, opened_of

blueprint = Blueprint("drafting", __name__)
# Names that belong to the page, not to what a person has typed.
OWN = frozenset(
    ["_csrf", "_key", "_version", "_base", "_shown", "_do", "_draft", "_saved", "_opened"]
    + ["_typing", "_entry"]
)
NEW = "none"  # `?draft=none` begins anew
MOST_OTHERS = 5
LONGEST_TITLE = 40


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Drafts belong to people who are signed in."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another draft of the same form, by when it was saved and what it begins with."""

    at: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """What the page says of its draft; `at` is empty where it was not saved yet."""

    at: str
    address: str
    fresh: str
    others: list[Other]
    lost: list[tuple[str, str]]
    resumed: bool


@blueprint.post("/drafts/<draft>")
def save(draft: str) -> Any:
    """Keep what was typed since the last time; answers how often the draft was saved."""
    told = request.get_json(silent=True)
    if not isinstance(told, dict):
        abort(400)
    try:
        kept = drafts.save(desk(), actor(), _change(draft, told))
    except (TypeError, ValueError, AttributeError):
        abort(400)
    except Refused as refused:
        said = refused.problems[0].sentence(language())
        return jsonify(say=said, status=refused.status), refused.status
    return jsonify(saved=kept.saved, at=_time(kept.at))


@blueprint.post("/drafts/<draft>/discard")
def discard(draft: str) -> Answer:
    """Throw a draft away and begin the form anew."""
    drafts.discard(desk(), actor(), draft)
    back = request.form.get("back", "")
    ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    return redirect(back if ours else url_for("home.index"), 303)


def _change(draft: str, told: Mapping[str, Any]) -> drafts.Change:
    key = str(told.get("key", ""))[:100]
    return drafts.Change(
        id=draft,
        form=str(told.get("form", "")),
        step=str(told.get("step", "")),
        record=str(told.get("record", ""))[:40],
        version=int(told.get("version") or 0),
        key=key,
        opened_at=opened_of(str(told.get("opened", "")), key) or clock.now(),
        seen=int(told.get("saved") or 0),
        words=_words(told.get("words") or {}),
        gone=[str(name) for name in told.get("gone") or ()],
    )


def _words(told: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        str(name): [word for word in said if isinstance(word, str)]
        for name, said in told.items()
        if name not in OWN and isinstance(said, list)
    }


def device_words() -> dict[str, str]:
    """Return what the browser says of saving; it fills the time itself."""
    return {
        "saved": _("Draft saved at %(time)s", time="%(time)s"),
        "failed": _("The draft could not be saved; it will be tried again."),
        "moved": _("Another device has gone on with this draft."),
        "gone": _("The draft was submitted or discarded elsewhere."),
        "theirs": _("Take up that state"),
        "mine": _("Keep this one as another draft"),
    }


def keep(filling: Filling) -> Answer:
    """Save the form as it was sent by a button, without scripts, and show it again."""
    sent: dict[str, list[str]] = {}
    for name, word in request.form.items(multi=True):
        if name not in OWN:
            sent.setdefault(name, []).append(word)
    for one in filling.fields:
        if one.kind in FILES:
            sent[one.id] = [file.token for file in filling.typed.get(one.id) or ()]
    kept = drafts.save(desk(), actor(), _whole(filling, sent))
    return redirect(_address(filling.model, filling.step, filling.record, kept.id), 303)


def _whole(filling: Filling, sent: Mapping[str, Sequence[str]]) -> drafts.Change:
    record = filling.record
    return drafts.Change(
        id=filling.draft,
        form=filling.model.form.id,
        step=filling.step.id,
        record=record.id if record else "",
        version=filling.base or 0,
        key=filling.key,
        opened_at=filling.opened_at or clock.now(),
        seen=filling.saved,
        words=sent,
        whole=True,
    )


def done(filling: Filling) -> None:
    """Throw away the draft of a form that was submitted."""
    if filling.saved and filling.draft:
        drafts.discard(desk(), actor(), filling.draft)


def resumed(model: FormModel, step: Step, record: Record | None) -> Filling | None:
    """Return the form as its owner left it: the draft asked for, else the newest; None for none.

    An address that prefills fields begins anew.
    """
    asked = request.args.get("draft", "")
    if asked == NEW or (not asked and request.args):
        return None
    found = drafts.mine(desk(), actor(), model.form.id, step.id, record.id if record else "")
    one = next((draft for draft in found if not asked or draft.id == asked), None)
    return taken_up(model, step, record, one) if one else None


def taken_up(model: FormModel, step: Step, record: Record | None, draft: Draft) -> Filling:
    """Return the form with a draft in it, carried over field by field to the form of today."""
    filling = begun(model, step, record)
    words: MultiDict[str, Any] = MultiDict()
    for name, said in draft.words.items():
        words.setlist(name, list(said))
    fitting = [one for one in fillable(model, step) if _fits(one, one.id, draft)]
    filling.typed |= decode(fitting, words)
    filling.key, filling.draft, filling.saved = draft.key, draft.id, draft.saved
    filling.opened_at = draft.opened_at
    if record is not None:
        filling.base = draft.version
    filling.reason = "".join(draft.words.get("_reason", ())[:1])
    filling.confirmed = frozenset(draft.words.get("_confirm", ()))
    filling.lost = list(_lost(model, draft))
    return filling


def _fits(one: Field, path: str, draft: Draft) -> bool:
    """Return whether what was typed into a field of the draft can stand in the field of today."""
    was = draft.shape.get(path)
    return was is not None and _family(was[0]) == _family(one.kind)


def _family(kind: str) -> str:
    """Return what the words of a kind are: files, ticks, rows, or a line that people may mend."""
    if kind in FILES:
        return "files"
    return kind if kind in ("table", "boolean", "multi_choice", "choice") else "line"


def _lost(model: FormModel, draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield label and words of what the form of today has no place for."""
    for path, (_kind, zh, en) in draft.shape.items():
        said = list(_said(path, draft))
        if not said:
            continue
        known = model.fields.get(path)
        label = zh if language() == "zh" else en
        if known is None or not known.kind.written or not _fits(known.field, path, draft):
            yield label, ", ".join(said)
        elif known.field.kind == "choice":
            ids = {option.id for option in options_of(known.field, language())}
            if gone := [word for word in said if word not in ids]:
                yield label, ", ".join(gone)


def _said(path: str, draft: Draft) -> Iterator[str]:
    """Yield what was typed into a field, or into one column of a sub-table."""
    table, dot, column = path.partition(".")
    if not dot:
        yield from (word for word in draft.words.get(path, ()) if word)
        return
    for name, said in draft.words.items():
        parts = name.split(".")
        if len(parts) == 3 and parts[0] == table and parts[2] == column:
            yield from (word for word in said if word)


def shown(filling: Filling) -> Drafted:
    """Return what the page says of drafts."""
    model, step, record = filling.model, filling.step, filling.record
    kept = bool(filling.draft and filling.fields)
    stored = record.id if record else ""
    found = drafts.mine(desk(), actor(), model.form.id, step.id, stored) if kept else ()
    own = next((draft for draft in found if draft.id == filling.draft), None)
    others = [draft for draft in found if draft.id != filling.draft][:MOST_OTHERS]
    return Drafted(
        at=_time(own.at) if own and filling.saved else "",
        address=url_for("drafting.save", draft=filling.draft) if kept else "",
        fresh=_address(model, step, record, NEW),
        others=[
            Other(_time(one.at), _title(one), _address(model, step, record, one.id))
            for one in others
        ],
        lost=filling.lost,
        resumed=own is not None and request.method == "GET",
    )


def _address(model: FormModel, step: Step, record: Record | None, draft: str) -> str:
    if record is None:
        return url_for("records.new", form_id=model.form.id, draft=draft)
    return url_for(
        "records.step", form_id=model.form.id, word=record.id, step_id=step.id, draft=draft
    )


def _title(draft: Draft) -> str:
    """Return what a draft begins with: the first words somebody typed."""
    words = [
        said[0]
        for name, said in draft.words.items()
        if said and said[0] and draft.shape.get(name, ("",))[0] in ("text", "reference")
    ]
    title = " · ".join(words[:3])
    return title[:LONGEST_TITLE] or _("nothing typed yet")


def _time(at: datetime) -> str:
    """Return when something was saved: the time alone where it was today."""
    zone = catalog().zone
    local = at.astimezone(zone)
    if local.date() == clock.today(zone):
        return f"{local:%H:%M}"
    return show_moment(at, reading())
