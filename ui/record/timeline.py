"""The story of a record: one line per entry of the journal, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from seamline.access import ADMINISTRATOR
from seamline.facts import Actor, Event
from seamline.fields.moments import show_date, show_moment
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.usecases.comments import mentions
from seamline.usecases.dossier import SEALED
from seamline.usecases.submitting.takeover import TAKEN_OVER
from seamline.usecases.veiling import COMMENTED, REMOVED

from ..forms.control import options_of
from ..pages import locking
from ..pages.naming import pool_name
from ..pages.people import name_of_person
from ..pages.ruling import title_of
from ..say import _, ngettext
from ..session import actor, catalog, language
from ..shown import Faces
from .moments import short
from .run_words import RUNS, run_words


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the story; `words` are those of a comment, `own` one the reader may remove.

    `acts` are what was done to the record in the system that it was taken over from.
    """

    seq: int
    icon: str
    colour: str
    who: str
    what: str
    at: str
    moment: str
    iso: str
    via: str
    reason: str = ""
    changes: tuple[dict[str, str], ...] = ()
    words: Markup = Markup("")
    gone: bool = False
    own: bool = False
    acts: tuple[dict[str, str], ...] = ()


MARKS: Mapping[str, tuple[str, str]] = {
    "created": ("plus", ""),
    "changed": ("pencil", ""),
    "stepped": ("arrow-right", "blue"),
    "archived": ("archive", ""),
    "restored": ("archive-restore", ""),
    "approved": ("check", "green"),
    "returned": ("undo-2", "red"),
    "refused": ("octagon-x", "red"),
    "upstream_revised": ("git-branch", "amber"),
    "dismissed": ("check", "amber"),
    "reassigned": ("user-round", "violet"),
    "asked": ("circle-help", "violet"),
    "answered": ("send", "violet"),
    "escalated": ("arrow-up", "red"),
    "locked": ("lock", "red"),
    "unlocked": ("lock", "green"),
    "matched": ("link", "amber"),
    "unmatched": ("link", "green"),
    "posted": ("arrow-left-right", "blue"),
    "reminded": ("bell-ring", "amber"),
    "told": ("bell", ""),
    TAKEN_OVER: ("archive", "teal"),
    "link_made": ("link", "teal"),
    "link_ended": ("ban", ""),
    "shared": ("send", "teal"),
    **RUNS,
    "link_viewed": ("eye", ""),
    SEALED: ("shield-check", "teal"),
    COMMENTED: ("message-square", "teal"),
    REMOVED: ("eye-off", ""),
}


def entries(
    model: FormModel, events: Sequence[Event], faces: Faces, most: int | None = None
) -> tuple[list[Entry], int]:
    """Return the newest `most` lines of a story, newest first, and how many come before them.

    A removed comment is one line, not two.
    """
    gone = {event.body.get("of") for event in events if event.kind == REMOVED}
    who = actor()
    lines = [event for event in events if event.kind != REMOVED]
    shown = [entry(model, event, faces, who, event.seq in gone) for event in lines[:most]]
    return shown, len(lines) - len(shown)


def entry(model: FormModel, event: Event, faces: Faces, who: Actor, gone: bool = False) -> Entry:
    """Return one event of the journal as a line of the story."""
    sign, colour = MARKS.get(event.kind, ("circle", ""))
    if event.body.get("outcome") == "held":
        sign, colour = "hand", "violet"
    own = event.actor == who.id or ADMINISTRATOR in who.roles
    return Entry(
        seq=event.seq,
        icon=sign,
        colour=colour,
        who=name_of_person(event.actor),
        what=run_words(event) if event.kind in RUNS else _what(model, event),
        at=short(event.at, faces.reading),
        moment=show_moment(event.at, faces.reading),
        iso=event.at.isoformat(),
        via=" · ".join(word for word in (_via(event.via), event.seen) if word),
        reason=event.reason,
        changes=tuple(_changes(model, event, faces)),
        words=_words(event) if event.kind == COMMENTED else Markup(""),
        gone=gone,
        own=own and event.kind == COMMENTED and not gone,
        acts=tuple(_acts(event, faces)) if event.kind == TAKEN_OVER else (),
    )


