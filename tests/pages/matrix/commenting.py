"""What people say on a record: a comment that names somebody, one that was removed."""

from seamline.facts import Actor, Origin
from seamline.usecases import comments
from seamline.usecases.desk import Desk

PAGES = [
    ("commenting.related", "chen", "/r/sales_order/{order}/related"),
    ("records.show", "wang", "/r/sales_order/{order}"),
]
NOT_PAGES = {"commenting.people": "suggestions as JSON"}
CHEN = Actor("chen", "陈洁", ("sales",))
WANG = Actor("wang", "王敏", ("business_manager",))
FORM = Origin("form")


def stage(desk: Desk, staged: dict[str, str]) -> dict[str, str]:
    """Let two people talk about the order."""
    order = staged["order"]
    comments.comment(
        desk, CHEN, FORM, "sales_order", order, "@王敏 客户要求 2 月 1 日前到货,\n能排上吗?"
    )
    answer = comments.comment(desk, WANG, FORM, "sales_order", order, "@chen 看一下库存")
    comments.remove(desk, WANG, FORM, "sales_order", order, answer.seq)
    comments.comment(desk, WANG, FORM, "sales_order", order, "@chen 可以，已和计划确认。")
    return {}
