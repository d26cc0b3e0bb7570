"""What can be read of U8: the entities with their members, and which statements read each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from seamline.connector import Entity, Member, MemberKind
from seamline.text import Text

from ..databases.reading import Source

_KINDS: dict[str, MemberKind] = {
    "t": "text", "i": "integer", "d": "decimal", "b": "boolean", "D": "date", "m": "datetime",
    "r": "rows",
}  # fmt: skip
# One line for each member: its name, a letter for its kind, what it is called.
_CODE = "code t 编码 Code"
_NAME = "name t 名称 Name"
_STOPPED = "stopped D 停用日期 Stopped on"
_ORDER = (
    "id i 内部编号 Internal number\ncode t 单据号 Number\ndate D 单据日期 Date\n"
    "audited b 已审核 Audited\nclosed b 已关闭 Closed\n"
)
_LINE = "line_id i 行编号 Line id\nmaterial t 存货编码 Material\nqty d 数量 Quantity\n"
_POSTED = (
    "id i 内部编号 Internal number\ncode t 单据号 Number\ndate D 单据日期 Date\n"
    "warehouse t 仓库编码 Warehouse\ndocument t 来源单号 Document\nhandler t 审核人 Handler\n"
    "lines r 明细 Lines"
)
_TAKEN = "closed b 行关闭 Line closed\n"

MEMBERS = {
    "warehouses": f"{_CODE}\n{_NAME}\n{_STOPPED}\n"
    "counts b 计入可用量 Counts as available\nconsignment b 代管仓 Consignment",
    "materials": f"{_CODE}\n{_NAME}\n{_STOPPED}\n"
    "spec t 规格型号 Specification\nclass t 存货分类 Class\nunit t 计量单位 Unit\n"
    "sold b 内销 Sold\nbought b 外购 Bought\nmade b 自制 Made\noutsourced b 委外 Outsourced\n"
    "source t 来源 Source\nsafety_stock d 安全库存 Safety stock\nlead_time i 提前期 Lead time\n"
    "min_batch d 最低供应量 Minimum lot\nlist_price d 参考售价 List price\n"
    "cost d 参考成本 Cost\nwarehouse t 默认仓库 Usual warehouse\n"
    "drawing_no t 图号 Drawing number\nbarcode t 条码 Barcode",
    "suppliers": f"{_CODE}\n{_NAME}\n{_STOPPED}\nshort_name t 简称 Short name\n"
    "phone t 电话 Phone\nmobile t 手机 Mobile\ncontact t 联系人 Contact\n"
    "outsourcing b 委外商 Takes outsourcing",
    "customers": f"{_CODE}\n{_NAME}\n{_STOPPED}\nshort_name t 简称 Short name\nphone t 电话 Phone\n"
    "salesperson t 业务员 Salesperson\npayment_terms t 付款条件 Payment terms\n"
    "credit_controlled b 控制信用 Credit controlled\ncredit_line d 信用额度 Credit line\n"
    "credit_days i 信用期限 Credit days\ncredit_parent t 信用单位 Credit parent\n"
    "receivable d 应收余额 Receivable\nordered d 未发货订单 Ordered\n"
    "delivered d 未开票发货 Delivered\ninvoiced d 未审核发票 Invoiced\n"
    "credit_used d 信用占用 Credit used",
    "stock": "material t 存货编码 Material\nwarehouse t 仓库编码 Warehouse\n"
    "on_hand d 现存量 On hand\n"
    "reserved d 预留 Reserved\ncoming d 待入库 Coming\navailable d 可用量 Available\n"
    "frozen d 冻结量 Frozen\nrejected d 不合格品 Rejected\n"
    "kept_for_orders d 订单专用 Kept for orders",
    "available": "material t 存货编码 Material\non_hand d 现存量 On hand\n"
    "available d 可用量 Available\n"
    "reserved d 预留 Reserved\nin_transit d 在途 In transit\n"
    "arrivals_72h d 72小时内到货 Arriving within 72 h\nnext_arrival D 最近到货日 Next arrival\n"
    "safety_stock d 安全库存 Safety stock",
    "boms": "id i 内部编号 Internal number\nmaterial t 母件编码 Parent\nnumber i 版本号 Version\n"
    "words t 版本说明 Version in words\nvalid_from D 版本生效 Valid from\n"
    "valid_to D 版本失效 Valid to\naudited b 已审核 Audited\nstopped D 停用日期 Stopped on\n"
    "components r 子件 Components",
    "sales_orders": f"{_ORDER}customer t 客户编码 Customer\n"
    "customer_name t 客户名称 Customer's name\n"
    "customer_po t 客户订单号 Customer's number\ncurrency t 币种 Currency\n"
    "tax_rate d 税率 Tax rate\naudited_at m 审核时间 Audited at\nclosed_at m 关闭时间 Closed at\n"
    "maker t 制单人 Maker\nverifier t 审核人 Audited by\n"
    "closer t 关闭人 Closed by\nmemo t 备注 Memo\nsettlement_no t 财务结算号 Settlement number\n"
    "final_delivery D 最终交期 Final delivery\nlines r 订单行 Lines",
    "purchase_orders": f"{_ORDER}supplier t 供应商编码 Supplier\nmemo t 备注 Memo\n"
    "lines r 订单行 Lines",
    "outsourcing": f"{_ORDER}supplier t 委外商编码 Supplier\nclosed_at m 关闭时间 Closed at\n"
    "lines r 订单行 Lines\nmaterials r 用料 Materials",
    "receipts": _POSTED,
    "issues": _POSTED,
}
ROWS = {
    ("receipts", "lines"): _LINE,
    ("issues", "lines"): _LINE,
    ("boms", "components"): "component t 子件编码 Component\nqty d 基本用量 Quantity\n"
    "per d 基础数量 Per\nscrap d 损耗率 Scrap\noperation t 工序行号 Operation\n"
    "valid_from D 子件生效 Valid from\nvalid_to D 子件失效 Valid to\nfixed b 固定用量 Fixed\n"
    "issue i 供应类型 Issue type\nwarehouse t 仓库 Warehouse\nremark t 备注 Remark",
    ("sales_orders", "lines"): f"{_LINE}{_TAKEN}row i 行号 Row\n"
    "material_name t 存货名称 Material's name\nunit_price d 含税单价 Unit price\n"
    "amount d 价税合计 Amount\ndue_date D 预发货日期 Due date\nshipped d 已发货 Shipped\n"
    "invoiced d 已开票 Invoiced\nopen_qty d 未发货 Open",
    (
        "purchase_orders",
        "lines",
    ): f"{_LINE}{_TAKEN}row i 行号 Row\nunit_price d 含税单价 Unit price\n"
    "due_date D 计划到货日 Due date\nreceived d 已入库 Received\nopen_qty d 在途 In transit",
    (
        "outsourcing",
        "lines",
    ): f"{_LINE}{_TAKEN}start_date m 开工时间 Start\ndue_date m 到货时间 Due\n"
    "received d 已入库 Received\nmaterial_sent d 已发料 Material sent\nbegun b 已开工 Begun\n"
    "sales_order t 销售订单号 Sales order\nclosed_at m 关闭时间 Closed at",
    ("outsourcing", "materials"): f"{_LINE}sent d 已发料 Sent\n"
    "required_date D 需求日期 Required on\nwarehouse t 仓库 Warehouse",
}
TITLES = {
    "warehouses": Text("仓库", "Warehouses"),
    "materials": Text("存货档案", "Materials"),
    "suppliers": Text("供应商", "Suppliers"),
    "customers": Text("客户与信用", "Customers and credit"),
    "stock": Text("现存量(按仓库)", "Stock by warehouse"),
    "available": Text("可用、在途与预留(按存货)", "Available, in transit and reserved by material"),
    "boms": Text("物料清单", "Bills of material"),
    "sales_orders": Text("销售订单", "Sales orders"),
    "purchase_orders": Text("采购订单", "Purchase orders"),
    "outsourcing": Text("委外订单", "Outsourcing orders"),
    "receipts": Text("入库单", "Receipts"),
    "issues": Text("出库单", "Issues"),
}
# The key of each as its statements name it, and as its members do.
BY = {
    "warehouses": (("w.cWhCode",), ("code",)),
    "materials": (("i.cInvCode",), ("code",)),
    "suppliers": (("v.cVenCode",), ("code",)),
    "customers": (("c.cCusCode",), ("code",)),
    "stock": (("s.cInvCode", "s.cWhCode"), ("material", "warehouse")),
    "available": (("i.cInvCode",), ("material",)),
    "boms": (("b.BomId",), ("id",)),
    "sales_orders": (("m.ID",), ("id",)),
    "purchase_orders": (("m.POID",), ("id",)),
    "outsourcing": (("m.MOID",), ("id",)),
    "receipts": (("m.ID",), ("id",)),
    "issues": (("m.ID",), ("id",)),
}
# The number that people know of what U8 keeps under an internal one, as its statements name it.
NUMBERS = {
    "sales_orders": "m.cSOCode", "purchase_orders": "m.cPOID", "outsourcing": "m.cCode",
    "receipts": "m.cCode", "issues": "m.cCode",
}  # fmt: skip
FOLDER = Path(__file__).with_name("sql")


def sources(
    columns: Mapping[str, str], writable: Iterable[str] = (), operations: tuple[str, ...] = ()
) -> list[Source]:
    """Return what is read, in an order in which references find what they point to.

    `columns` are the user-defined columns of sales orders; `writable` are the members of these
    that may be written, by `operations`.
    """
    found = [_source(name, frozenset(writable), operations) for name in MEMBERS]
    return [replace(one, head=_defined(one.head, columns)) for one in found]


def keys_of(entity: str) -> str:
    """Return what reads the keys of an entity."""
    return _source(entity, frozenset(), ()).keys


def title_of(entity: str, member: str) -> Text:
    """Return what people call a member of an entity; its name where it has none."""
    titles = {one.name: one.title for one in _members(entity, MEMBERS[entity], frozenset())}
    return titles.get(member, Text.same(member))


def _defined(text: str, columns: Mapping[str, str]) -> str:
    """Return a text with the user-defined columns where it names what they hold."""
    return re.sub(r"\{defined:(\w+)\}", lambda found: f"m.{columns[found[1]]}", text)


@cache
def _source(name: str, writable: frozenset[str], operations: tuple[str, ...]) -> Source:
    by, key = BY[name]
    orders = name == "sales_orders"
    members = tuple(_members(name, MEMBERS[name], writable if orders else frozenset()))
    entity = Entity(
        name, TITLES[name], key, members, since=True, operations=operations if orders else ()
    )
    return Source.read(FOLDER / f"{name}.sql", entity, by)


def _members(entity: str, lines: str, writable: frozenset[str]) -> Iterable[Member]:
    for line in lines.strip().splitlines():
        name, letter, zh, en = line.split(" ", 3)
        rows = ROWS.get((entity, name), "") if letter == "r" else ""
        yield Member(
            name,
            _KINDS[letter],
            Text(zh, en),
            writable=name in writable,
            rows=tuple(_members(entity, rows, writable if name in writable else frozenset())),
        )
