"""A pipeline as a graph: what sets it off, its steps one below the other, lanes side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents import Document, Path
from seamline.metadata import Form
from seamline.pipelines import STEPS, TRIGGERS, StepKind
from seamline.pipelines.shapes import SPAN
from seamline.problems import Problem
from seamline.text import Language, Text, written

LANES = "#/$defs/steps"  # what the schema says of settings that hold steps
# Settings that say in a word what a step is about, the first one given is shown.
TELLING = ("form", "connection", "map", "in", "for", "until")


@dataclass(frozen=True, slots=True)
class Lane:
    """Steps that lie inside another, under the name of the setting that holds them."""

    words: str
    title: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One step of the graph; `wrong` counts its problems, `about` says what it works on."""

    words: str
    list: str
    id: str
    kind: str
    title: str
    icon: str
    about: str = ""
    wrong: int = 0
    lanes: tuple[Lane, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets the pipeline off."""

    kind: str
    title: str
    icon: str
    about: str
    wrong: int


@dataclass(frozen=True, slots=True)
class Ground:
    """What a graph is drawn from: the document, the forms, who reads, what is wrong."""

    document: Document
    forms: Mapping[str, Form]
    language: Language
    problems: tuple[Problem, ...] = ()

    def wrong(self, words: str, inner: Sequence[str] = ()) -> int:
        """Return how many problems a thing has, without those of what lies in its lanes."""

        def within(place: str, of: str) -> bool:
            return place == of or place.startswith((f"{of}.", f"{of}["))

        return sum(
            within(one.place.path, words)
            and not any(within(one.place.path, lane) for lane in inner)
            for one in self.problems
        )

    def about(self, settings: Any) -> str:
        """Return what a step or trigger works on, as people call it."""
        if not isinstance(settings, Mapping):
            return ""
        word = next((str(settings[key]) for key in TELLING if settings.get(key)), "")
        form = self.forms.get(word)
        entity = settings.get("entity")
        called = form.title.in_(self.language) if form is not None else word
        return f"{called} · {entity}" if entity and called else called


def kind_of(step: Any) -> str:
    """Return the kind of a step as it is written; "" where it has none (yet)."""
    if not isinstance(step, Mapping):
        return ""
    return next((name for name in STEPS if name in step), "")


def lanes_of(kind: StepKind) -> tuple[str, ...]:
    """Return the settings of a kind that hold steps."""
    return tuple(key for key, part in kind.settings.items() if part.get("$ref") == LANES)


def trigger_of(ground: Ground) -> Trigger:
    """Return what sets a pipeline off."""
    on = ground.document.data.get("on")
    kind = next((name for name in TRIGGERS if isinstance(on, Mapping) and name in on), "")
    found = TRIGGERS.get(kind)
    title = found.title.in_(ground.language) if found else kind or "?"
    about = ground.about(on[kind]) if kind else ""
    return Trigger(kind, title, found.icon if found else "workflow", about, ground.wrong("on"))


def nodes_of(ground: Ground, path: Path = ("steps",)) -> tuple[Node, ...]:
    """Return the steps of a list, each with what lies inside it."""
    items = ground.document.value(path)
    if not isinstance(items, list):
        return ()
    list_ = ground.document.words(path)
    return tuple(_node(ground, (*path, number), one, list_) for number, one in enumerate(items))


def _node(ground: Ground, path: Path, step: Any, list_: str) -> Node:
    kind = kind_of(step)
    found = STEPS.get(kind)
    words = ground.document.words(path)
    lanes = tuple(_lanes(ground, (*path, kind), found)) if found else ()
    id_ = str(step.get("id", "")) if isinstance(step, Mapping) else ""
    return Node(
        words, list_, id_, kind,
        found.title.in_(ground.language) if found else kind or "?",
        found.icon if found else "workflow",
        ground.about(step[kind]) if kind else "",
        ground.wrong(words, [one.words for one in lanes]),
        lanes,
    )  # fmt: skip


_LANE_TITLES = {
    "then": Text("成立时", "If so"),
    "else": Text("否则", "Otherwise"),
    "steps": Text("每一行", "For each"),
}


def _lanes(ground: Ground, path: Path, kind: StepKind) -> Iterator[Lane]:
    for key in lanes_of(kind):
        inner = (*path, key)
        title = _LANE_TITLES.get(key, Text.same(key)).in_(ground.language)
        yield Lane(f"{ground.document.words(path)}.{key}", title, nodes_of(ground, inner))


def every(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield all steps of a graph, wherever they lie."""
    for node in nodes:
        yield node
        for lane in node.lanes:
            yield from every(lane.nodes)


@dataclass(frozen=True, slots=True)
class Fresh:
    """Makes new steps that stand on what there is: forms, connections, names known so far."""

    forms: Mapping[str, Form]
    connections: Sequence[str] = ()
    roles: Sequence[str] = ()
    taken: frozenset[str] = frozenset()
    names: Sequence[str] = ()
    rows: Sequence[str] = ()
    maps: Sequence[str] = ()

    def step(self, kind: str) -> dict[str, Any]:
        """Return a new step of a kind, with the settings that it cannot do without."""
        number = next(n for n in range(1, 10_000) if f"{kind}_{n}" not in self.taken)
        return {"id": f"{kind}_{number}", kind: self.settings(STEPS[kind], f"{kind}_{number}_")}

    def settings(self, kind: Any, stem: str = "") -> dict[str, Any]:
        """Return the settings that a kind of step or trigger needs at least."""
        required = list(kind.required)
        if "then" in kind.settings:
            required.append("then")
        if getattr(kind, "open", None):
            return {"value": 0}
        required = required or [*kind.settings][:1]
        made = {key: self._first(key, kind.settings.get(key, {}), stem) for key in required}
        if kind.name == "notify":
            made = {"roles": [next(iter(self.roles), "administrator")], **made}
        return made

    def _first(self, key: str, part: Mapping[str, Any], stem: str) -> Any:
        if part.get("$ref") == LANES:
            return [{"id": f"{stem}value", "map": {"value": 0}}]
        form = next(iter(self.forms.values()), None)
        first = form.fields[0].id if form and form.fields else "name"
        name = next(iter(self.names), "record._id")
        simple: dict[str, Any] = {
            "form": form.id if form else "form",
            "step": "create",
            "connection": next(iter(self.connections), "connection"),
            "by": first,
            "field": first,
            "values": {first: ""},
            "map": next(iter(self.maps), "map"),
            "in": next(iter(self.rows), "record.lines"),
            "as": "row",
            "when": {"var": name},
            "while": {"var": name},
            "key": f"={name}",
            "operation": "update",
            "text": {"zh": "请处理。", "en": "Please see to it."},
            "roles": [next(iter(self.roles), "administrator")],
            "rungs": [{"notify": {"roles": [next(iter(self.roles), "administrator")],
                                  "text": {"zh": "请处理。", "en": "Please see to it."}}}],
        }  # fmt: skip
        if key in simple:
            return simple[key]
        if "enum" in part:
            return part["enum"][0]
        if part == SPAN:
            return "1h"
        return {"array": [], "object": {}, "integer": 1, "boolean": True}.get(
            str(part.get("type", "string")), key
        )


def title_of(data: Mapping[str, Any], language: Language) -> str:
    """Return what a pipeline is called."""
    try:
        return written(data["title"]).in_(language)
    except (KeyError, TypeError):
        return str(data.get("pipeline", ""))
