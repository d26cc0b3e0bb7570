"""What a reader sees of records, verdicts and events: everything hidden from them taken out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from seamline.access import EVERYTHING_SEEN, Reach, plain
from seamline.catalog import Catalog
from seamline.facts import Actor, Decision, Event, Finding, Record, Row, RuleClass, Value
from seamline.forms import FormModel
from seamline.store import RecordHead, Unit
from seamline.text import Text

from .veiling import COMMENTS

Unseen = frozenset[str]
ALL_SEEN: Unseen = frozenset()
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # stands where a moment is hidden
_SAID = re.compile(r"\{([^{}]*)\}")
# What happens to a record itself; all else is told to those from whom nothing is hidden.
OF_RECORDS = frozenset({"created", "changed", "stepped", "archived", "restored", "posted"})
OF_OTHERS = frozenset({"matched", "unmatched"})  # quotes records that belong together
HIDDEN_RULE: Mapping[RuleClass, Text] = {
    "hard": Text(
        "一条规则不允许这样做；它所依据的内容您看不到。",
        "A rule does not allow this; you do not see what it rests on.",
    ),
    "soft": Text("一条您看不到依据的提醒。", "A reminder about something you do not see."),
    "review": Text(
        "需要人工审核；所依据的内容您看不到。",
        "It needs a review; you do not see what for.",
    ),
}


def seen_of(
    unit: Unit, model: FormModel, reach: Reach, records: Collection[str]
) -> dict[str, Unseen]:
    """Return for each record within reach, by its id, which names are hidden on it."""
    if reach is EVERYTHING_SEEN or reach == EVERYTHING_SEEN:
        return dict.fromkeys(records, ALL_SEEN)
    if not reach.views or not records:
        return {}
    if len(reach.views) == 1 and reach.views[0].where is None:
        return dict.fromkeys(records, reach.views[0].unseen)
    met = unit.records.meeting(model.tables, records, reach.conditions())
    hidden = ((record, reach.hidden(held)) for record, held in met.items())
    return {record: names for record, names in hidden if names is not None}


def unseen_names(model: FormModel) -> Unseen:
    """Return every name of a form: all of it is hidden from one who may not read it."""
    return frozenset({*model.scope.types, *model.fields})


def masked(record: Record, unseen: Unseen) -> Record:
    """Return a record without what is hidden; what a platform column holds is made nothing."""
    if not unseen:
        return record

    def kept(name: str, word: str) -> str:
        return "" if name in unseen else word

    return replace(
        record,
        code=kept("_code", record.code),
        tracking=kept("_tracking", record.tracking),
        state=kept("_state", record.state),
        held="" if "_held" in unseen else record.held,
        revision=0 if "_revision" in unseen else record.revision,
        created_at=NEVER if "_created_at" in unseen else record.created_at,
        created_by=kept("_created_by", record.created_by),
        updated_at=NEVER if "_updated_at" in unseen else record.updated_at,
        updated_by=kept("_updated_by", record.updated_by),
        archived_at=None if "_archived_at" in unseen else record.archived_at,
        values=_values(record.values, unseen),
        unseen=unseen,
    )


def _values(values: Mapping[str, Value], unseen: Unseen) -> dict[str, Value]:
    kept: dict[str, Value] = {}
    for name, value in values.items():
        if name in unseen:
            continue
        if isinstance(value, tuple) and value and isinstance(value[0], Row):
            value = tuple(_row(name, row, unseen) for row in value if isinstance(row, Row))
        kept[name] = value
    return kept


def _row(table: str, row: Row, unseen: Unseen) -> Row:
    cells = {name: cell for name, cell in row.values.items() if f"{table}.{name}" not in unseen}
    return replace(row, values=cells)


def masked_head(head: RecordHead, model: FormModel, unseen: Unseen) -> RecordHead:
    """Return the head of a record without what is hidden of it."""
    form = model.form
    called = "_code" if form.code is not None or form.key is None else form.key
    return replace(
        head,
        code="" if called in unseen else head.code,
        tracking="" if "_tracking" in unseen else head.tracking,
        state="" if "_state" in unseen else head.state,
        updated_at=NEVER if "_updated_at" in unseen else head.updated_at,
        label="" if form.name in unseen else head.label,
    )


def masked_findings(
    findings: Iterable[Finding], says: Mapping[str, Text], unseen: Unseen
) -> tuple[Finding, ...]:
    """Return what rules have found, as far as its reader sees what they looked at.

    `says` gives the sentence of each rule as its author wrote it: where one quotes something
    hidden, or is not known any more, the rule's title is said instead. Of a rule that looks at
    something hidden only its effect is told, of a soft one nothing.
    """
    if not unseen:
        return tuple(findings)
    kept: dict[object, Finding] = {}
    for one in findings:
        if unseen.isdisjoint(plain(name) for name in one.fields):
            say = says.get(one.rule)
            quoted = None if say is None else {*_SAID.findall(say.zh), *_SAID.findall(say.en)}
            if quoted is None or not unseen.isdisjoint(map(plain, quoted)):
                one = replace(one, say=one.title)
            kept[one.rule] = one
        elif one.rule_class != "soft" and not one.shadow:
            kept[one.rule_class, one.result] = _of_hidden(one)
    return tuple(kept.values())


def _of_hidden(one: Finding) -> Finding:
    say = HIDDEN_RULE[one.rule_class]
    return Finding("", one.rule_class, say, one.result, say)


def says_of(catalog: Catalog, step: str, version: str = "") -> dict[str, Text]:
    """Return the sentences of a step's rules; none where they have changed since `version`."""
    model = catalog.rules.get(step)
    if model is None or version not in ("", model.version):
        return {}
    return {ready.rule.id: ready.say for ready in model.rules}


