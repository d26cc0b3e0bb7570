"""The first station: may this person take this step on this record, now."""

from __future__ import annotations

from seamline.catalog import Catalog
from seamline.facts import Actor, Origin, Record
from seamline.forms import FormModel
from seamline.metadata import Step
from seamline.metadata.form import BUILT_IN_STEPS
from seamline.problems import Place, Problem, Refused, did_you_mean
from seamline.store import Unit
from seamline.text import Text

from ..entries import admit_entry
from ..hiding import Unseen, masked
from .case import Case, Submission
from .closing import refuse_closed, refuse_library
from .walls import admit_record

MAX_REASON = 1000


def form_named(catalog: Catalog, form: str) -> FormModel:
    """Return the form; raises Refused 404 with the nearest name."""
    model = catalog.forms.get(form)
    if model is None:
        raise Refused.one(
            "unknown_form",
            Text("没有表单“{form}”。", "There is no form '{form}'.").fill(form=form[:60]),
            status=404,
            hint=did_you_mean(form[:60], catalog.forms),
        )
    return model


def admit(unit: Unit, catalog: Catalog, actor: Actor, origin: Origin, asked: Submission) -> Case:
    """Check form, step, permission, record, version, state and reason; raises Refused."""
    model = form_named(catalog, asked.form)
    refuse_library(model)
    step = model.steps.get(asked.step)
    if step is None and model.form.posts is not None and asked.step in BUILT_IN_STEPS:
        raise _never_changed(model)
    if step is None:
        raise Refused.one(
            "unknown_step",
            Text("表单没有步骤“{step}”。", "The form has no step '{step}'.").fill(
                step=asked.step[:60]
            ),
            status=404,
            hint=did_you_mean(asked.step[:60], model.steps),
        )
    catalog.access.require(actor, step.id, model.form.id)
    if asked.entry:
        admit_entry(catalog, model, asked)
    creates = step.id == "create"
    before = None if creates else record_named(unit, model, asked.record, lock=unit.writes)
    case = Case(unit, catalog, actor, origin, asked, model, step, before)
    if not admit_record(case) or not _known(case):
        raise no_such_record(model, asked.record)
    if before is not None:
        _check_version(masked(before, case.unseen), asked)
        _check_state(case, before)
    _check_reason(case)
    return case


def _never_changed(model: FormModel) -> Refused:
    title = model.form.title
    return Refused.one(
        "never_changed",
        Text(
            f"{title.zh}记账后不能修改，也不能归档。",
            f"A record of {title.en.lower()} is never changed or archived: it was posted.",
        ),
        status=409,
        hint=Text("请再记一笔反向变动来更正。", "Correct it by a counter-move."),
    )


def record_named(unit: Unit, model: FormModel, word: str, *, lock: bool = False) -> Record:
    """Return a record by id, code or key; raises Refused 404 where there is none."""
    record = unit.records.get(model.tables, word, lock=lock)
    if record is None:
        raise no_such_record(model, word)
    return record


def stored(unit: Unit, catalog: Catalog, seen: Record) -> Record:
    """Return a record as it is kept, whatever its reader saw of it: for the journal alone."""
    return record_named(unit, form_named(catalog, seen.form), seen.id)


def no_such_record(model: FormModel, word: str) -> Refused:
    """Return the refusal of a record that is not there, or not within reach: both sound alike."""
    title = model.form.title
    return Refused.one(
        "unknown_record",
        Text(f"没有{title.zh}“{word[:60]}”。", f"There is no {title.en.lower()} '{word[:60]}'."),
        status=404,
    )


def _known(case: Case) -> bool:
    """Whether the actor may know of the record by the word he has named it with."""
    before, word = case.before, case.asked.record
    if (
        before is None
        or not case.unseen
        or not case.catalog.access.scope(case.actor, before.form).views
    ):
        return True
    return known_as(case.model, before, word, case.unseen)


def known_as(model: FormModel, found: Record, word: str, unseen: Unseen) -> bool:
    """Whether somebody may know that a record is called so: by its id, or by what he sees of it."""
    if not unseen or word == found.id:
        return True
    if model.form.code is not None and word == found.code:
        return "_code" not in unseen
    return model.form.key is not None and model.form.key not in unseen


def _check_version(before: Record, asked: Submission) -> None:
    if asked.expected_version is None or asked.expected_version == before.version:
        return
    raise Refused.one(
        "version_moved_on",
        Text(
            "记录已被 {who} 改过：您看到的是版本 {seen}，现在是版本 {now}。",
            "{who} has changed the record: you saw version {seen}, it is now version {now}.",
        ).fill(who=before.updated_by or "—", seen=asked.expected_version, now=before.version),
        status=412,
        hint=Text("请重新打开记录，再做修改。", "Open the record again, then make your change."),
    )


def _check_state(case: Case, before: Record) -> None:
    refuse_closed(case.model, before)
    step = case.step
    if before.archived_at is not None and step.id != "restore":
        raise Refused.one(
            "archived",
            Text("记录已归档，不能修改。", "The record is archived and cannot be changed."),
            status=409,
            hint=Text("请先恢复记录。", "Restore it first."),
        )
    if step.id == "restore" and before.archived_at is None:
        raise Refused.one(
            "not_archived",
            Text("记录没有归档，不需要恢复。", "The record is not archived."),
            status=409,
        )
    if before.held == "pending" and step.id != "archive":
        raise Refused.one(
            "held_for_review",
            Text("记录正在人工审核，暂时不能继续。", "The record is held for review."),
            status=409,
            hint=Text("请等待审核结果。", "Wait for the reviewer's decision."),
        )
    if step.id not in ("archive", "restore"):
        _check_from(case.model, step, before, case.unseen)


def _check_from(model: FormModel, step: Step, before: Record, unseen: Unseen) -> None:
    if not step.from_states or before.state in step.from_states:
        return
    if "_state" in unseen:
        raise Refused.one(
            "wrong_state",
            Text(f"现在不能“{step.title.zh}”。", f"'{step.title.en}' is not possible now."),
            status=409,
        )
    titles = {state.id: state.title for state in model.form.states}
    here = titles.get(before.state, Text.same(before.state or "-"))
    allowed = [titles.get(state, Text.same(state)) for state in step.from_states]
    raise Refused.one(
        "wrong_state",
        Text(
            f"记录在“{here.zh}”，不能“{step.title.zh}”。",
            f"The record is '{here.en}'; '{step.title.en}' is not possible from there.",
        ),
        status=409,
        hint=Text(
            "只能从这些状态开始：" + "、".join(text.zh for text in allowed) + "。",
            "It starts from: " + ", ".join(text.en for text in allowed) + ".",
        ),
    )


def _check_reason(case: Case) -> None:
    reason = case.asked.reason
    if case.step.reason == "required" and not reason.strip():
        case.problems.add(
            Problem(
                "reason_required",
                Text(
                    f"“{case.step.title.zh}”必须写明原因。",
                    f"'{case.step.title.en}' needs a reason.",
                ),
                Place("reason"),
            )
        )
    if len(reason) > MAX_REASON:
        case.problems.add(
            Problem(
                "too_long",
                Text(
                    "原因最多 {n} 个字，现有 {got} 个。", "At most {n} characters, got {got}."
                ).fill(n=MAX_REASON, got=len(reason)),
                Place("reason"),
            )
        )
