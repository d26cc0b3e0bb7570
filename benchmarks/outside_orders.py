"""Write purchase orders in eight layouts by another one who has not read the reader.

    python benchmarks/outside_orders.py FOLDER
    seamline evaluate-reading FOLDER

A letter, headings nested three deep, upright labels, cells of two lines, a list in an e-mail, an
order from abroad, items as columns, deliveries in batches; four documents each. All names, numbers and addresses are invented.
"""

# ruff: noqa: E501
from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from email.header import Header
from email.utils import formataddr
from itertools import groupby

import odd_orders
from odd_orders import House, Item, Layout, Order, asked, capitals, cn, rows, write

OWN = {"zh": "宁川锐德机械零部件有限公司", "en": "Ningchuan Ruide Machine Parts Co., Ltd."}
CUSTOMERS = {
    "zh": ["河阳博睿起重机械有限公司", "青岚市天矩数控机床股份有限公司", "浙江沐川减速机制造有限公司",
           "广澜注塑装备（佛山）有限公司", "沈辽泰岳风电设备有限公司", "皖江和拓工程机械集团有限公司",
           "苏湾精至自动化科技有限公司", "德州晟禹泵业有限公司"],
    "en": ["Kessler Fördertechnik GmbH", "Larkfield Hydraulics Ltd", "Prairie Forge Equipment LLC",
           "Aoyama Seiki Co., Ltd.", "Nordhavn Vindkraft A/S"],
}  # fmt: skip
PARTS = {
    "zh": ["输出轴", "行星架", "调整垫片", "蜗轮", "花键套", "轴承座", "锥齿轮", "定位销", "液压阀体",
           "连接法兰", "滚轮支架", "丝杠螺母"],
    "en": ["Output shaft", "Planet carrier", "Spacer ring", "Worm wheel", "Splined sleeve",
           "Bearing housing", "Bevel gear", "Valve body", "Roller bracket", "Clevis pin"],
}  # fmt: skip
METALS = ["45#钢", "40Cr", "QT450-10", "20CrMnTi", "ZCuSn10P1", "304"]


def order(rng: random.Random, tongue: str, customer: str, own_dates: bool = False,
          house: House = odd_orders.HOUSE) -> Order:  # fmt: skip
    """Draw an order; days of their own fall on weekly deliveries, in the order of the days."""
    o = odd_orders.order(rng, tongue, customer, own_dates, house)
    year, serial = o.signed.year, rng.randint(1, 999)
    po = rng.choice([f"PO{year % 100}{serial:05}", f"{year}-{serial:04}"]) if tongue == "en" else rng.choice([
        f"CG{year}{o.signed.month:02}{serial:04}", f"PO-{year}-{serial:05}",
        f"45{rng.randint(10**7, 10**8 - 1)}", f"WX{year % 100}-{o.signed.month:02}-{serial:03}",
    ])  # fmt: skip
    items = sorted(
        (replace(i, price=i.price.quantize(Decimal("0.01")), due=o.due + timedelta(days=round((i.due - o.due).days / 10) * 10))
         for i in o.items),
        key=lambda i: i.due,
    )  # fmt: skip
    days = {i.due for i in items}
    return replace(o, po=po, items=tuple(items), due=min(days))


def metal(i: Item) -> str:
    return METALS[sum(map(ord, i.name)) % len(METALS)]


CSS = (
    "<style>@page{margin:15mm 14mm}body{font-family:'Noto Serif CJK SC'}p{margin:6px 0}"
    ".b{font-weight:bold}.n td{text-align:right}.m{text-align:center}"
    "th{background:#eee;font-weight:bold;text-align:center}td.num{text-align:right}"
    ".v{writing-mode:vertical-rl;text-align:center;letter-spacing:3px;width:22px;padding:4px}"
    ".k{background:#f2f2f2;white-space:nowrap}.none td{border:0}"
    ".s{font-family:'Noto Sans CJK SC'}</style>"
)


