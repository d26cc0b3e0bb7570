"""What reading may know of a form: whom it refers to, what it calls things, what it learned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seamline.facts import Actor
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.metadata.paper import LINE_READS
from seamline.reading.found import Known
from seamline.reading.learning import Form
from seamline.reading.vocabulary import Vocabulary
from seamline.store import Query
from seamline.store.papers import LearnedForm, standing

from .. import look
from ..desk import Desk

MOST_KNOWN = 50_000
_PAGE = 1000


def reads(model: FormModel) -> Iterator[tuple[str, Field, Field | None]]:
    """Yield each field that is read with its role, and the table in whose rows it stands."""
    for field in model.form.fields:
        if field.read is not None:
            yield role_of(field), field, None
        for column in field.fields:
            if column.read is not None:
                yield role_of(column), column, field


def role_of(field: Field) -> str:
    """Return the role under which reading knows a field."""
    assert field.read is not None
    return f"field:{field.id}" if field.read.role == "text" else field.read.role


def vocabulary(model: FormModel) -> Vocabulary:
    """Return the words of trade with those of the form."""
    more: dict[str, list[str]] = {}
    for role, field, _ in reads(model):
        assert field.read is not None
        name = "seller" if role == "vendor" else role
        name = "delivery_date" if role == "line_date" else name
        more.setdefault(name, []).extend(field.read.labels)
    return Vocabulary.of({role: labels for role, labels in more.items() if labels})


def known(desk: Desk, actor: Actor, model: FormModel) -> Known:
    """Return the records that papers may name, as the actor may see them."""
    people: list[tuple[str, str]] = []
    things: list[tuple[str, str]] = []
    party = "customer"
    for role, field, _ in reads(model):
        if role == "vendor":
            party = role
        if field.kind != "reference":
            continue
        target = people if role in ("customer", "vendor") else things
        if role in ("customer", "vendor", "material_code"):
            target += _named(desk, actor, str(field.settings["to"]))
    own = model.form.paper.own if model.form.paper else ()
    return Known.of(own, people, things, party)


def _named(desk: Desk, actor: Actor, form: str) -> Iterator[tuple[str, str]]:
    target = look.form(desk, actor, form).form
    key = target.key
    if key is None:
        return
    wanted = tuple(dict.fromkeys((key, target.name or key)))
    cursor, count = None, 0
    while count < MOST_KNOWN:
        query = Query(sort=(key,), limit=_PAGE, cursor=cursor, total=False, fields=wanted)
        page = look.page(desk, actor, form, query)
        for record in page.rows:
            count += 1
            yield (
                str(record.values.get(key) or ""),
                str(record.values.get(target.name or key) or ""),
            )
        cursor = page.cursor
        if not cursor:
            return


def forms(versions: Iterable[LearnedForm]) -> tuple[Form, ...]:
    """Return the learned forms that count."""
    return tuple(Form.of(one.body) for one in standing(versions))


def is_line(role: str) -> bool:
    """Say whether a role belongs to a row of items."""
    return role in LINE_READS
