"""A form on a page: its sections, the fields a step may fill, and everything wrong at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from seamline.facts import Ref
from seamline.metadata import Field, Section
from seamline.problems import Problem
from seamline.text import Language, Text

from .box import Box, Fixed
from .control import Control
from .drawing import Drawing
from .rows import TableBox
from .typed import Typed, TypedRow
from .widgets import shown

USUAL_COLUMNS = 5
_PLACE = re.compile(r"([a-z][a-z0-9_]*)(?:\[(\d+)\])?(?:\.([a-z][a-z0-9_]*))?")
Suggest = Callable[[Field, str], Sequence[Ref]]


@dataclass(frozen=True, slots=True)
class Said:
    """One problem in the summary: its sentence, and the element it leads to."""

    sentence: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class SectionBox:
    """One section of the form; `later` are labels of fields that are filled in on saving."""

    id: str
    title: str
    boxes: list[Box | TableBox]
    later: tuple[str, ...] = ()

    @property
    def asleep(self) -> bool:
        """Return whether nothing in it can be filled until the browser shows it."""
        return all(box.asleep for box in self.boxes if box.control.written)


@dataclass(slots=True)
class Sheet:
    """The whole form as it stands."""

    sections: list[SectionBox]
    conditional: bool
    problems: list[Said] = field(default_factory=list)
    live: str = ""
    whole: bool = False

    @property
    def required(self) -> bool:
        """Return whether some field must be filled in."""
        return any(
            box.required for section in self.sections for box in section.boxes if not box.asleep
        )

    @property
    def broad(self) -> bool:
        """Return whether a sub-table has more columns than fit the usual width."""
        boxes = [box for section in self.sections for box in section.boxes]
        return any(isinstance(box, TableBox) and len(box.columns) > USUAL_COLUMNS for box in boxes)

    @property
    def proves(self) -> bool:
        """Return whether a photo that has to be proof is asked for."""
        boxes = [box for section in self.sections for box in section.boxes]
        return any("proof" in box.control.field.settings for box in boxes)

    @property
    def shown(self) -> list[str]:
        """Return the ids of the fields that stand on the page and can be filled."""
        return [
            box.control.field.id
            for section in self.sections
            for box in section.boxes
            if box.control.written and not (box.asleep or isinstance(box, Fixed))
        ]


@dataclass(slots=True)
class Draft:
    """What a sheet is made from.

    `fields` are the ids the step may fill; `hidden` those whose condition does not hold now, of
    which `asleep` are on the page nevertheless, for the browser to show by what `live` tells it;
    `shown` the readable values of what the platform fills, `remarks` the same per row of a
    sub-table; `names` what a referenced key is called; `suggest` finds records for a reference;
    `windows` is the first row to show of a long sub-table; `starts` what a new row begins with;
    `notes` say where a value came from that nobody has typed, `owned` whose it is to change.
    """

    language: Language
    drawing: Drawing
    sections: Iterable[Section]
    fields: frozenset[str]
    typed: Typed
    hidden: frozenset[str] = frozenset()
    asleep: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    live: str = ""
    whole: bool = False
    shown: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    suggest: Suggest = lambda _field, _words: ()
    problems: Sequence[Problem] = ()
    windows: Mapping[str, int] = field(default_factory=dict)
    starts: Mapping[str, TypedRow] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    owned: Mapping[str, str] = field(default_factory=dict)


def sheet(draft: Draft) -> Sheet:
    """Return the form as it stands, every problem beside its field."""
    sections = [made for one in draft.sections if (made := _section(draft, one)) is not None]
    conditional = any(
        one.visible_when is not None
        for section in draft.sections
        for one in section.fields
        if one.id in draft.fields
    )
    made_sheet = Sheet(sections, conditional, live=draft.live, whole=draft.whole)
    made_sheet.problems = _spread(made_sheet, draft.problems, draft.language)
    return made_sheet


def _section(draft: Draft, section: Section) -> SectionBox | None:
    boxes: list[Box | TableBox] = []
    later: list[str] = []
    for one in section.fields:
        made = draft.drawing.controls[one.id]
        if one.id in draft.hidden - draft.asleep:
            continue
        if not made.written:
            _platform_filled(draft, made, boxes, later)
        elif one.id in draft.fields:
            box = _table(draft, made) if one.kind == "table" else _box(draft, made)
            box.asleep = one.id in draft.asleep
            boxes.append(box)
        elif one.id in draft.owned:
            value, note = draft.shown.get(one.id, ""), draft.owned[one.id]
            boxes.append(Fixed(made, shown(made), value, note=note))
    if not any(box.control.written for box in boxes):
        return None
    return SectionBox(section.id, section.title.in_(draft.language), boxes, tuple(later))


def _platform_filled(
    draft: Draft, made: Control, boxes: list[Box | TableBox], later: list[str]
) -> None:
    shown = draft.shown.get(made.field.id, "")
    if shown:
        boxes.append(Box(made, draft.drawing.draws[made.field.id], shown))
    else:
        later.append(made.label)


def _box(draft: Draft, made: Control) -> Box:
    one = made.field
    typed = draft.typed.get(one.id, [] if one.kind == "multi_choice" else "")
    required = one.required or one.id in draft.required
    box = Box(made, draft.drawing.draws[one.id], typed, required, note=draft.notes.get(one.id, ""))
    if made.lookup:
        box.choices = draft.suggest(one, str(typed))
        box.found = draft.names.get((one.id, str(typed)), "")
    return box


def _table(draft: Draft, made: Control) -> TableBox:
    name = made.field.id
    columns = draft.drawing.columns[name]
    return TableBox(
        made,
        columns,
        draft.typed.get(name) or [],
        draft.starts.get(name) or TypedRow(0),
        draft.names,
        draft.remarks,
        {one.id: draft.suggest(one.control.field, "") for one in columns if one.control.lookup},
        draft.windows.get(name, 0),
    )


def _spread(made: Sheet, problems: Sequence[Problem], language: Language) -> list[Said]:
    """Put each problem beside its field and return the summary, in the order of the page."""
    boxes = {box.control.field.id: box for section in made.sections for box in section.boxes}
    order = {name: number for number, name in enumerate(boxes)}
    found: list[tuple[int, int, Said]] = []
    for problem in problems:
        match = _PLACE.fullmatch(problem.place.path)
        box = boxes.get(match[1]) if match else None
        sentence = problem.sentence(language)
        if match is None or box is None:
            found.append((-1, 0, Said(_placed(problem, sentence))))
            continue
        row, said = _beside(box, match, sentence, language)
        found.append((order[match[1]], row, said))
    return [said for _, _, said in sorted(found, key=lambda entry: entry[:2])]


def _placed(problem: Problem, sentence: str) -> str:
    """Return the sentence of a problem that has no control on this page, with its place if any."""
    return f"{problem.place.path}: {sentence}" if "[" in problem.place.path else sentence


def _beside(
    box: Box | TableBox, match: re.Match[str], sentence: str, language: Language
) -> tuple[int, Said]:
    if isinstance(box, TableBox) and match[2]:
        number = int(match[2])
        if number <= len(box.sent):
            place, row = box.sent[number - 1]
            one = next((col for col in box.columns if col.id == match[3]), None)
            where = Text(f"第 {place} 行", f"row {place}").in_(language)
            label = f"{box.label} {where}" + (f" {one.control.label}" if one else "")
            if one is None:
                box.errors.append(_with_label(where, sentence, language))
                anchor = box.id
            else:
                box.cell_errors.setdefault(row.number, {}).setdefault(one.id, []).append(sentence)
                anchor = f"f-{box.name}.{row.number}.{one.id}"
            return place, Said(_with_label(label, sentence, language), anchor)
    box.errors.append(sentence)
    return 0, Said(_with_label(box.label, sentence, language), box.id)


def _with_label(label: str, sentence: str, language: Language) -> str:
    if label in sentence:
        return sentence
    return f"{label}:{sentence}" if language == "zh" else f"{label}: {sentence}"
