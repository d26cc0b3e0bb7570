"""The menu: the forms a person may open, in the groups of the metadata."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request, url_for

from seamline.access import SWITCH
from seamline.catalog import Catalog
from seamline.facts import Actor
from seamline.forms import FormModel, narrowed
from seamline.metadata import Form
from seamline.pages import PAGE_KINDS
from seamline.text import Language
from seamline.usecases.design import DESIGN
from seamline.usecases.explain_access import may_ask
from seamline.usecases.measure import visible
from seamline.usecases.people import ADMINISTER
from seamline.usecases.runs import MANAGE
from seamline.usecases.secret_store import CONNECT

from ..say import _

MOST_FRAMES = 1_000  # kept of readers
TABS = 3  # beside "my work" at the foot of a phone's screen


@dataclass(frozen=True, slots=True)
class Entry:
    """One form in the menu, or one of the pages of who decides and switches."""

    id: str
    title: str
    icon: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A titled group of forms."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page of one reader: the menu, the pages beside it, the tabs."""

    asked: tuple[Actor, Language, str]
    menu: list[Group]
    duties: list[Entry]
    tabs: list[Entry]


class Frames:
    """The frames of an application, each made once for a reader as long as the catalog stands."""

    def __init__(self) -> None:
        self._kept: tuple[Catalog | None, dict[str, Frame]] = (None, {})

    def of(self, catalog: Catalog, actor: Actor, language: Language) -> Frame:
        """Return the frame of the pages that a reader asks for in a language."""
        of_catalog, frames = self._kept
        if of_catalog is not catalog or len(frames) >= MOST_FRAMES:
            frames = {}
            self._kept = (catalog, frames)
        asked = (actor, language, request.script_root)
        frame = frames.get(actor.id)
        if frame is None or frame.asked != asked:
            menu, owned = groups(catalog, actor, language), duties(catalog, actor)
            frame = frames[actor.id] = Frame(asked, menu, owned, tabs(catalog, actor, menu, owned))
        return frame


def readable(catalog: Catalog, actor: Actor) -> Iterator[FormModel]:
    """Yield the forms the actor may read, as he sees them."""
    for form_id, model in catalog.forms.items():
        if catalog.access.may(actor, "read", form_id):
            yield narrowed(model, catalog.access.scope(actor, form_id).unseen)


def groups(catalog: Catalog, actor: Actor, language: Language) -> list[Group]:
    """Return the menu: what starts a tracked story first, then what moves, then what is kept.

    The pages of packages stand at the head of their group.
    """
    found: dict[str, list[Entry]] = {}
    models = (one for id_, one in catalog.forms.items() if catalog.access.may(actor, "read", id_))
    lists = url_for("records.listing", form_id="-").removesuffix("-")
    for model in sorted(models, key=_rank):
        form = model.form
        title = form.group.in_(language) if form.group else ""
        entry = Entry(form.id, form.title.in_(language), form.icon, f"{lists}{form.id}")
        found.setdefault(title, []).append(entry)
        if form.structure is not None:
            found[title].append(_library(form, language))
    for page in catalog.pages.values():
        if catalog.access.opens(actor, page.id) and not PAGE_KINDS[page.kind].public:
            title = page.group.in_(language) if page.group else ""
            address = url_for("generated.show", page_id=page.id)
            entry = Entry(f"page:{page.id}", page.title.in_(language), page.icon, address)
            found.setdefault(title, []).insert(0, entry)
    return [Group(title, tuple(entries)) for title, entries in found.items()]


def _library(form: Form, language: Language) -> Entry:
    """Return the page where what a form's things are made of is looked up."""
    title = _("%(what)s library", what=form.title.in_(language))
    address = url_for("structure.library", form_id=form.id)
    return Entry(f"structure:{form.id}", title, "layers", address)


def _rank(model: FormModel) -> int:
    code = model.form.code
    if code is not None and code.tracking:
        return 0
    return 1 if model.form.states else 2


def duties(catalog: Catalog, actor: Actor) -> list[Entry]:
    """Return the pages beside the forms: pool, switches, measures, access, as far as open."""
    found = []
    if catalog.access.pools(actor):
        address = url_for("pool.queue")
        found.append(Entry(":reviews", _("Review pool"), "hand", address))
    steps = (model.step.partition(".") for model in catalog.rules.values())
    if any(catalog.access.may(actor, SWITCH + step, form) for form, _dot, step in steps):
        address = url_for("switchboard.board")
        found.append(Entry(":rules", _("Rule switches"), "toggle-right", address))
    if any(
        catalog.access.may(actor, act, form)
        for form, model in catalog.forms.items()
        if model.form.entries
        for act in ("create", SWITCH + "create")
    ):
        found.append(Entry(":entries", _("Scan to open"), "qr-code", url_for("entries.index")))
    papers = (
        form
        for form, model in catalog.forms.items()
        if model.form.paper is not None and catalog.access.may(actor, "create", form)
    )
    if (form := next(papers, None)) is not None:
        address = url_for("papers.index", form_id=form)
        found.append(Entry(":papers", _("Read papers"), "file-check", address))
    if catalog.access.may(actor, ADMINISTER, "*"):
        found.append(Entry(":people", _("People"), "users", url_for("accounts.index")))
    if any(
        model.form.library and catalog.access.may(actor, "import", form)
        for form, model in catalog.forms.items()
    ):
        address = url_for("migrating.index")
        found.append(Entry(":migrations", _("Migration"), "archive-restore", address))
    if catalog.access.may(actor, MANAGE, "*") and catalog.pipelines:
        found.append(Entry(":runs", _("Pipelines"), "workflow", url_for("runs.index")))
    if visible(catalog, actor):
        found.append(Entry(":measures", _("Measures"), "gauge", url_for("measures.index")))
    if catalog.connections and catalog.access.may(actor, CONNECT, "*"):
        found.append(
            Entry(":connections", _("Connections"), "network", url_for("connecting.index"))
        )
    if catalog.access.may(actor, DESIGN, "*"):
        found.append(Entry(":studio", _("Studio"), "drafting-compass", url_for("studio.index")))
    if may_ask(catalog, actor):
        found.append(Entry(":access", _("Who sees what"), "eye", url_for("seeing.index")))
    return found


def tabs(catalog: Catalog, actor: Actor, menu: list[Group], owned: list[Entry]) -> list[Entry]:
    """Return the entries at the foot of a phone's screen: the pages made for it that a role names,
    then what the person may create."""
    entries = [entry for group in menu for entry in group.entries]
    roles = [catalog.access.roles[role] for role in actor.roles if role in catalog.access.roles]
    named = {page for role in roles for page in role.pages if page in catalog.pages}
    held = {f"page:{page}" for page in named if PAGE_KINDS[catalog.pages[page].kind].in_hand}
    first = [one for one in entries if one.id in held]
    first += [one for one in entries if catalog.access.may(actor, "create", one.id)]
    return (first + owned + [one for one in entries if one not in first])[:TABS]