def letter(o: Order) -> str:
    """A letter in prose: one sentence for an item."""
    order_words = ["第一项", "第二项", "第三项", "第四项", "第五项"]
    said = "。".join(
        f"{order_words[n]}为{i.name}，物料编码为{i.code}，订购数量{i.qty}{i.unit}，含税单价为每{i.unit}"
        f"{i.price}元，金额{i.amount:,}元"
        for n, i in enumerate(o.items)
    )
    return CSS + (
        f"<p class=c style='font-size:20px;letter-spacing:4px'><b>{o.customer}</b></p>"
        "<hr><h2 class=c>关于订购机械零部件的函</h2>"
        f"<p>致：{OWN['zh']}</p>"
        "<p class=i>感谢贵司长期以来对我司生产的大力配合。根据我司近期排产计划，并参照双方已确认的报价，"
        f"现正式向贵司下达采购订单，订单编号为 {o.po}，请予安排生产。</p>"
        f"<p class=i>本次订购的产品共{len(o.items)}项。{said}。</p>"
        f"<p class=i>以上订单总金额为人民币{o.total:,}元（大写：{capitals(o.total)}），已含13%增值税及运费。"
        f"全部货物请于{cn(o.due)}前送达我司总装车间，送货单上须写明上述订单编号。货到验收合格并收到发票后"
        "60天内以电汇方式付款。</p>"
        "<p class=i>如对交货时间或技术要求有任何疑问，请于收函后两个工作日内与采购部梁工联系。</p>"
        f"<p class=i>此致</p><p>敬礼！</p><br><p class=r>{o.customer}（盖章）</p><p class=r>{cn(o.signed)}</p>"
    )


def three_levels(o: Order) -> str:
    """A table under headings nested over three levels, one day of delivery above it."""
    body = "".join(
        f"<tr><td class=m>{n}<td>{i.code}<td>{i.name}<td>{metal(i)}<td class=num>{i.qty}"
        f"<td class=m>{i.unit}<td class=num>{i.price:,}<td class=num>{i.amount:,}<td></tr>"
        for n, i in enumerate(o.items, 1)
    )
    return CSS + (
        "<div class=s><h2 class=c>外协件采购订单</h2>"
        "<table class=none><tr>"
        f"<td>采购方：{o.customer}<td>采购订单号：{o.po}</tr>"
        f"<tr><td>供应方：{OWN['zh']}<td>下单日期：{o.signed:%Y-%m-%d}</tr>"
        f"<tr><td>结算方式：月结60天，电汇<td>要求交货日期：{o.due:%Y-%m-%d}</tr></table>"
        "<table><tr><th rowspan=3>序号<th rowspan=2 colspan=3>产品信息<th colspan=4>采购内容"
        "<th rowspan=3>备注</tr><tr><th colspan=2>数量<th colspan=2>价款（元，含税）</tr>"
        "<tr><th>物料编码<th>名称<th>材质<th>订购数<th>单位<th>单价<th>金额</tr>"
        f"{body}<tr><td colspan=4 class=m>合计<td class=num>{sum(i.qty for i in o.items)}<td><td>"
        f"<td class=num>{o.total:,}<td></tr></table>"
        "<p>说明：1. 产品须符合图纸要求，随货附材质证明及检验报告。2. 包装须防锈、防磕碰。</p>"
        "<table class=none><tr><td>编制：姚远<td>审核：郭建平<td>批准：陶明</tr></table></div>"
    )


