"""The inbox: unread notices, all of them, none of a kind."""

from seamline.facts import Actor, Origin
from seamline.usecases import review
from seamline.usecases.desk import Desk

PAGES = [
    ("notices.inbox", "chen", "/notices"),
    ("notices.inbox", "wang", "/notices?show=all"),
    ("notices.inbox", "chen", "/notices?kind=clash"),
]
NOT_PAGES = {"notices.take": "leads on to where it happened"}
WANG = Actor("wang", "王敏", ("business_manager",))


def stage(desk: Desk, staged: dict[str, str]) -> dict[str, str]:
    """Let a reviewer ask the author of the order that waits."""
    (waits,) = review.waiting(desk, WANG)
    review.ask(desk, WANG, Origin("form"), waits.id, "客户的保函到了吗？")
    return {}