def masked_decision(decision: Decision, catalog: Catalog, unseen: Unseen) -> Decision:
    """Return a verdict with the facts and findings that its reader may know of."""
    if not unseen:
        return decision
    says = says_of(catalog, decision.step, decision.ruleset_version)
    return replace(
        decision,
        findings=masked_findings(decision.findings, says, unseen),
        facts={
            name: _json_value(name, value, unseen)
            for name, value in decision.facts.items()
            if plain(name) not in unseen
        },
    )


def masked_event(
    event: Event, actor: Actor, unseen: Unseen, rules: Collection[str] | None, *, whole: bool
) -> Event | None:
    """Return an entry of the journal as its reader may know it; None where not at all.

    What somebody else did shows its time and author where the reader sees those of the record.
    `rules` are the rules that may be named (None: all); `whole` says that every record is seen.
    """
    own = event.actor == actor.id
    if not own and not whole and event.kind in OF_OTHERS:
        return None
    if not unseen:
        return event
    if event.kind in COMMENTS:  # which of them are seen is said by `veiling`
        return _comment(event, unseen)
    made = event.kind == "created"
    when, who = ("_created_at", "_created_by") if made else ("_updated_at", "_updated_by")
    body = _body(event.body, unseen, rules, own=own)
    if not own and (event.kind not in OF_RECORDS or when in unseen or not _tells(body)):
        return None
    known = own or who not in unseen
    return replace(
        event,
        actor=event.actor if known else "",
        via=event.via if known else "",
        seen=event.seen if own else "",
        reported=event.reported if own else "",
        reason=event.reason if known else "",
        code="" if "_code" in unseen else event.code,
        tracking="" if "_tracking" in unseen else event.tracking,
        decision=event.decision if own else "",
        body=body,
        previous_hash="",
        hash="",
    )


def _comment(event: Event, unseen: Unseen) -> Event:
    return replace(
        event,
        seen="",
        reported="",
        code="" if "_code" in unseen else event.code,
        tracking="" if "_tracking" in unseen else event.tracking,
        previous_hash="",
        hash="",
    )


def _body(
    body: Mapping[str, object], unseen: Unseen, rules: Collection[str] | None, *, own: bool
) -> dict[str, object]:
    kept: dict[str, object] = {}
    for name, value in body.items():
        if name in ("values", "changes") and isinstance(value, Mapping):
            shown = {
                field: _json_value(field, one, unseen)
                for field, one in value.items()
                if field not in unseen
            }
            kept[name] = shown
        elif name in ("state", "revision") and f"_{name}" not in unseen:
            kept[name] = value
        elif name == "rules" and isinstance(value, (list, tuple)):
            kept[name] = [one for one in value if rules is None or one in rules]
        elif name == "version" or (name in ("outcome", "confirmed") and own):
            kept[name] = value
    return kept


def _tells(body: Mapping[str, object]) -> bool:
    return bool(body.get("values") or body.get("changes") or body.get("state"))


def _json_value(name: str, value: Any, unseen: Unseen) -> Any:
    """Return a JSON value, rows of a sub-table without their hidden columns."""
    if isinstance(value, Mapping):
        return {column: cell for column, cell in value.items() if f"{name}.{column}" not in unseen}
    if isinstance(value, (list, tuple)):
        return [_json_value(name, item, unseen) for item in value]
    return value
