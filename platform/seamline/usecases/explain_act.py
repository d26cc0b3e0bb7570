"""Why somebody may take a step or export, or may not: role, grant, condition, the door's word.

The verdict on a step is the door's own: it is tried there as that person, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from seamline.access import ADMINISTRATOR
from seamline.access.viewing import Granted, grant_of
from seamline.catalog import Catalog
from seamline.facts import Actor, Origin, Record
from seamline.forms import FormModel
from seamline.metadata import Role
from seamline.problems import Place, Problem, Refused, did_you_mean, shorten
from seamline.store import Unit, User
from seamline.text import Text

from . import accounts
from .desk import Desk
from .explain_access import Grounds, Reason, require_asking
from .hiding import seen_of
from .people import acting, named
from .submitting.admit import admit, form_named, record_named
from .submitting.case import Submission

EXPORT = "export"
_EXPORT = Text("导出", "Export")
_ORIGIN = Origin("cli")


@dataclass(frozen=True, slots=True)
class ActAnswer:
    """Whether a person may take a step or export, and what each of their roles says.

    `record` is None where the whole form was asked about. Of a reason, `sees` tells whether the
    role allows the act, `within` whether the record is among those it allows it on. `stop` is what
    the door answers, a state that does not fit, say.
    """

    user: User
    party: str
    form: Text
    act: str
    title: Text
    record: Record | None
    sees: bool
    say: Text
    reasons: tuple[Reason, ...]
    stop: Problem | None


def acts_of(model: FormModel) -> dict[str, Text]:
    """Return what may be asked about a form beside seeing it: the export, then every step."""
    steps = {} if model.form.library else {id_: one.title for id_, one in model.steps.items()}
    return {EXPORT: _EXPORT, **steps}


def explain_act(
    desk: Desk, actor: Actor, login: str, form: str, act: str, word: str = ""
) -> ActAnswer:
    """Return why `login` may take a step (or export) on a record, or on the form where none is.

    Raises Refused: 403 who may not ask, 404 no such user, form, step or record.
    """
    catalog = desk.catalogs.current()
    require_asking(catalog, actor)
    model = form_named(catalog, form)
    title = _titled(model, act)
    with desk.store.reading() as unit:
        user = named(unit, login)
    who = acting(desk, user)
    with desk.store.reading() as unit:
        record = record_named(unit, model, word) if word and act != "create" else None
        reasons = tuple(_reasons(Grounds(unit, catalog, who, model), act, record))
        may, stop = _verdict(unit, catalog, who, model, act, record)
    say = _say(user, model, title, record, may)
    party = who.party.key if who.party else ""
    return ActAnswer(
        user, party, model.form.title, act, title, record, may, say, reasons, stop
    )  # fmt: skip


def who_may(
    desk: Desk, actor: Actor, form: str, act: str, word: str = ""
) -> tuple[Record | None, tuple[tuple[User, bool], ...]]:
    """Return every account in use with whether it may; raises as `explain_act` does."""
    catalog = desk.catalogs.current()
    require_asking(catalog, actor)
    model = form_named(catalog, form)
    _titled(model, act)
    users = [(user, acting(desk, user)) for user in accounts.users(desk) if user.active]
    with desk.store.reading() as unit:
        record = record_named(unit, model, word) if word and act != "create" else None
        found = [(user, _verdict(unit, catalog, who, model, act, record)[0]) for user, who in users]
    return record, tuple(found)


def _titled(model: FormModel, act: str) -> Text:
    acts = acts_of(model)
    if act not in acts:
        word = shorten(act)
        raise Refused.one(
            "unknown_step",
            Text(f"表单没有环节“{word}”。", f"The form has no step '{word}'."),
            status=404,
            place=Place("act"),
            hint=did_you_mean(word, sorted(acts)),
        )
    return acts[act]


def _verdict(
    unit: Unit, catalog: Catalog, who: Actor, model: FormModel, act: str, record: Record | None
) -> tuple[bool, Problem | None]:
    """Return whether it may be done, and what stands in the way beside the roles."""
    form = model.form.id
    if not catalog.access.may(who, act, form):
        return False, None
    if act == EXPORT:
        reach = catalog.access.scope(who, form)
        read = catalog.access.may(who, "read", form)
        if record is None:
            return read, None
        return read and record.id in seen_of(unit, model, reach, (record.id,)), None
    if record is None:
        return True, None
    asked = Submission(form, act, {}, record=record.id, reason="explained")
    try:
        admit(unit, catalog, who, _ORIGIN, asked)
    except Refused as refused:
        stop = refused.problems[0]
        return False, None if refused.status in (403, 404) else stop
    return True, None


def _reasons(grounds: Grounds, act: str, record: Record | None) -> Iterator[Reason]:
    for id_ in grounds.who.roles:
        role = grounds.catalog.access.roles.get(id_)
        if id_ == ADMINISTRATOR:
            yield Reason(
                id_, Text("管理员", "Administrator"), "*", Text.same(""), (), True, True,
                Text("管理员什么都能做。", "It may do everything."),
            )  # fmt: skip
        elif role is None:
            why = Text("没有这个角色了。", "There is no such role any more.")
            yield Reason(id_, Text.same(id_), "", Text.same(""), (), False, False, why)
        else:
            yield _reason(grounds, role, act, record)


def _reason(grounds: Grounds, role: Role, act: str, record: Record | None) -> Reason:
    form, access = grounds.model.form.id, grounds.catalog.access
    alone = replace(grounds.who, roles=(role.id,))
    holds = access.may(alone, act, form)
    # What is exported is what is read, by whichever role.
    granted = next(iter(access.granted((role.id,), form, "" if act == EXPORT else act)), None)
    if not holds and (act != EXPORT or granted is None):
        why = _lacks(grounds, role, act)
        return Reason(role.id, role.title, "", Text.same(""), (), False, False, why)
    if granted is None:
        why = Text("可以导出，但不能查看此表单。", "It may export, but not read the form.")
        return Reason(role.id, role.title, form, Text.same(""), (), False, True, why)
    reads, within, clauses = grounds.judged(granted, record)
    return Reason(
        role.id, role.title, granted.grant.form, reads, clauses, within, holds,
        _why(granted, act, holds),
    )  # fmt: skip


def _lacks(grounds: Grounds, role: Role, act: str) -> Text:
    if act == EXPORT:
        return Text("该角色不能查看此表单。", "This role may not read the form.")
    titles = {id_: one.title for id_, one in grounds.model.steps.items()}
    grant = grant_of(role, grounds.model.form.id, "")
    steps = [titles[one] for one in grant.steps if one in titles] if grant is not None else []
    if not steps:
        return Text("该角色没有此表单的任何环节。", "The role takes no step of the form.")
    zh, en = "、".join(one.zh for one in steps), ", ".join(one.en for one in steps)
    return Text(f"该角色只有这些环节：{zh}。", f"The role takes only: {en}.")


def _why(granted: Granted, act: str, holds: bool) -> Text:
    if act != EXPORT:
        return Text("该权限包含此环节。", "The grant holds the step.")
    whole = not granted.grant.narrowed
    if not holds:
        return Text(
            "该权限只能查看，不能导出。", "The grant reads the form, but does not export it."
        )
    if whole:
        return Text("该权限可导出全部内容。", "The grant exports everything of it.")
    return Text(
        "该权限可导出，但只含它看得到的记录和字段。",
        "The grant exports the records and fields that it shows, and no others.",
    )


def _say(user: User, model: FormModel, title: Text, record: Record | None, may: bool) -> Text:
    name = f" {record.code or record.id}" if record is not None else ""
    zh, en = f"{model.form.title.zh}{name}", f"{model.form.title.en}{name}"
    if title is _EXPORT:
        can = Text("可以", "may") if may else Text("不能", "may not")
        return Text(f"{user.login} {can.zh}导出 {zh}。", f"{user.login} {can.en} export {en}.")
    if may:
        return Text(
            f"{user.login} 可以对 {zh} 执行“{title.zh}”。",
            f"{user.login} may take '{title.en}' on {en}.",
        )
    return Text(
        f"{user.login} 不能对 {zh} 执行“{title.zh}”。",
        f"{user.login} may not take '{title.en}' on {en}.",
    )