def left_labels(o: Order) -> str:
    """Labels standing upright in the left column, over merged cells."""
    lines = "".join(
        f"<tr><td>{i.code}<td colspan=2>{i.name}<td class=num>{i.qty:,}<td class=m>{i.unit}"
        f"<td class=num>{i.price}<td class=num>{i.amount}</tr>"
        for i in o.items
    )
    return CSS + (
        "<h2 class=c>零部件订货单</h2><table>"
        f"<tr><td class=v rowspan=3>订货单位<td class=k>名称<td colspan=6>{o.customer}</tr>"
        "<tr><td class=k>地址<td colspan=6>高新技术产业开发区创业大道88号</tr>"
        "<tr><td class=k>联系人<td colspan=2>许文静<td class=k>电话<td colspan=3>0371-55512086</tr>"
        f"<tr><td class=v rowspan=2>供货单位<td class=k>名称<td colspan=6>{OWN['zh']}</tr>"
        "<tr><td class=k>联系人<td colspan=2>销售部<td class=k>电话<td colspan=3>0951-55560321</tr>"
        f"<tr><td class=v rowspan=2>订单信息<td class=k>订单号码<td colspan=2>{o.po}<td class=k>订货日期"
        f"<td colspan=3>{o.signed:%Y/%m/%d}</tr>"
        f"<tr><td class=k>交货期限<td colspan=2>{o.due:%Y/%m/%d}<td class=k>交货地点<td colspan=3>订货单位仓库</tr>"
        f"<tr><td class=v rowspan={len(o.items) + 2}>订货明细<th>零件编号<th colspan=2>零件名称<th>数量<th>单位"
        f"<th>含税单价<th>金额（元）</tr>{lines}"
        f"<tr><td class=k>总计<td colspan=5>人民币{capitals(o.total)}<td class=num>{o.total}</tr>"
        "<tr><td class=v>备注<td colspan=7 style='height:60px'>增值税专用发票（13%）随货同行；不合格品由供货方承担退换费用。</td></tr>"
        "</table><table class=none><tr><td>订货单位（章）：<td>供货单位（章）：</tr></table>"
    )


def stacked(o: Order) -> str:
    """Cells of two lines each, as the headings say."""
    body = "".join(
        f"<tr><td class=m>{n}<td>{i.name}<br>{i.code}<td>{metal(i)}<br>按图"
        f"<td class=num>{i.qty:,}<br>{i.unit}<td class=num>{i.price:,}<br>{i.amount:,}"
        f"<td class=m>{i.due:%Y.%m.%d}<br>送货上门</tr>"
        for n, i in enumerate(o.items, 1)
    )
    return CSS + (
        f"<div class=s><p style='font-size:18px'><b>{o.customer}</b></p>"
        "<p>采 购 单 / PURCHASE ORDER</p><hr>"
        f"<p>采购单编号：<b>{o.po}</b>　　　　制单日期：{o.signed:%Y.%m.%d}　　　　页次：1/1</p>"
        f"<p>供应商名称：{OWN['zh']}　　　　供应商代码：V20317</p>"
        "<p>币别：人民币　　　　税率：13%（单价含税）　　　　付款条件：票到90天</p>"
        "<table><tr><th style='width:30px'>项次<th>品名<br>料号<th>材质<br>规格<th>采购数量<br>单位<th>单价<br>金额<th>交货日期<br>交货方式"
        f"</tr>{body}</table><p class=r><b>订单总额：RMB {o.total:,}</b></p>"
        "<p>一、供应商须于收到本单后24小时内签字盖章回传。</p>"
        "<p>二、送货时须附送货单，并注明采购单编号及料号。</p>"
        "<p>采购员：罗晓峰　　　　主管：施敏　　　　供应商回签：</p></div>"
    )


