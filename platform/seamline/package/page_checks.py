"""Pages: from plain data to their metadata, and against the forms they name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.metadata import Field, Form, Page, State, Step
from seamline.metadata.form import BUILT_IN_STEPS
from seamline.pages import PAGE_KINDS
from seamline.text import Text, written

from .computing import check_condition, scope_of
from .draft import Draft, Sheet, mentions
from .form_checks import SYSTEM_COLUMNS


def built(data: Mapping[str, Any]) -> Page:
    """Return a page from data that passed the schema."""
    return Page(
        id=data["page"],
        kind=data["kind"],
        title=written(data["title"]),
        settings=PAGE_KINDS[data["kind"]].read(data),
        icon=data.get("icon", "file"),
        group=written(data["group"]) if "group" in data else None,
        help=written(data["help"]) if "help" in data else None,
    )


def check_pages(draft: Draft) -> None:
    """Check every page of the package against what its kind names."""
    for sheet in draft.of_kind("page"):
        PAGE_KINDS[sheet.part.kind].check(sheet.document.data, DraftNames(draft, sheet))


@dataclass(frozen=True, slots=True)
class DraftNames:
    """Answers the questions of a page's check from the draft of its package."""

    draft: Draft
    sheet: Sheet

    def form(self, path: Path, word: str) -> Form | None:
        """Return the form called `word`."""
        forms = self.draft.forms()
        if word not in forms and ("form", word) not in self.draft.failed:
            self.draft.unknown(self.sheet, path, "form", word, forms)
        return forms.get(word)

    def field(self, path: Path, form: Form, word: str, kinds: Collection[str] = ()) -> Field | None:
        """Return a field or a column of a sub-table, of one of `kinds` where some are named."""
        table, _, last = word.rpartition(".")
        fields = {field.id: field for field in form.fields}
        if table:
            held = self.field(path, form, table, ("table",))
            if held is None:
                return None
            fields = {field.id: field for field in held.fields}
        field = fields.get(last)
        if field is None:
            if not self._shaky(form, last):
                self.draft.unknown(self.sheet, path, "column" if table else "field", last, fields)
        elif kinds and field.kind not in kinds:
            self._not_of_kind(path, word, field, kinds)
            return None
        return field

    def _not_of_kind(self, path: Path, word: str, field: Field, kinds: Collection[str]) -> None:
        listed = ", ".join(kinds)
        say = Text(
            f"“{word}”是 {field.kind} 字段，这里要用 {listed}。",
            f"'{word}' is a field of kind {field.kind}; one of {listed} is wanted here.",
        )
        self.tell(path, "wrong_kind", say, got=field.kind)

    def _shaky(self, form: Form, word: str) -> bool:
        return word in self.draft.shaky.get(form.id, frozenset())

    def column(self, path: Path, form: Form, word: str) -> None:
        """Ask for a field or a system column, as lists have them."""
        known = [field.id for field in form.fields]
        if word not in (*known, *SYSTEM_COLUMNS) and not self._shaky(form, word):
            self.draft.unknown(self.sheet, path, "field", word, [*known, *SYSTEM_COLUMNS])

    def state(self, path: Path, form: Form, word: str) -> State | None:
        """Return a state of a form."""
        states = {state.id: state for state in form.states}
        if word not in states:
            self.draft.unknown(self.sheet, path, "state", word, states)
        return states.get(word)

    def step(self, path: Path, form: Form, word: str) -> Step | None:
        """Return a step of a form; a built-in one that is not listed is answered as it stands."""
        steps = {step.id: step for step in form.steps}
        if word not in steps and word in BUILT_IN_STEPS:
            return Step(word, Text.same(word))
        if word not in steps:
            self.draft.unknown(self.sheet, path, "step", word, [*steps, *BUILT_IN_STEPS])
        return steps.get(word)

    def page(self, path: Path, word: str) -> None:
        """Ask for a page of the package or of one installed."""
        known = pages_of(self.draft)
        if not self.draft.knows("page", word, known):
            self.draft.unknown(self.sheet, path, "page", word, known)

    def role(self, path: Path, word: str, kind: str = "", party: str = "") -> None:
        """Ask for a role; of a kind, and standing for records of a form, where that is named."""
        known = {role.id: role for other in self.draft.others for role in other.roles}
        known |= {sheet.id: sheet.part for sheet in self.draft.of_kind("role")}
        if not self.draft.knows("role", word, known):
            self.draft.unknown(self.sheet, path, "role", word, known)
        role = known.get(word)
        if role is None or ((not kind or role.kind == kind) and (not party or role.party == party)):
            return
        say = Text(
            f"角色“{word}”要写 kind: {kind} 和 party: {party}。",
            f"The role '{word}' needs kind: {kind} and party: {party}.",
        )
        self.tell(path, "role_unfit", say, got=word)

    def measure(self, path: Path, word: str) -> None:
        """Ask for a measure of the package or of one installed."""
        ours = [sheet.id for sheet in self.draft.of_kind("measure")]
        known = [*ours, *(one.id for other in self.draft.others for one in other.measures)]
        if not self.draft.knows("measure", word, known):
            self.draft.unknown(self.sheet, path, "measure", word, known)

    def condition(self, path: Path, form: Form, written: object) -> None:
        """Ask whether a condition fits the names and types of a form."""
        if not mentions(written, self.draft.shaky.get(form.id, frozenset())):
            scope = scope_of(self.draft, form)
            check_condition(self.draft, self.sheet, path, written, scope)

    def tell(self, path: Path, code: str, say: Text, hint: Text | None = None, *,
             got: str | None = None) -> None:  # fmt: skip
        """Keep a problem of the kind's own."""
        self.draft.tell(self.sheet, path, code, say, hint, got=got)


def pages_of(draft: Draft) -> list[str]:
    """Return the ids of all pages that may be named: those installed and our own."""
    ours = [sheet.id for sheet in draft.of_kind("page")]
    return [*ours, *(page.id for package in draft.others for page in package.pages)]
