"""The tabs over a list: what every form of its kind has, and the views people have saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.store import Query
from seamline.usecases import look, views

from ..say import _
from ..session import actor, catalog, desk
from .asked import DUE, OPEN, Asked, Pairs, pairs_of, split
from .conditions import Around, where
from .targets import Target

MOST_COUNTED = 1_000
MOST_SAVED = 12  # tabs of saved views; the menu of views has the others
SOON = 7  # days that the tab of what is due soon looks ahead
PLATFORM = frozenset({"_state", "_created_by", "_held", "_created_at"})  # quick to narrow by


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of a list: its address's parameters, how many records it holds at most so many.

    `quiet` tabs show only while they hold something; `alarm` ones hold what is late. A saved
    view is the reader's own where `mine`, and shared with `role`.
    """

    id: str
    title: str
    pairs: Pairs
    quiet: bool = False
    alarm: bool = False
    role: str = ""
    mine: bool = False
    count: str = ""

    @property
    def address(self) -> str:
        """Where the tab leads."""
        return f"?view={self.id}"


def built_in(model: FormModel) -> Iterator[Tab]:
    """Yield the tabs that follow from the metadata, the one that opens first at the head."""
    still: Pairs = (("_state", OPEN),)
    due = model.form.due
    if not model.form.states:
        yield Tab("all", _("All"), ())
    else:
        yield Tab("open", _("In progress"), still)
        yield Tab("mine", _("Mine"), (("mine", "1"), *still))
        if due:
            counts: Pairs = (("_state", DUE),)
            yield Tab("late", _("Overdue"), (*counts, (f"{due}.past", "1")), quiet=True, alarm=True)
            title = _("Due in %(d)s days", d=SOON)
            yield Tab("soon", title, (*counts, (f"{due}.next", str(SOON))), quiet=True)
        judged = "_held" not in model.unseen
        if judged and any(step.partition(".")[0] == model.form.id for step in catalog().rules):
            yield Tab("held", _("In review"), (("_held", "pending"),), quiet=True)
        yield Tab("all", _("All"), ())
    if "_archived_at" not in model.unseen:
        yield Tab("archived", _("Archived"), (("archived", "1"),))


def every(model: FormModel, targets: Mapping[str, Target]) -> list[Tab]:
    """Return all tabs of a form: what is in progress, the saved views, then everything."""
    own = list(built_in(model))
    at = next(place for place, tab in enumerate(own) if tab.id == "all")
    return [*own[: max(1, at)], *_saved(model, targets), *own[max(1, at) :]]


def _saved(model: FormModel, targets: Mapping[str, Target]) -> Iterator[Tab]:
    """Yield the views that people have saved: the reader's own, then those of the roles.

    What a view asks of a field that is gone since is left out.
    """
    who = actor()
    for view in views.views(desk(), who, model.form.id)[:MOST_SAVED]:
        pairs = pairs_of(model, MultiDict(view.query), targets)
        yield Tab(view.id, view.title, pairs, role=view.role, mine=view.owner == who.id)


def read(
    model: FormModel,
    given: MultiDict[str, str],
    targets: Mapping[str, Target],
    tabs: Sequence[Tab],
) -> Asked:
    """Return what an address asks for; one that says nothing opens the first tab."""
    pairs = pairs_of(model, given, targets)
    known = {tab.id: tab for tab in tabs}
    asked = Asked(after=given.get("after", ""), adding=_adding(given, targets))
    view = given.get("view", "")
    if view in known:
        shown = replace(asked, pairs=known[view].pairs, view=view)
        for name in dict.fromkeys(name for name, _ in pairs):  # what comes along narrows the view
            shown = shown.having(name, *(value for key, value in pairs if key == name))
        return shown
    if not pairs and "all" not in given:
        return replace(asked, pairs=tabs[0].pairs, view=tabs[0].id)
    same = next((tab.id for tab in tabs if set(tab.pairs) == set(pairs)), "")
    opened = same or (given.get("of", "") if given.get("of") in known else "")
    return replace(asked, pairs=pairs, view=opened, changed=not same)


def _adding(given: MultiDict[str, str], targets: Mapping[str, Target]) -> str:
    name = given.get("add", "")
    return name if name in targets else ""


def counted(
    model: FormModel,
    tabs: Sequence[Tab],
    targets: Mapping[str, Target],
    around: Around,
    asked: Asked,
) -> list[Tab]:
    """Return the tabs to show with their counts, asked for in one query.

    A view that narrows by something without an index is not counted: the list would be slow for
    everybody because of a number that few look at.
    """
    quick = {*model.form.list.filters, *PLATFORM, model.form.due or ""}
    queries: dict[str, Query] = {}
    for tab in tabs:
        if _countable(tab, targets, quick):
            try:
                node = where(model, Asked(tab.pairs), targets, around)
            except Refused:
                continue  # a saved view of a field that changed: its own page says what is wrong
            queries[tab.id] = Query(where=node, archived=("archived", "1") in tab.pairs)
    numbers = look.counts(desk(), actor(), model.form.id, list(queries.values()), MOST_COUNTED)
    counts = dict(zip(queries, numbers, strict=True))
    shown = []
    for tab in tabs:
        count = counts.get(tab.id)
        if tab.quiet and not count and asked.view != tab.id:
            continue
        shown.append(replace(tab, count=_capped(count)))
    return shown


def _countable(tab: Tab, targets: Mapping[str, Target], quick: set[str]) -> bool:
    if tab.id == "archived":
        return False
    for word, _value in tab.pairs:
        if word in ("sort", "columns", "mine"):
            continue
        found = split(word, targets)
        if found is None or found[0] not in quick:
            return False
    return True


def _capped(count: int | None) -> str:
    if count is None:
        return ""
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)
