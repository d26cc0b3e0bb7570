"""A form against itself and the forms it refers to: ids, steps, states, views, code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from seamline.documents import Path
from seamline.fields import KINDS
from seamline.metadata import Field, Form, Step
from seamline.metadata.form import BUILT_IN_STEPS
from seamline.text import Text

from .board_checks import check_board
from .computing import check_computing
from .draft import Draft, Sheet
from .entry_checks import check_entries
from .field_checks import check_fields
from .paper_checks import check_papers
from .prefill_checks import check_prefills

SYSTEM_COLUMNS = (
    "_code", "_tracking", "_state", "_held", "_revision",
    "_created_at", "_created_by", "_updated_at", "_updated_by", "_archived_at",
)  # fmt: skip
_PLACE = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"number(:[1-9])?")
_LITERAL = re.compile(r"[0-9A-Za-z_./-]*")
# Searching compares text: these kinds have some.
_SEARCHED = ("text", "long_text", "barcode", "phone", "email", "url", "code", "person", "choice",
             "reference", "lookup", "computed")  # fmt: skip


def check_forms(draft: Draft) -> None:
    """Check every form of the package; the fields of all first, for others lean on them."""
    sheets = draft.of_kind("form")
    for sheet in sheets:
        check_fields(draft, sheet)
    for sheet in sheets:
        _check_keys(draft, sheet)
        _check_code(draft, sheet, ("code", "pattern"), sheet.part.code and sheet.part.code.pattern)
        _check_sequences(draft, sheet)
        _check_steps(draft, sheet)
        _check_reach(draft, sheet)
        _check_views(draft, sheet)
        check_board(draft, sheet)
        check_computing(draft, sheet)
        check_prefills(draft, sheet)
        check_entries(draft, sheet)
        check_papers(draft, sheet)


def _check_keys(draft: Draft, sheet: Sheet) -> None:
    form: Form = sheet.part
    fields = {field.id: field for field in form.fields}
    for key, word in (("key", form.key), ("name", form.name)):
        if word is not None and word not in fields:
            draft.unknown(sheet, (key,), "field", word, fields)
    field = fields.get(form.key or "")
    if field is None:
        return
    lacks = [name for name in ("required", "unique") if not getattr(field, name)]
    fits = KINDS[field.kind].column(field).type in ("text", "integer")
    if lacks and fits:
        words = ", ".join(f"{name}: true" for name in lacks)
        say = Text(
            f"别的表单用“{field.id}”指认记录，它要写 {words}。",
            f"Others refer to records by '{field.id}'; it needs {words}.",
        )
        draft.tell(sheet, ("key",), "key_field", say, got=field.id)
    if not fits:
        say = Text(
            f"“{field.id}”不是文字或整数，不能用来指认记录。",
            f"'{field.id}' is neither text nor a whole number and cannot name a record.",
        )
        draft.tell(sheet, ("key",), "key_field", say, got=field.id)


def _check_sequences(draft: Draft, sheet: Sheet) -> None:
    for s, section in enumerate(sheet.part.sections):
        for f, field in enumerate(section.fields):
            if field.kind == "code":
                path = ("sections", s, "fields", f, "pattern")
                _check_code(draft, sheet, path, field.settings.get("pattern"))


def _check_code(draft: Draft, sheet: Sheet, path: Path, pattern: str | None) -> None:
    """Check a code pattern: one number, known places, plain characters between them."""
    if pattern is None:
        return
    places = _PLACE.findall(pattern)
    numbers = [word for word in places if _NUMBER.fullmatch(word)]
    strange = [w for w in places if w not in ("year", "month", "day") and w not in numbers]
    rest = _PLACE.sub("", pattern)
    if len(numbers) == 1 and not strange and _LITERAL.fullmatch(rest):
        return
    if strange:
        why = Text(f"不认识 {{{strange[0]}}}", f"{{{strange[0]}}} is unknown")
    elif len(numbers) != 1:
        why = Text(f"有 {len(numbers)} 处 {{number}}", f"there are {len(numbers)} of {{number}}")
    else:
        why = Text("含有不能用的字符", "it holds characters that no code may have")
    say = Text(
        f"编号样式要有恰好一处 {{number:5}}，可加 {{year}} {{month}} {{day}}；{why.zh}。",
        f"A code has exactly one {{number:5}}, and {{year}} {{month}} {{day}} as wished; {why.en}.",
    )
    draft.tell(sheet, path, "code_pattern", say, got=pattern)


def _check_steps(draft: Draft, sheet: Sheet) -> None:
    form: Form = sheet.part
    states = {state.id for state in form.states}
    fields = {field.id: field for field in form.fields}
    for key in ("states", "steps", "duplicates"):
        items = sheet.document.data.get(key, ())
        ids = [((key, index, "id"), item["id"]) for index, item in enumerate(items)]
        draft.each_once(sheet, key.removesuffix("s"), ids)
    for index, step in enumerate(form.steps):
        path = ("steps", index)
        written = sheet.document.data["steps"][index]
        if step.id not in BUILT_IN_STEPS and "title" not in written:
            say = Text(f"业务环节“{step.id}”缺少 title。", f"Step '{step.id}' has no title.")
            draft.tell(sheet, path, "missing_key", say)
        if step.id == "create" and step.from_states:
            say = Text(
                "新建之前没有状态，不写 from。", "Nothing comes before create: leave out from."
            )
            draft.tell(sheet, (*path, "from"), "create_from", say, key=True)
        for place, state in enumerate(written.get("from", ())):
            if state not in states:
                draft.unknown(sheet, (*path, "from", place), "state", state, states)
        if step.to is not None and step.to not in states:
            draft.unknown(sheet, (*path, "to"), "state", step.to, states)
        _check_without(draft, sheet, path, written, fields)
        _known_fields(draft, sheet, (*path, "fields"), step.fields or (), fields)
        _written_fields(draft, sheet, (*path, "fields"), step.fields or (), fields)
        _check_given(draft, sheet, path, step, fields)


def _check_given(
    draft: Draft, sheet: Sheet, path: Path, step: Step, fields: dict[str, Field]
) -> None:
    """Check what a step needs to be given, and what it empties."""
    for key, words in (("needs", step.needs), ("clears", step.clears)):
        _known_fields(draft, sheet, (*path, key), words, fields)
        _written_fields(draft, sheet, (*path, key), words, fields)
    roles = {other.id for other in draft.of_kind("role")}
    roles |= {role.id for package in draft.others for role in package.roles}
    for index, word in enumerate(step.alerts):
        if not draft.knows("role", word, roles):
            draft.unknown(sheet, (*path, "alerts", index), "role", word, roles)
    for index, word in enumerate(step.needs):
        place = (*path, "needs", index)
        if word not in fields:
            continue
        if step.fields is not None and word not in step.fields:
            say = Text(
                f"“{step.id}”不能填“{word}”。", f"The step '{step.id}' cannot fill '{word}'."
            )
            hint = Text("请加到该环节的 fields。", "Add it to the fields of the step.")
            draft.tell(sheet, place, "needs_not_filled", say, hint, got=word)
        if fields[word].visible_when is not None:
            say = Text(f"“{word}”不总是显示。", f"'{word}' does not always show.")
            hint = Text("请改用 required_when。", "Use required_when instead.")
            draft.tell(sheet, place, "needs_hidden", say, hint, got=word)


def _check_without(
    draft: Draft, sheet: Sheet, path: Path, written: Mapping[str, object], fields: Iterable[str]
) -> None:
    left = written.get("without", ())
    _known_fields(draft, sheet, (*path, "without"), left if isinstance(left, list) else (), fields)
    if "without" in written and "fields" in written:
        say = Text(
            "fields 与 without 只写一个。", "A step says either fields or without, not both."
        )
        draft.tell(sheet, (*path, "without"), "fields_and_without", say, key=True)


def _written_fields(
    draft: Draft, sheet: Sheet, path: Path, words: Iterable[str], fields: dict[str, Field]
) -> None:
    for index, word in enumerate(words):
        if word in fields and not KINDS[fields[word].kind].written:
            say = Text(
                f"“{word}”由平台填写，业务环节不能改它。",
                f"The platform fills '{word}'; no step may change it.",
            )
            draft.tell(sheet, (*path, index), "not_written", say, got=word)


def _known_fields(
    draft: Draft, sheet: Sheet, path: Path, words: Iterable[str], known: Iterable[str]
) -> None:
    names = list(known)
    for index, word in enumerate(words):
        if word not in names:
            draft.unknown(sheet, (*path, index), "field", word, names)


def _check_reach(draft: Draft, sheet: Sheet) -> None:
    """Check that every state can be reached from the one that new records enter."""
    form: Form = sheet.part
    known = {state.id for state in form.states}
    named = {word for step in form.steps for word in (*step.from_states, step.to) if word}
    if not known or not named <= known:
        return  # nothing to reach, or said at the step
    steps = {step.id: step for step in form.steps}
    create = steps.pop("create", None)
    first = (create.to if create else None) or form.states[0].id
    reached, grown = {first}, True
    while grown:
        new = {
            step.to
            for step in steps.values()
            if step.to is not None and (not step.from_states or reached & set(step.from_states))
        }
        grown = not new <= reached
        reached |= new
    for index, state in enumerate(form.states):
        if state.id not in reached:
            say = Text(
                f"没有业务环节通到状态“{state.id}”。", f"No step leads to the state '{state.id}'."
            )
            hint = Text(
                f"加一个 to: {state.id} 的环节，或删去这个状态。",
                f"Add a step with to: {state.id}, or take the state out.",
            )
            draft.tell(sheet, ("states", index), "unreachable_state", say, hint, got=state.id)


def _check_views(draft: Draft, sheet: Sheet) -> None:
    form: Form = sheet.part
    fields = {field.id: field for field in form.fields}
    written = sheet.document.data.get("list", {})
    known = [*fields, *SYSTEM_COLUMNS]
    for index, item in enumerate(form.duplicates):
        path = ("duplicates", index, "fields")
        _known_fields(draft, sheet, path, item.fields, fields)
        _comparable(draft, sheet, path, item.fields, fields)
    for key in ("columns", "filters", "search"):
        words = written.get(key, ())
        _known_fields(draft, sheet, ("list", key), words, known)
        if key == "filters":
            _comparable(draft, sheet, ("list", key), words, fields)
    for index, word in enumerate(written.get("search", ())):
        if word in fields and fields[word].kind not in _SEARCHED:
            say = Text(f"“{word}”不是文字，不能搜索。", f"'{word}' is not text to be searched.")
            draft.tell(sheet, ("list", "search", index), "not_searchable", say, got=word)
    sort = [word.removeprefix("-") for word in written.get("sort", ())]
    _known_fields(draft, sheet, ("list", "sort"), sort, known)
    _comparable(draft, sheet, ("list", "sort"), sort, fields, ordered=True)


def _comparable(
    draft: Draft,
    sheet: Sheet,
    path: Path,
    words: Iterable[str],
    fields: dict[str, Field],
    ordered: bool = False,
) -> None:
    """Check that fields have a column to compare (`ordered`: to sort) by."""
    unfit = ("none", "json", "set") if ordered else ("none", "json")
    for index, word in enumerate(words):
        if word in fields and KINDS[fields[word].kind].column(fields[word]).type in unfit:
            kind = KINDS[fields[word].kind].title
            say = Text(
                f"“{word}”是{kind.zh}，不能用来筛选、查重或排序。",
                f"'{word}' ({kind.en}) cannot be filtered, compared or sorted.",
            )
            draft.tell(sheet, (*path, index), "not_comparable", say, got=word)
