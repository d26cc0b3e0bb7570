"""Fields that are another system's to change: a contrary edit of one names its owner."""

from __future__ import annotations

from seamline.fields.table import is_blank
from seamline.forms import FormModel
from seamline.metadata import Connection
from seamline.problems import Place, Problem, Refused
from seamline.text import Text

from .case import Case


def check_owners(case: Case) -> None:
    """Keep a problem for each field that would change though another system has the say of it.

    The mirror of that system acts as the owner. Sample data is there before the connection is.
    Raises Refused (409) where a record is made by hand whose key the other system gives.
    """
    form = case.model.form
    owned = case.catalog.owned.get(form.id)
    if not owned or case.origin.via == "seed":
        return
    others = {name: one for name, one in owned.items() if one.id != case.asked.mirror}
    maker = case.catalog.maker(form.id)
    if case.creates and maker is not None and maker.id != case.asked.mirror:
        raise made_elsewhere(case.model, maker)
    for name, connection in others.items():
        if _differs(case, name):
            case.problems.add(_owned(case.model, name, connection))


def _differs(case: Case, name: str) -> bool:
    """Say whether a field would stand otherwise than before; rows by what is in their cells."""
    if case.before is None:
        return not is_blank(case.asked.values.get(name))
    before, now = case.before.values.get(name), case.values.get(name)
    return before != now and case.bare({name: now}) != case.bare({name: before})


def made_elsewhere(model: FormModel, connection: Connection) -> Refused:
    """Return the refusal of a record that only another system can make."""
    title, source = model.form.title, connection.title
    return Refused.one(
        "made_elsewhere",
        Text(
            f"{title.zh}来自{source.zh}，不能在这里新建。",
            f"Records of {title.en} come from {source.en} and are not made here.",
        ),
        status=409,
        hint=Text(
            f"请在{source.zh}里新建，稍后会自动出现在这里。",
            f"Make it in {source.en}; it appears here by itself.",
        ),
    )


def _owned(model: FormModel, name: str, connection: Connection) -> Problem:
    label, title = model.fields[name].field.label, connection.title
    return Problem(
        "owned_elsewhere",
        Text(
            f"“{label.zh}”以{title.zh}为准，不能在这里修改。",
            f"{label.en} belongs to {title.en} and cannot be changed here.",
        ),
        Place(name),
        Text(f"请在{title.zh}里修改。", f"Change it in {title.en}."),
    )
