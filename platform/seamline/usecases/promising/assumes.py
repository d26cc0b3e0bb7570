"""What a promise assumes, said from its metadata: which stock, which arrivals, how long more."""

from __future__ import annotations

from collections.abc import Iterator

from seamline.catalog import Catalog
from seamline.conditions.node import Node
from seamline.conditions.words import Vocabulary, in_words
from seamline.fields.across import named
from seamline.metadata import Form, PromiseFlow
from seamline.promising import Pool
from seamline.text import Text

from ..explain import vocabulary_of

_STOCK = Text("库存取“{form}”的“{qty}”{where}", "stock is '{qty}' in {form}{where}")
_ARRIVAL = Text(
    "到货取“{form}”的“{qty}”，按“{on}”{days}可用{where}",
    "arrivals are '{qty}' in {form}, usable {days} '{on}'{where}",
)
_DEMAND = Text(
    "先扣“{form}”的“{qty}”，按“{on}”{where}", "'{qty}' in {form} goes first, on '{on}'{where}"
)
_LEAD = Text("不足的按 {days} {unit}补货", "what is missing takes {days} {unit}")
_LEAD_FIELD = Text(
    "不足的按物料的“{days}”({unit})补货",
    "what is missing takes as many {unit} as '{days}' of the item says",
)
_UNITS = {
    "working": Text("个工作日", "working days"),
    "calendar": Text("天", "days"),
}
_ALWAYS = Text(
    "已经承诺的先占用，逾期未到的到货不计",
    "what was promised before is taken, and overdue arrivals do not count",
)
_NO_LEAD = Text(
    "没有补货周期，不足的不作承诺", "no lead time is known, so nothing beyond is promised"
)


def assumes(pool: Pool, catalog: Catalog) -> Text:
    """Return one sentence that says what a promise counts, and the note of its author."""
    said = list(_parts(pool, catalog))
    zh = "；".join(text.zh for text in said) + "。"
    en = "; ".join(text.en for text in said) + "."
    note = pool.model.promise.note
    whole = Text(zh, en[:1].upper() + en[1:])
    return whole if note is None else Text(whole.zh + note.zh, f"{whole.en} {note.en}")


def _parts(pool: Pool, catalog: Catalog) -> Iterator[Text]:
    model = pool.model
    for one in model.stock:
        yield _flow(_STOCK, one.flow, one.where, catalog)
    for one in model.arrivals:
        yield _flow(_ARRIVAL, one.flow, one.where, catalog)
    for one in model.demand:
        yield _flow(_DEMAND, one.flow, one.where, catalog)
    yield _lead(pool, catalog)
    yield _ALWAYS


def _flow(say: Text, flow: PromiseFlow, node: Node | None, catalog: Catalog) -> Text:
    form = catalog.forms[flow.form].form
    where = _where(form, flow.table, node, catalog) if node is not None else Text.same("")
    qty, on = _label(form, flow.table, flow.qty), _label(form, flow.table, flow.on)
    days = Text("当天", "on") if not flow.days else Text(
        f"后 {flow.days} 个工作日", f"{flow.days} working day{'s' * (flow.days > 1)} after"
    )  # fmt: skip
    return Text(
        say.zh.format(form=form.title.zh, qty=qty.zh, on=on.zh, days=days.zh, where=where.zh),
        say.en.format(
            form=form.title.en,
            qty=qty.en,
            on=on.en,
            days=days.en,
            where=where.en,
        ),
    )


def _where(form: Form, table: str, node: Node, catalog: Catalog) -> Text:
    words = vocabulary_of(form, {name: model.form for name, model in catalog.forms.items()})
    labels = dict(words.labels)
    options = {**words.options, "_state": {state.id: state.title for state in form.states}}
    for name in list(labels):  # a row's condition names its columns bare
        bare = name.removeprefix(f"{table}[].")
        if table and bare != name:
            labels[bare] = labels[name]
            if name in options:
                options[bare] = options[name]
    said = in_words(node, Vocabulary(labels, options))
    return Text(f"(仅限{said.zh})", f" (only where {said.en[:1].lower()}{said.en[1:]})")


def _label(form: Form, table: str, name: str) -> Text:
    if not name:
        return Text.same("")
    inside = named(form.fields, table) if table else None
    found = named(inside.fields, name) if inside is not None else None
    found = found or named(form.fields, name)
    return found.label if found is not None else Text.same(name)


def _lead(pool: Pool, catalog: Catalog) -> Text:
    lead = pool.model.promise.lead
    if lead is None:
        return _NO_LEAD
    unit, label, say = _UNITS[lead.count], Text.same(str(lead.days)), _LEAD
    if isinstance(lead.days, str):
        label = _label(catalog.forms[pool.model.promise.item].form, "", lead.days)
        say = _LEAD_FIELD
    return Text(
        say.zh.format(days=label.zh, unit=unit.zh), say.en.format(days=label.en, unit=unit.en)
    )
