"""Papers of a record for whoever ordered: a link of their own, and what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass, field

from seamline.facts import Actor, Origin
from seamline.problems import Problem, Refused
from seamline.text import Text

from . import documents, links, look
from .desk import Desk


@dataclass(frozen=True, slots=True)
class Shared:
    """The secret address of a progress link, and the titles of the papers that it shows."""

    address: str = field(repr=False)
    papers: tuple[str, ...]


def share(desk: Desk, actor: Actor, origin: Origin, page: str, form: str, word: str) -> Shared:
    """Return a progress link of a record with the papers that whoever opens it may see.

    One that the actor has made before and that stands is used again. Raises Refused: 403, 404,
    409 too many links, 422 where the workspace has no address for people outside.
    """
    public = desk.settings.public_url
    if not public:
        say = Text("工作区没有对外网址。", "The workspace has no address for people outside.")
        hint = Text("请设置 SEAMLINE_PUBLIC_URL。", "Set SEAMLINE_PUBLIC_URL.")
        raise Refused((Problem("no_public_url", say, hint=hint),), 422)
    record = look.record(desk, actor, form, word)
    known = (
        one
        for one in links.of_record(desk, record)
        if links.stands(one) and (one.page, one.made_by) == (page, actor.id)
    )
    link = next(known, None) or links.make(desk, actor, origin, page, record.id)
    token = links.token(desk, link)
    eyes = links.opened(desk, token).actor
    papers = documents.fitting(desk, eyes, link.form, link.record)
    titles = tuple(dict.fromkeys(paper.title for paper in papers))
    return Shared(f"{public}/t/{token}", titles)