def list_message(o: Order) -> str:
    """A mail in Chinese, with the items as a numbered list."""
    listed = "\n".join(
        f"{n}. {i.name}（料号：{i.code}）\n   数量：{i.qty}{i.unit}，含税单价：{i.price}元，小计：{i.amount}元"
        for n, i in enumerate(o.items, 1)
    )
    sender = formataddr((str(Header("韩雪", "utf-8")), "hanxue@buyer.example"))
    return (
        f"From: {sender}\nTo: order@ruide.example\n"
        f"Subject: {Header(f'采购下单 - 订单号{o.po}', 'utf-8', maxlinelen=200).encode()}\n"
        f"Date: {o.signed.strftime('%a, %d %b %Y')} 09:42:17 +0800\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{OWN['zh']}\n张经理：\n\n早上好！上周的报价我们领导已经批了，现在正式下单，明细如下。\n\n"
        f"订单号：{o.po}\n\n{listed}\n\n合计：{o.total}元（含13%税，含运费）\n"
        f"交货日期：{cn(o.due)}\n收货地址：我司2号仓库，收货人马师傅\n\n"
        "请今天下班前邮件确认交期，图纸没有变化，按最新版做就行。\n\n祝好\n\n"
        f"韩雪\n采购部\n{o.customer}\n手机：139 0000 2718\n"
    )


def foreign(o: Order) -> str:
    """An English order: addresses, conditions, lines, a summary of totals."""
    day = lambda d: f"{d.day} {d:%B %Y}"  # noqa: E731
    body = "".join(
        f"<tr><td class=m>{n}<td>{i.code}<td class=m>{'ABC'[len(i.name) % 3]}<td>{i.name}"
        f"<td class=num>{i.qty:,}<td class=m>{i.unit}<td class=num>{i.price:,}<td class=num>{i.amount:,}</tr>"
        for n, i in enumerate(o.items, 1)
    )
    return CSS + (
        "<div style=\"font-family:'DejaVu Sans','Noto Sans CJK SC',sans-serif;font-size:12px\">"
        f"<table class=none><tr><td><b style='font-size:18px'>{o.customer}</b><br>Central Purchasing"
        "<td class=r style='font-size:20px'><b>PURCHASE ORDER</b></tr></table>"
        f"<table><tr><th>Purchase Order No.<th>Order Date<th>Delivery Date<th>Buyer's Contact</tr>"
        f"<tr class=m><td>{o.po}<td>{day(o.signed)}<td>{day(o.due)}<td>Martin Voss</tr></table>"
        "<table><tr><th style='width:50%'>Supplier<th>Ship To</tr>"
        f"<tr style='vertical-align:top'><td>{OWN['en']}<br>18 Xingye Road, Ningchuan, P.R. China"
        f"<td>{o.customer}<br>Goods Inward, Gate 3</tr></table>"
        "<table><tr><th>Payment Terms<th>Incoterms<th>Currency<th>Carrier</tr>"
        "<tr class=m><td>60 days net<td>FOB Shanghai<td>USD<td>By sea</tr></table>"
        "<table><tr><th>Line<th>Part Number<th>Rev.<th>Description<th>Quantity<th>Unit<th>Unit Price<th>Amount"
        f"</tr>{body}"
        f"<tr><td colspan=7 class=r>Subtotal<td class=num>{o.total:,}</tr>"
        "<tr><td colspan=7 class=r>Tax<td class=num>0.00</tr>"
        f"<tr><td colspan=7 class=r><b>Total (USD)</b><td class=num><b>{o.total:,}</b></tr></table>"
        "<p>Please confirm receipt of this order within 3 working days. The purchase order number must be "
        "quoted on all invoices, packing lists and correspondence.</p>"
        "<br><p>Authorised signature: ______________________</p></div>"
    )


