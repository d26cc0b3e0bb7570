"""The company that the stand-in knows: its keys, and 40 people of whom some are out of reach."""

from __future__ import annotations

from dataclasses import dataclass

CORP = "ww5ea1135ea11e0001"
AGENT = 1000002
SECRET = "standin-app-secret"  # noqa: S105 - of a company that does not exist
CALLBACK_TOKEN = "standinCallback"  # noqa: S105
CALLBACK_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFA"
ROBOTS = {"orders": "5ea11e00-0000-4000-8000-000000000001", "stock": "5ea11e00-robot-2"}
CUSTOMERS = {"wm-customer-1": "李采购", "wm-customer-2": "周经理"}

_NAMES = (
    "王建国", "李秀英", "张伟", "刘洋", "陈静", "杨帆", "黄磊", "赵敏",
    "吴刚", "周婷", "徐强", "孙丽", "马超", "朱琳", "胡军", "郭涛",
    "何洁", "高峰", "林芳", "罗斌", "郑爽", "梁宇", "谢娜", "宋佳",
    "唐亮", "许晴", "韩冰", "冯博", "邓超", "曹颖", "彭飞", "曾艳",
    "萧然", "田甜", "董明", "袁泉", "潘辉", "于洋", "蒋欣", "蔡文",
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """One person of the company, as the app may or may not see them."""

    id: str
    name: str
    mobile: str
    visible: bool = True
    licensed: bool = True


def _member(number: int, name: str) -> Member:
    # 37 to 39 are outside the visible range of the app, 40 has no licence.
    visible, licensed = number not in (37, 38, 39), number != 40
    return Member(f"m{number:02d}", name, f"1380000{number:04d}", visible, licensed)


PEOPLE = {one.id: one for one in (_member(n, name) for n, name in enumerate(_NAMES, 1))}
