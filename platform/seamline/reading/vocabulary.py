"""The words of trade: what headings and labels of orders say, in Chinese and English.

Roles are what a paper can say; a form's fields name one of them (`read: {as: quantity}`) and may
add labels of their own. Words known by heart weigh 1; others are told by their characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from .typed import plain

LINE_ROLES = (
    "material_code",
    "name",
    "spec",
    "quantity",
    "unit",
    "unit_price",
    "amount",
    "line_date",
)
HEAD_ROLES = ("customer", "po_number", "delivery_date", "signing_date", "total", "contact", "phone",
              "address")  # fmt: skip
# What a column may be that nobody asks for: known, so that it is not taken for something else.
OTHERS = (
    "seller",
    "index",
    "tax_rate",
    "tax",
    "note",
    "other_number",
    "other_date",
    "other",
    "third",
)

_FILE = "trade_words.txt"


@cache
def _by_heart() -> Mapping[str, tuple[str, ...]]:
    """Return the roles of each label that is known by heart, the first role first."""
    text = resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    known: dict[str, tuple[str, ...]] = {}
    role = ""
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if not line.startswith(" "):
            role, _, line = line.partition(":")
        for label in line.split():
            key = key_of(label)
            known[key] = (*known.get(key, ()), role)
    return known


# Told by characters: the first that fits says the role; a weight below 1 says how surely.
_TOLD: tuple[tuple[str, str, float], ...] = (
    (r"税率|taxrate|vat%", "tax_rate", 0.8),
    (r"税号|账号|帐号|银行|邮编|传真|信用代码", "other_number", 0.8),
    (
        r"(?:供应商|供方|卖方|乙方|vendor|supplier).*(?:号|编码|代码|no|code|id)$",
        "other_number",
        0.8,
    ),
    (r"^(?:税额|税金)", "tax", 0.8),
    (r"(?:打印|付款|审核|报价|有效|质保|生效).*(?:日期|时间|期)$", "other_date", 0.8),
    (r"(?:交|到|送|需|要|供|发运|纳|抵).*(?:日期|时间|期限|期|日|时)$", "delivery_date", 0.75),
    (
        r"(?:deliver|require|need|due|ship|arriv|eta|wanted|request).*(?:date|by|before|on)?$",
        "delivery_date",
        0.6,
    ),
    (r"(?:签|订|下|制|开|填|立|合同|单据).*(?:日期|时间|日)$", "signing_date", 0.75),
    (r"日期$|date$", "signing_date", 0.5),
    (r"^(?:交|到|送|发|需|要)货$|^(?:预定|约定|指定).{0,2}(?:交|到|送)", "delivery_date", 0.6),
    (r"^(?:序|项次|行号|编?序)", "index", 0.7),
    (r"(?:总|合计).*(?:额|价|计|值)|grand ?total", "total", 0.7),
    (
        r"(?:单|净|含税|未税|税|进|采购|结算|协议)价|单位价格|每.价|unit.*(?:price|cost)|price|each$|rate$",
        "unit_price",
        0.75,
    ),
    (r"额|小计|货款|价款|amount|extended|subtotal", "amount", 0.7),
    (r"数量|数目|件数|数$|量$|qty|quantit|pieces", "quantity", 0.7),
    (r"^(?:how ?many|number|count|units|ordered)$", "quantity", 0.5),
    (
        r"(?:订单|合同|采购单|协议|单据|订购|确认|函).{0,3}(?:编号|号码|号|no\.?|ref)",
        "po_number",
        0.75,
    ),
    (r"(?:order|contract|p\.?o\.?).*(?:no|nbr|num|number|ref|#)", "po_number", 0.7),
    (r"(?:送|发|运|快递|入库|出库|报价|发票|税票).{0,2}单.{0,2}号", "other", 0.5),
    (r"单(?:编)?号码?$", "po_number", 0.65),
    (
        r"(?:物料|料|(?<!文)件|货|图|品|零件|产品|存货|商品|材料|部品).{0,3}(?:号|码|编号|代码|番)$",
        "material_code",
        0.75,
    ),
    (
        r"(?:part|item|material|article|product|drawing).*(?:no|nbr|num|number|code|#|id)",
        "material_code",
        0.7,
    ),
    (r"规格|型号|材质|spec|model", "spec", 0.6),
    (
        r"(?:需|买|购|采购|订货|订购|定货|要货|甲).{0,3}(?:方|单位|人|公司|企业|厂|者)",
        "customer",
        0.7,
    ),
    (r"(?:ordering|buying|purchasing).*(?:company|party|entity|firm)", "customer", 0.8),
    (r"(?:供|卖|销|承|乙).{0,3}(?:方|单位|人|公司|企业|厂|商|者)", "seller", 0.7),
    (r"(?:物|货|品|件|产品|材料).{0,2}(?:名|名称|描述)$|description|^品名|名称$", "name", 0.6),
    (r"单位$|计量|uom", "unit", 0.5),
    (r"备注|说明|remark|note", "note", 0.7),
    (r"(?:编号|号码|编码|码|号)$", "any_number", 0.4),
    (r"(?:usd|eur|cny|rmb|gbp).{0,2}total$|^total.{0,2}(?:usd|eur|cny|rmb|gbp)$", "amount", 0.6),
    (r"价$|价格", "unit_price", 0.5),
)
_TOLD_BY = tuple((re.compile(pattern), role, weight) for pattern, role, weight in _TOLD)
_NET = re.compile(r"不含税|未税|税前|除税|无税|净价|净额|net|excl|ex\.? ?(?:vat|tax)")
_GROSS = re.compile(r"含税|税后|价税|incl|gross")
_UNIT = re.compile(
    r"[(\[](?:[^)\]]{0,8}(?:元|rmb|cny|usd|eur|¥|\$|件|pcs|%|个|ea)[^)\]]{0,6})[)\]]", re.I
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a label says: its role, how surely, and whether it speaks of prices without tax."""

    role: str
    weight: float
    tax: str = ""  # net, gross or nothing


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Labels by heart, with those that a form adds to them."""

    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extra: tuple[str, ...] = ()  # roles of a form's own, told by its labels alone
    learned: Mapping[str, str] = field(default_factory=dict)  # of one form: `line:label` -> role

    @staticmethod
    def of(more: Mapping[str, Iterable[str]] | None = None) -> Vocabulary:
        """Return the words of trade with `more` labels by role; a label a form adds comes first."""
        known: dict[str, list[str]] = {}
        for role, labels in (more or {}).items():
            for label in labels:
                known.setdefault(key_of(label), []).append(role)
        for label, roles in _by_heart().items():
            known.setdefault(label, []).extend(roles)
        extra = tuple(role for role in more or {} if role.startswith("field:"))
        return Vocabulary({label: tuple(roles) for label, roles in known.items()}, extra)

    def told(self, text: str, line: bool = False) -> Told | None:
        """Return what a label or a heading says; `line` where it heads a table of items."""
        said = plain(text).lower()
        tax = "net" if _NET.search(said) else "gross" if _GROSS.search(said) else ""
        taught = self.learned.get(("line:" if line else "head:") + key_of(said))
        if taught is not None:
            return Told(taught, 1.0, tax)
        for key in _keys(said):
            if key in self.known:
                return Told(_chosen(self.known[key], line), 1.0, tax)
        key = key_of(said)
        if not key or len(key) > 24 or re.fullmatch(r"[\d.,%/:-]+", key):
            return None
        for pattern, role, weight in _TOLD_BY:
            if pattern.search(key):
                role = {"any_number": "material_code" if line else "po_number"}.get(role, role)
                return Told(_chosen((role,), line), weight, tax)
        return None


def _chosen(roles: tuple[str, ...], line: bool) -> str:
    if line:
        for role in roles:
            if role in LINE_ROLES or role in ("index", "tax_rate", "tax", "note"):
                return role
        return {"delivery_date": "line_date", "total": "amount"}.get(roles[0], roles[0])
    for role in roles:
        if role in HEAD_ROLES or role in ("seller", "third") or role.startswith("field:"):
            return role
    return roles[0]


def _keys(said: str) -> Iterable[str]:
    yield key_of(said)
    bare = key_of(_UNIT.sub("", said))
    yield bare
    for part in re.split(
        r"[/|]|(?<=[\u4e00-\u9fff])(?=[a-z])|(?<=[a-z.])(?=[\u4e00-\u9fff])|\s{2,}", said
    ):
        if part != said:
            yield key_of(part)
    inner = re.search(r"^([^()]+)\(([^()]+)\)", said)
    if inner:
        yield key_of(inner[1])
        yield key_of(inner[2])


def key_of(label: str) -> str:
    """Return a label as it is looked up: small letters, no blanks, no signs at its ends."""
    return re.sub(r"[\s:;,·*_]+", "", plain(label).lower()).strip(".-()[]一、")