def _acts(event: Event, faces: Faces) -> Iterator[dict[str, str]]:
    """Yield what was done to a record where it came from: who, when, with what words."""
    history: Any = event.body.get("history") or ()
    for act in history:
        at = str(act["at"])
        with suppress(ValueError):
            at = show_moment(datetime.fromisoformat(at), faces.reading)
        title = str(act["act"].get(language(), ""))
        yield {"what": title, "who": str(act["by"]), "at": at, "words": str(act["words"])}


def _words(event: Event) -> Markup:
    """Return the words of a comment, the names in it marked; nothing where they were removed."""
    text = str(event.body.get("text", ""))
    named = event.body.get("mentions")
    known: dict[str, str] = {}
    for person in named if isinstance(named, list) else ():
        name = name_of_person(str(person))
        known |= {str(person).casefold(): name, name.casefold(): name}
    made = escape(text)
    for word in sorted({*mentions(text)}, key=len, reverse=True):
        if word.casefold() in known:
            chip = Markup('<b class="at">@{}</b>').format(known[word.casefold()])
            made = Markup(made.replace(escape(f"@{word}"), chip))
    return made


def _what(model: FormModel, event: Event) -> str:
    step = model.steps.get(event.step.partition(".")[2])
    title = step.title.in_(language()) if step else event.step
    match event.kind:
        case "commented":
            return _("removed a comment") if event.body.get("removed") else ""
        case "uncommented":
            return _("removed a comment")
        case "locked" | "unlocked":
            return locking.what(event)
        case "matched":
            return _said(event)
        case "unmatched":
            return _("no longer so: %(what)s", what=_said(event))
        case "sealed":
            return _("made a dossier: %(what)s", what=_titled(event))
        case "link_made":
            return _("made a progress link")
        case "shared":
            return _("sent the papers that fit: %(what)s", what=_papers(event))
        case "link_ended":
            return _("ended a progress link")
        case "link_viewed":
            return _("looked at the progress by a link")
        case "approved":
            return _("approved the review")
        case "returned":
            return _("returned it from review")
        case "dismissed":
            title = title_of(str(event.body.get("rule", "")))
            return _("waved the reminder “%(rule)s” aside", rule=title)
        case "reassigned":
            who = name_of_person(str(event.body.get("to", "")))
            return _("asked %(who)s to review it", who=who)
        case "asked":
            return _("asked the author something")
        case "answered":
            return _("answered the reviewer")
        case "escalated":
            pool = pool_name(str(event.body.get("to", "")))
            return _("passed it on to the pool “%(pool)s”: overdue", pool=pool)
        case "refused":
            return _("was refused: %(step)s", step=title)
        case "posted":
            return _posted(event)
        case "reminded":
            return _reminded(event)
        case "told":
            return _said(event)
        case "taken_over":
            source = _source(str(event.body.get("source") or ""))
            if "changes" in event.body:
                return _("took it over anew from %(source)s", source=source)
            return _("took it over from %(source)s, closed", source=source)
        case "upstream_revised":
            return _("revised %(code)s, which this follows from", code=event.body.get("by", ""))
    if event.body.get("outcome") == "held":
        return _("%(step)s, held for review", step=title)
    return " · ".join(word for word in (title, _from_paper(event)) if word)


def _papers(event: Event) -> str:
    """Return the titles of the papers that were sent."""
    papers = event.body.get("papers")
    return ", ".join(map(str, papers if isinstance(papers, list) else ()))


def _from_paper(event: Event) -> str:
    """Return how much of a record was read from a paper, and what a person did with it."""
    read = event.body.get("paper")
    if not isinstance(read, Mapping):
        return ""
    said = {
        "sure": _("read with certainty: %(n)s", n=len(read.get("sure", ()))),
        "confirmed": _("confirmed: %(n)s", n=len(read.get("confirmed", ()))),
        "changed": _("corrected: %(n)s", n=len(read.get("changed", ()))),
        "open": _("still to be confirmed: %(n)s", n=len(read.get("open", ()))),
    }
    counts = [words for name, words in said.items() if read.get(name)]
    return _("from a paper") + (f" ({_(', ').join(counts)})" if counts else "")


