"""The fields of a form: ids, what they refer to, defaults, and what only their kind knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from seamline.documents import Path
from seamline.fields import KINDS, Invalid, Reading, stands_for
from seamline.fields.across import MOST_STEPS, named
from seamline.metadata import Field, Form
from seamline.problems import shorten
from seamline.text import Text

from .draft import Draft, Sheet

# Kinds whose values may not repeat, where the author says `unique`.
UNIQUE_COLUMNS = ("text", "integer", "decimal", "date", "datetime", "reference")


def every_field(form: Form) -> Iterator[tuple[Path, Field, tuple[Field, ...]]]:
    """Yield each field with its path in the document and the fields beside it.

    Beside the column of a sub-table stand its columns first, then the fields of the form.
    """
    for s, section in enumerate(form.sections):
        for f, field in enumerate(section.fields):
            path: Path = ("sections", s, "fields", f)
            yield path, field, form.fields
            for c, column in enumerate(field.fields):
                yield (*path, "fields", c), column, (*field.fields, *form.fields)


def check_fields(draft: Draft, sheet: Sheet) -> None:
    """Check every field of a form and note which of them stand on something unknown."""
    form: Form = sheet.part
    forms = draft.forms()
    shaky: set[str] = set()
    _check_ids(draft, sheet)
    for path, field, beside in every_field(form):
        if not _stands(draft, sheet, path, field, beside, forms):
            shaky.add(field.id)
        _check_kind(draft, sheet, path, field)
        _check_common(draft, sheet, path, field)
        _check_proof(draft, sheet, path, field)
    draft.shaky[form.id] = frozenset(shaky)


def _check_ids(draft: Draft, sheet: Sheet) -> None:
    form: Form = sheet.part
    sections = [(("sections", s, "id"), section.id) for s, section in enumerate(form.sections)]
    draft.each_once(sheet, "section", sections)
    fields = [((*path, "id"), field.id) for path, field, _ in every_field(form) if len(path) == 4]
    draft.each_once(sheet, "field", fields)
    for s, section in enumerate(form.sections):
        for f, field in enumerate(section.fields):
            columns = [
                (("sections", s, "fields", f, "fields", c, "id"), column.id)
                for c, column in enumerate(field.fields)
            ]
            draft.each_once(sheet, "column", columns)


def _stands(
    draft: Draft,
    sheet: Sheet,
    path: Path,
    field: Field,
    beside: Sequence[Field],
    forms: Mapping[str, Form],
) -> bool:
    """Check what a reference, lookup or person field leans on; False where nothing is there."""
    if field.kind == "reference":
        return _target(draft, sheet, path, field, forms)
    if field.kind == "lookup":
        return _looks_up(draft, sheet, path, field, beside, forms)
    if field.kind == "person" and "role" in field.settings:
        word = field.settings["role"]
        known = {other.id for other in draft.of_kind("role")} | {"administrator"}
        known |= {role.id for package in draft.others for role in package.roles}
        if not draft.knows("role", word, known):
            draft.unknown(sheet, (*path, "role"), "role", word, known)
    return True


def _target(
    draft: Draft, sheet: Sheet, path: Path, field: Field, forms: Mapping[str, Form]
) -> bool:
    word = field.settings["to"]
    target = forms.get(word)
    if target is None:
        if ("form", word) not in draft.failed:
            draft.unknown(sheet, (*path, "to"), "form", word, forms)
        return False
    _check_need(draft, sheet, (*path, "to"), word)
    known = [other.id for other in target.fields]
    for index, name in enumerate(field.settings.get("search", ())):
        if name not in known:
            draft.unknown(sheet, (*path, "search", index), "field", name, known)
    return True


def _check_need(draft: Draft, sheet: Sheet, path: Path, word: str) -> None:
    """Check that a form of another package comes from one that this package says it needs."""
    if any(other.id == word for other in draft.of_kind("form")):
        return
    owner = next(p.head for p in draft.others if any(form.id == word for form in p.forms))
    if draft.head.id and owner.id not in draft.head.needs_packages:
        say = Text(
            f"表单“{word}”属于配置包“{owner.id}”，而 package.yaml 没有写需要它。",
            f"The form '{word}' is of package '{owner.id}', which package.yaml does not need.",
        )
        hint = Text(
            f'在 needs.packages 里加 {owner.id}: ">={owner.version}"。',
            f'Add {owner.id}: ">={owner.version}" to needs.packages.',
        )
        draft.tell(sheet, path, "need_not_stated", say, hint, got=owner.id)


def _looks_up(
    draft: Draft,
    sheet: Sheet,
    path: Path,
    field: Field,
    beside: Sequence[Field],
    forms: Mapping[str, Form],
) -> bool:
    references = {f.id: f for f in reversed(beside) if f.kind == "reference"}
    through = references.get(field.settings["from"])
    if through is None:
        draft.unknown(sheet, (*path, "from"), "reference", field.settings["from"], references)
        return False
    target = forms.get(through.settings["to"])
    if target is None:
        return False  # said at the reference
    known = {other.id: other for other in target.fields}
    wanted = known.get(field.settings["field"])
    if wanted is None:
        draft.unknown(sheet, (*path, "field"), "field", field.settings["field"], known)
        return False
    if wanted.kind == "table":
        say = Text(
            f"“{wanted.id}”是子表，不能带出。", f"'{wanted.id}' is a sub-table; look up a value."
        )
        draft.tell(sheet, (*path, "field"), "lookup_table", say, got=wanted.id)
        return False
    if _circles(field, beside, forms):
        say = Text("带出值绕了一圈，没有源头。", "This lookup goes in a circle and has no source.")
        draft.tell(sheet, (*path, "field"), "lookup_circle", say, got=wanted.id)
    return stands_for(field, beside, forms) is not None


def _circles(field: Field, beside: Sequence[Field], forms: Mapping[str, Form]) -> bool:
    """Say whether a lookup leads through lookups for ever (or further than is followed)."""
    for _ in range(MOST_STEPS):
        if field.kind != "lookup":
            return False
        through = named(beside, field.settings["from"])
        target = forms.get(through.settings.get("to", "")) if through is not None else None
        wanted = named(target.fields, field.settings["field"]) if target is not None else None
        if target is None or wanted is None:
            return False  # said where that link is
        field, beside = wanted, target.fields
    return True


def _check_kind(draft: Draft, sheet: Sheet, path: Path, field: Field) -> None:
    """Ask the kind about its settings; it answers with places relative to the field."""
    check = KINDS[field.kind].check
    for problem in check(field) if check is not None else ():
        setting = problem.place.path.partition("[")[0].partition(".")[0]
        place = sheet.document.place((*path, setting) if setting else path)
        draft.problems.add(problem.at(place))


def _check_common(draft: Draft, sheet: Sheet, path: Path, field: Field) -> None:
    kind = KINDS[field.kind]
    if not kind.written:
        for key in ("required", "required_when", "default"):
            if getattr(field, key) not in (None, False):
                say = Text(
                    f"{kind.title.zh}由平台填写，不写 {key}。",
                    f"The platform fills a field of kind {field.kind}; leave out {key}.",
                )
                draft.tell(sheet, (*path, key), "not_written", say, key=True)
    elif field.default is not None:
        _check_default(draft, sheet, path, field)
    if field.unique and kind.column(field).type not in UNIQUE_COLUMNS:
        say = Text(
            f"{kind.title.zh}不能要求不重复。", f"A field of kind {field.kind} cannot be unique."
        )
        draft.tell(sheet, (*path, "unique"), "not_unique", say, key=True)


def _check_proof(draft: Draft, sheet: Sheet, path: Path, field: Field) -> None:
    """Refuse proof in a sub-table: a proof belongs to its record and is never taken away."""
    if "proof" in field.settings and len(path) > 4:
        say = Text("子表的列不能要求现场取证。", "A column of a sub-table cannot ask for proof.")
        hint = Text("请放到表单的字段上。", "Ask it of a field of the form.")
        draft.tell(sheet, (*path, "proof"), "proof_in_table", say, hint, key=True)


def _check_default(draft: Draft, sheet: Sheet, path: Path, field: Field) -> None:
    """Read the default as if a person had typed it."""
    try:
        KINDS[field.kind].parse(field, field.default, Reading(zone=_zone(draft)))
    except Invalid as error:
        problem = error.problem
        say = Text(
            f"默认值不合字段：{problem.say.zh}", f"The default does not fit: {problem.say.en}"
        )
        got = shorten(str(field.default))
        draft.tell(sheet, (*path, "default"), "bad_default", say, problem.hint, got=got)


def _zone(draft: Draft) -> ZoneInfo:
    try:
        return ZoneInfo(draft.head.zone)
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")