def columns(o: Order) -> str:
    """Each item is a column, each label a row."""
    n = len(o.items)
    head = (
        "<tr><th style='width:90px'>订购项目"
        + "".join(f"<th>产品{k}" for k in "一二三四五"[:n])
        + "</tr>"
    )
    said = [
        ("产品名称", [i.name for i in o.items]), ("产品图号", [i.code for i in o.items]),
        ("材料", [metal(i) for i in o.items]), ("订货数量", [f"{i.qty}" for i in o.items]),
        ("计量单位", [i.unit for i in o.items]), ("单价（元）", [f"{i.price:,}" for i in o.items]),
        ("金额（元）", [f"{i.amount:,}" for i in o.items]), ("交付日期", [cn(i.due) for i in o.items]),
    ]  # fmt: skip
    body = rows([[label, *values] for label, values in said])
    return CSS + (
        f"<h2 class=c>{o.customer}</h2><h3 class=c>产品订购单</h3>"
        f"<p>订购单编号：{o.po}</p><p>订购日期：{cn(o.signed)}</p><p>承制单位：{OWN['zh']}</p>"
        f"<table class=m>{head}{body}<tr><td>合计金额<td colspan={n}>{o.total:,}元"
        f"（{capitals(o.total)}）</tr></table>"
        "<p>质量要求：按图纸及技术协议执行，首件须经我方检验合格。</p><p>以上单价均为含税到厂价。</p>"
        "<br><p>经办人：叶志强　　　　　　部门负责人：　　　　　　　单位盖章：</p>"
    )


def batches(o: Order) -> str:
    """A form of many boxes; the table is split by delivery batch, each with its subtotal."""
    body, number = "", 0
    for k, (due, some) in enumerate(groupby(o.items, lambda i: i.due)):
        lot = list(some)
        body += (
            f"<tr><td colspan=7 class='k b'>第{'一二三四五'[k]}批　交货日期：{due:%Y-%m-%d}</tr>"
        )
        for i in lot:
            number += 1
            body += (
                f"<tr><td class=m>{number}<td>{i.code}<td>{i.name}<td class=num>{i.qty:,}<td class=m>{i.unit}"
                f"<td class=num>{i.price:,}<td class=num>{i.amount:,}</tr>"
            )
        part = sum((i.amount for i in lot), Decimal(0))
        body += f"<tr><td colspan=6 class=r>本批小计<td class=num>{part:,}</tr>"
    box = lambda *pairs: (  # noqa: E731
        "<tr>" + "".join(f"<td class=k>{k}<td>{v}" for k, v in pairs) + "</tr>"
    )
    return CSS + (
        "<div class=s style='font-size:12px'><h2 class=c>分批交货采购订单</h2><table>"
        + box(("订单编号", o.po), ("签订日期", f"{o.signed:%Y-%m-%d}"), ("版本", "V1.0"))
        + f"<tr><td class=k>买方名称<td colspan=3>{o.customer}<td class=k>买方联系人<td>邵俊</tr>"
        + f"<tr><td class=k>卖方名称<td colspan=3>{OWN['zh']}<td class=k>卖方联系人<td>张经理</tr>"
        + box(("币种", "人民币"), ("税率", "13%"), ("付款方式", "承兑汇票"))
        + box(("运输方式", "汽运"), ("运费承担", "卖方"), ("包装要求", "木箱防锈"))
        + "<tr><td class=k>收货地址<td colspan=3>开发区振兴路6号三号门<td class=k>收货人<td>仓储部 冯工</tr>"
        + "</table><table><tr><th>行号<th>物料号<th>物料描述<th>数量<th>单位<th>含税单价<th>含税金额</tr>"
        + f"{body}<tr><td colspan=6 class='r b'>订单合计（元）<td class='num b'>{o.total:,}</tr></table><table>"
        + box(("编制", "邵俊"), ("审核", "秦岚"), ("批准", "江海波"))
        + "</table><p>注：各批货物须按上列日期到货，提前或推迟须经买方书面同意。</p></div>"
    )


LAYOUTS: dict[str, Layout] = {
    "letter": (letter, "zh", False),
    "three_levels": (three_levels, "zh", False),
    "left_labels": (left_labels, "zh", False),
    "stacked": (stacked, "zh", True),
    "list_message": (list_message, "zh", False),
    "foreign": (foreign, "en", False),
    "columns": (columns, "zh", True),
    "batches": (batches, "zh", True),
}

if __name__ == "__main__":
    write(asked(__doc__), LAYOUTS, "blind-b39", House(OWN, CUSTOMERS, PARTS), order)