def _posted(event: Event) -> str:
    """Return which move changed a balance, and the paper behind it."""
    by = event.body.get("by")
    if not isinstance(by, Mapping):
        return _("posted")
    move = catalog().forms.get(str(by.get("form")))
    act = ""
    if move is not None and move.form.posts is not None and move.form.posts.act:
        options = options_of(move.fields[move.form.posts.act].field, language())
        act = next((one.label for one in options if one.id == by.get("act")), "")
    words = (act, str(by.get("code") or ""), str(by.get("document") or ""))
    return _("posted: %(what)s", what=" ".join(word for word in words if word))


def _reminded(event: Event) -> str:
    """Return which rung of a ladder it was, through which channel, and how far it got."""
    body: Mapping[str, Any] = event.body
    if body.get("state") == "ended":
        return _("No more reminders: it is done")
    name = str(body.get("channel") or "")
    connection = catalog().connections.get(name)
    channel = connection.title.in_(language()) if connection else name or _("inside the product")
    people: Any = body.get("to") or ()
    named = ", ".join(name_of_person(str(one)) for one in people)
    said = how_far(body.get("state"))
    told = _(
        "Reminder %(n)s by %(channel)s: %(said)s", n=body.get("rung"), channel=channel, said=said
    )
    return f"{told} · {named}" if named else told


def how_far(state: object) -> str:
    """Return in words how far a message got."""
    words = {
        "accepted": _("handed over"),
        "delivered": _("arrived"),
        "unknown": _("not seen to arrive"),
        "failed": _("did not reach anybody"),
    }
    return words.get(str(state), str(state))


def _titled(event: Event) -> str:
    title = event.body.get("title")
    return str(title.get(language(), "")) if isinstance(title, Mapping) else ""


def _source(name: str) -> str:
    """Return what people call the system or file that a record was taken over from."""
    connection = catalog().connections.get(name.partition(" ")[0])
    return connection.title.in_(language()) if connection else name


def _said(event: Event) -> str:
    """Return the sentence that a correlation keeps with its match."""
    say = event.body.get("say")
    return str(say.get(language(), "")) if isinstance(say, Mapping) else event.step


def _via(via: str) -> str:
    match via:
        case "form":
            return _("page")
        case "api":
            return _("interface")
        case "import":
            return _("import")
        case "pipeline":
            return _("pipeline")
        case "pda":
            return _("scanner")
        case "cli":
            return _("command line")
        case "seed":
            return _("sample data")
        case "public":
            return _("public form")
    return via


def _changes(model: FormModel, event: Event, faces: Faces) -> Iterator[dict[str, str]]:
    changes = event.body.get("changes")
    if not isinstance(changes, Mapping):
        return
    fields = {one.id: one for one in model.form.fields}
    for name, pair in changes.items():
        one = fields.get(name)
        label = one.label.in_(language()) if one else name
        before, after = (_word(one, value, faces) for value in pair)
        yield {"label": label, "before": before, "after": after}


def _word(one: Field | None, value: Any, faces: Faces) -> str:
    """Return a value of the journal, which is plain JSON, as a short word."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if one is not None and one.kind in ("date", "datetime"):
        return _when(str(value), faces)
    if one is not None and one.kind in ("choice", "multi_choice"):
        labels = {option.id: option.label for option in options_of(one, faces.reading.language)}
        words = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(str(word), str(word)) for word in words)
    if isinstance(value, list):
        files = [item for item in value if isinstance(item, dict) and "sha256" in item]
        named = [str(item["name"]) for item in files]
        return ", ".join(named) or ngettext("%(num)s row", "%(num)s rows", len(value))
    return str(value)[:80]


def _when(written: str, faces: Faces) -> str:
    """Return a day or moment of the journal as its reader writes it."""
    try:
        if "T" in written:
            return show_moment(datetime.fromisoformat(written), faces.reading)
        return show_date(date.fromisoformat(written), faces.reading.language)
    except ValueError:
        return written[:80]
