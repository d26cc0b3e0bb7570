"""Plain data that passed the schema to the frozen metadata classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, time
from typing import Any

from seamline.fields import KINDS
from seamline.metadata import (
    Board,
    CodePattern,
    ColumnMap,
    DataFile,
    DocumentCentre,
    Duplicate,
    Field,
    Fit,
    Form,
    Grant,
    ImportMap,
    LineMap,
    ListView,
    LockOf,
    PackageHead,
    ReviewNode,
    Role,
    Rule,
    RuleSet,
    SampleAccount,
    Section,
    State,
    Step,
    StepLimit,
    Unproven,
)
from seamline.metadata.board import STATE
from seamline.metadata.entry import Entry, Public
from seamline.metadata.form import BUILT_IN_TITLES
from seamline.metadata.package import PROMPTS_PER_DAY
from seamline.metadata.prefill import prefill
from seamline.text import Text, written as text
from seamline.workdays import Calendar

from .binding_checks import built as binding
from .closing_checks import built_closed, built_cutover
from .paper_checks import built_paper, built_read
from .posting_checks import built as posting
from .print_checks import built as print_view
from .taking_over_checks import built_taking_over
from .version_checks import built as versions, built_structure

Data = Mapping[str, Any]

COMMON_KEYS = (
    "id", "kind", "label", "required", "help", "default", "unique", "visible_when", "required_when",
    "fields", "prefill", "read",
)  # fmt: skip
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LIST_COLUMNS = 6  # shown where a form does not say which


def seconds(duration: str) -> int:
    """Return the seconds of a duration such as `15s`, `30m`, `2h` or `3d`."""
    return int(duration[:-1]) * SECONDS[duration[-1]]


def head(data: Data) -> PackageHead:
    """Return the head of a package."""
    needs = data.get("needs", {})
    known = {key: data[key] for key in ("licence", "language", "zone", "currency") if key in data}
    return PackageHead(
        id=data["package"],
        version=data["version"],
        title=text(data["title"]),
        description=_maybe_text(data, "description"),
        company=_maybe_text(data, "company"),
        needs_platform=needs.get("platform", ""),
        needs_packages=dict(needs.get("packages", {})),
        data=tuple(DataFile(item["file"], item["map"]) for item in data.get("data", ())),
        accounts=tuple(
            SampleAccount(
                item["login"], text(item["name"]), tuple(item["roles"]), item.get("party", "")
            )
            for item in data.get("accounts", ())
        ),
        calendar=_calendar(data["calendar"]) if "calendar" in data else None,
        prompts_per_day=data.get("prompts", {}).get("per_person_per_day", PROMPTS_PER_DAY),
        pools={pool: text(title) for pool, title in data.get("pools", {}).items()},
        acts={act: text(title) for act, title in data.get("acts", {}).items()},
        **known,
    )


def _calendar(data: Data) -> Calendar:
    """Return a working calendar; days that do not exist are left to the checks."""
    usual = Calendar()
    begin, end = data.get("hours", (f"{usual.start:%H:%M}", f"{usual.end:%H:%M}"))
    return Calendar(
        days=tuple(data.get("days", usual.days)),
        start=time.fromisoformat(begin),
        end=time.fromisoformat(end),
        holidays=frozenset(real_days(data.get("holidays", ()))),
        workdays=frozenset(real_days(data.get("workdays", ()))),
    )


def real_days(words: Iterable[str]) -> Iterator[date]:
    """Yield the days that are in the calendar at all: not 2026-02-30."""
    for word in words:
        with suppress(ValueError):
            yield date.fromisoformat(word)


def form(data: Data, currency: str) -> Form:
    """Return a form; money without a currency of its own is in `currency`."""
    sections = tuple(
        Section(
            section["id"],
            text(section["title"]),
            tuple(_field(item, currency) for item in section["fields"]),
        )
        for section in data["sections"]
    )
    states = tuple(
        State(
            item["id"],
            text(item["title"]),
            item.get("final", False),
            item.get("colour", "gray"),
            item.get("met", False),
        )
        for item in data.get("states", ())
    )
    code = data.get("code")
    return Form(
        id=data["form"],
        title=text(data["title"]),
        sections=sections,
        list=_list(data, sections),
        key=data.get("key"),
        name=data.get("name"),
        due=data.get("due"),
        group=_maybe_text(data, "group"),
        icon=data.get("icon", "file"),
        help=_maybe_text(data, "help"),
        code=CodePattern(code["pattern"], code.get("tracking", False)) if code else None,
        states=states,
        steps=tuple(_step(item, states, sections) for item in data.get("steps", ())),
        duplicates=tuple(
            Duplicate(item["id"], tuple(item["fields"]), text(item["say"]))
            for item in data.get("duplicates", ())
        ),
        board=_board(data["board"]) if "board" in data else None,
        documents=_documents(data["documents"]) if "documents" in data else None,
        posts=posting(data["posts"]) if "posts" in data else None,
        entries=tuple(_entry(item) for item in data.get("entries", ())),
        versions=versions(data["versions"]) if "versions" in data else None,
        structure=built_structure(data["structure"]) if "structure" in data else None,
        binds=tuple(binding(item) for item in data.get("binds", ())),
        prints=tuple(print_view(item) for item in data.get("prints", ())),
        closed=built_closed(data["closed"]) if "closed" in data else None,
        cutover=built_cutover(data["cutover"]) if "cutover" in data else None,
        paper=built_paper(data["paper"]) if "paper" in data else None,
    )


def _entry(data: Data) -> Entry:
    public = data.get("public")
    return Entry(
        id=data["id"],
        title=text(data["title"]),
        values=data.get("values", {}),
        accepts=tuple(data.get("accepts", ())),
        public=Public(public["role"], public.get("per_hour", 20), _maybe_text(public, "thanks"))
        if public
        else None,
        enabled=data.get("enabled", True),
    )


def _field(data: Data, currency: str) -> Field:
    settings = {key: value for key, value in data.items() if key not in COMMON_KEYS}
    if data["kind"] == "money":
        settings.setdefault("currency", currency)
    return Field(
        id=data["id"],
        kind=data["kind"],
        label=text(data["label"]),
        required=data.get("required", False),
        help=_maybe_text(data, "help"),
        default=data.get("default"),
        unique=data.get("unique", False),
        visible_when=data.get("visible_when"),
        required_when=data.get("required_when"),
        prefill=tuple(prefill(word) for word in data.get("prefill", ())),
        read=built_read(data["read"]) if "read" in data else None,
        settings=settings,
        fields=tuple(_field(column, currency) for column in data.get("fields", ())),
    )


def _step(data: Data, states: tuple[State, ...], sections: tuple[Section, ...]) -> Step:
    """Return a step; what is not written follows from which step it is.

    `create` and `change` reach every field, `change` starts from every state that is not final.
    `without` names the fields that a step leaves alone when it reaches all others.
    """
    word = data["id"]
    fields = data.get("fields")
    if fields is None and "without" in data:
        fields = [
            field.id
            for section in sections
            for field in section.fields
            if KINDS[field.kind].written and field.id not in data["without"]
        ]
    start = tuple(data.get("from", ()))
    if word == "change" and "from" not in data:
        start = tuple(state.id for state in states if not state.final)
    every = fields is None and word in ("create", "change")
    return Step(
        id=word,
        title=(
            text(data["title"]) if "title" in data else BUILT_IN_TITLES.get(word, Text.same(word))
        ),
        from_states=start,
        to=data.get("to"),
        fields=None if every else tuple(fields or ()),
        reason=data.get("reason", "none"),
        revises=data.get("revises", False),
        needs=tuple(data.get("needs", ())),
        clears=tuple(data.get("clears", ())),
        alerts=tuple(data.get("alerts", ())),
    )


def _list(data: Data, sections: tuple[Section, ...]) -> ListView:
    view = data.get("list", {})
    columns = tuple(view.get("columns", ())) or _usual_columns(data, sections)
    given = {key: tuple(view[key]) for key in ("filters", "search", "sort") if key in view}
    return ListView(columns=columns, **given)


def _documents(data: Data) -> DocumentCentre:
    return DocumentCentre(
        form=data["form"],
        title=data["title"],
        file=data["file"],
        fits=tuple(Fit(item["field"], item["to"]) for item in data.get("fits", ())),
        kind=data.get("kind", ""),
    )


def _board(data: Data) -> Board:
    given = {key: tuple(data[key]) for key in ("lanes", "title", "meta", "sort") if key in data}
    return Board(data.get("lane", STATE), limits=dict(data.get("limits", {})), **given)


def _usual_columns(data: Data, sections: tuple[Section, ...]) -> tuple[str, ...]:
    """Return the first fields that fit a cell, after the code, before the state."""
    fields = [field for section in sections for field in section.fields]
    short = [f.id for f in fields if KINDS[f.kind].column(f).type not in ("none", "json")]
    code = ("_code",) if "code" in data else ()
    state = ("_state",) if data.get("states") else ()
    return (*code, *short[:LIST_COLUMNS], *state) or ("_created_at",)


def ruleset(data: Data) -> RuleSet:
    """Return a rule set; durations become seconds."""
    review = data["review"]
    then = review.get("then", {})
    return RuleSet(
        id=data["ruleset"],
        title=text(data["title"]),
        step=data["step"],
        review=ReviewNode(
            id=review["id"],
            title=text(review["title"]),
            pool=review["pool"],
            within=seconds(review["within"]),
            when=review.get("when"),
            say=_maybe_text(review, "say"),
            enabled=review.get("enabled", True),
            escalate_to=then.get("escalate_to"),
            escalate_within=seconds(then.get("within", "1h")),
        ),
        hard=tuple(_rule(item) for item in data.get("hard", ())),
        soft=tuple(_rule(item) for item in data.get("soft", ())),
        two_people=data.get("approval", {}).get("two_people", False),
    )


def _rule(data: Data) -> Rule:
    return Rule(
        id=data["id"],
        title=text(data["title"]),
        when=data["when"],
        say=text(data["say"]),
        enabled=data.get("enabled", True),
        lock=LockOf(data["lock"]["record"], data["lock"]["act"]) if "lock" in data else None,
    )


def role(data: Data) -> Role:
    """Return a role."""
    return Role(
        id=data["role"],
        title=text(data["title"]),
        kind=data.get("kind", "internal"),
        grants=tuple(_grant(item) for item in data.get("grants", ())),
        pools=tuple(data.get("pools", ())),
        pages=tuple(data.get("pages", ())),
        home=data.get("home", ""),
        tokens=data.get("tokens", data.get("kind") != "external"),
        party=data.get("party"),
        studio=tuple(data.get("studio", ())),
        may=tuple(data.get("may", ())),
        unproven=tuple(
            Unproven(one["form"], one.get("field", ""), text(one["why"]))
            for one in data.get("unproven", ())
        ),
    )


def _grant(data: Data) -> Grant:
    steps: list[Data] = [
        {"step": one} if isinstance(one, str) else one for one in data.get("steps", ())
    ]
    return Grant(
        form=data["form"],
        read=data.get("read", True),
        steps=tuple(one["step"] for one in steps),
        export=data.get("export", False),
        import_=data.get("import", False),
        switch=tuple(data.get("switch", ())),
        lift=tuple(data.get("lift", ())),
        fields=_maybe_words(data, "fields"),
        hide=tuple(data.get("hide", ())),
        where=data.get("where"),
        limits=tuple(
            StepLimit(one["step"], _maybe_words(one, "fields"), one.get("where"))
            for one in steps
            if len(one) > 1
        ),
    )


def _maybe_words(data: Data, key: str) -> tuple[str, ...] | None:
    return tuple(data[key]) if key in data else None


def import_map(data: Data) -> ImportMap:
    """Return an import map."""
    lines = data.get("lines")
    return ImportMap(
        id=data["import"],
        title=text(data["title"]),
        form=data["form"],
        columns=_columns(data["columns"]),
        key=tuple(data.get("key", ())),
        mode=data.get("mode", "create"),
        lines=LineMap(
            table=lines["table"],
            columns=_columns(lines["columns"]),
            file=lines.get("file"),
            join=lines.get("join"),
        )
        if lines
        else None,
        takes_over=built_taking_over(data["takes_over"]) if "takes_over" in data else None,
    )


def _columns(items: list[Data]) -> tuple[ColumnMap, ...]:
    return tuple(
        ColumnMap(
            to=item["to"],
            column=item.get("column"),
            match=item.get("match"),
            values={key: cell(value) for key, value in item.get("values", {}).items()},
            constant=cell(item["constant"]) if "constant" in item else None,
        )
        for item in items
    )


def cell(value: Any) -> str:
    """Return what a cell of a file would hold for `value`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _maybe_text(data: Data, key: str) -> Text | None:
    return text(data[key]) if key in data else None
