"""Write purchase orders in eight layouts by a fourth one who has not read the reader.

    python benchmarks/unseen_orders.py FOLDER
    seamline evaluate-reading FOLDER

A letter, headings of three levels, upright labels, two lines in every cell, an e-mail in blocks, an
order from Europe, a contract of clauses, the print of an ERP; four documents each. All names and numbers are invented.
"""

# ruff: noqa: E501
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from odd_orders import OWN, House, Layout, Order, asked, capitals, cn, rows, write

CUSTOMERS = {
    "zh": [
        "青岚市宏骏减速机制造有限公司",
        "瀚川起重设备（江州）有限公司",
        "北麓盾构装备股份有限公司",
        "沅溪农业机械集团有限公司",
        "锦屿港口机械有限公司",
        "东沐风电传动科技有限公司",
    ],
    "en": [
        "Kessling Fördertechnik GmbH",
        "Marlowe & Tate Engineering Ltd",
        "Verhoeven Aandrijvingen B.V.",
        "Nordhavn Winch AS",
        "Officine Bertarelli S.p.A.",
    ],
}
PARTS = {
    "zh": [
        "行星架",
        "输出轴",
        "蜗轮",
        "定位销",
        "轴承座",
        "调整垫片",
        "制动盘",
        "偏心套",
        "油缸端盖",
        "花键轴",
    ],
    "en": [
        "Planet carrier",
        "Output shaft",
        "Worm wheel",
        "Bearing housing",
        "Spacer ring",
        "Brake disc",
        "Eccentric sleeve",
        "Splined hub",
        "Clevis pin",
        "Cylinder head",
    ],
}


def day(value: date) -> str:
    return f"{value.day} {value.strftime('%B %Y')}"


def comma(value: Decimal) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def letter(o: Order) -> str:
    money = "GBP" if o.customer.endswith("Ltd") else "EUR"
    said = "; ".join(
        f"({'abcde'[n]}) {i.qty:,} {i.unit} of {i.name} to drawing no. "
        f"<span style='white-space:nowrap'>{i.code}</span> at {money} {i.price:,.2f} "
        f"each, amounting to {money} {i.amount:,}"
        for n, i in enumerate(o.items)
    )
    return (
        "<style>body{font:15px 'Liberation Serif','Noto Serif';line-height:1.55;margin:30px 40px}</style>"
        f"<p style='font-size:19px;border-bottom:1px solid #444'><b>{o.customer}</b></p>"
        f"<p class=r>{day(o.signed)}</p><p>{OWN['en']}<br>Sales Department</p>"
        f"<p>Dear Sirs,</p><p><b>Our Purchase Order No. {o.po}</b></p>"
        f"<p>We thank you for your quotation of {day(o.signed - timedelta(days=9))} and are pleased "
        f"to order from you the following machined parts: {said}.</p>"
        f"<p>The total value of this order is {money} {o.total:,}, delivered our works, duty unpaid. "
        f"All of the goods must be delivered to us no later than {day(o.due)}. Please pack each item "
        "separately and mark every package with the above order number.</p>"
        "<p>Payment will be made by bank transfer 45 days after receipt of your invoice. Kindly "
        "return a signed copy of this letter as your acceptance.</p>"
        f"<p>Yours faithfully,</p><p>for and on behalf of {o.customer}</p><p><br>H. Lindqvist<br>"
        "Purchasing Manager</p>"
    )


def headings(o: Order) -> str:
    body = rows(
        [
            [
                str(n),
                i.code,
                i.name,
                f"{i.qty}",
                i.unit,
                f"{i.price / Decimal('1.13'):.4f}",
                f"{i.amount / Decimal('1.13'):.2f}",
                f"{i.price:.2f}",
                f"{i.amount:.2f}",
                i.due.isoformat(),
                "总装一库",
            ]
            for n, i in enumerate(o.items, 1)
        ]
    )
    return (
        "<style>table{font-size:11px}td,th{text-align:center}</style>"
        f"<h2 class=c>{o.customer}</h2><h3 class=c>外协件采购订货单</h3>"
        f"<p>采购单号：{o.po}<span style='float:right'>制单日期：{o.signed.isoformat()}</span></p>"
        f"<p>承制单位：{OWN['zh']}</p><table>"
        "<tr><th rowspan=3>行号<th colspan=2 rowspan=2>零部件信息<th colspan=2 rowspan=2>订货"
        "<th colspan=4>价格信息（人民币，元）<th colspan=2 rowspan=2>收货要求</tr>"
        "<tr><th colspan=2>未税<th colspan=2>含税（13%）</tr>"
        "<tr><th>零件图号<th>零件名称<th>数量<th>单位<th>单价<th>金额<th>单价<th>金额"
        f"<th>到货日期<th>库房</tr>{body}</table>"
        f"<p class=r>含税总金额：￥{o.total:,}</p>"
        "<p>说明：1. 随货附检验报告及材质证明。2. 送货单须注明采购单号。</p>"
        "<p>编制：周岚　　　审核：　　　　　批准：</p>"
    )


def vertical(o: Order) -> str:
    heads = "".join(
        f"<th><span class=v>{h}</span></th>"
        for h in ("序号", "图号", "品名", "订购数量", "单位", "含税单价", "含税金额")
    )
    lines = "".join(
        f"<tr><td>{n}<td>{i.code}<td>{i.name}<td>{i.qty}<td>{i.unit}<td>{i.price:.2f}<td>{i.amount}</tr>"
        for n, i in enumerate(o.items, 1)
    )

    def side(word: str, span: int) -> str:
        return f"<th rowspan={span} style='width:24px'><span class=v>{word}</span></th>"

    return (
        "<style>.v{writing-mode:vertical-rl;text-orientation:upright;letter-spacing:2px;"
        "white-space:nowrap;display:inline-block}"
        "td,th{text-align:center}.l{text-align:left}</style>"
        f"<h2 class=c>零 件 订 购 单</h2><p class=r>订单号：{o.po}</p><table>"
        f"<tr>{side('订货单位', 2)}<td>名称<td colspan=6 class=l>{o.customer}</tr>"
        f"<tr><td style='height:38px'>经办人<td colspan=2>陈志远<td>订货日期<td colspan=3>{cn(o.signed)}</tr>"
        f"<tr>{side('供货单位', 2)}<td>名称<td colspan=6 class=l>{OWN['zh']}</tr>"
        f"<tr><td style='height:38px'>联系人<td colspan=2>销售部<td>交货日期<td colspan=3>{cn(o.due)}</tr>"
        f"<tr>{side('订购明细', len(o.items) + 2)}{heads}</tr>{lines}"
        f"<tr><td colspan=6>合计（元）<td>{o.total}</tr>"
        f"<tr>{side('备注', 1)}<td colspan=7 class=l>零件须涂防锈油，木箱包装；运费由供货单位承担。</tr>"
        "</table>"
    )


def stacked(o: Order) -> str:
    body = rows(
        [
            [
                str(n),
                f"{i.code}<br>{i.name}",
                f"{i.qty:,}<br>{i.unit}",
                f"{i.price:,.2f}<br>{i.amount:,}",
                f"{i.due.strftime('%Y/%m/%d')}<br>来料检验",
            ]
            for n, i in enumerate(o.items, 1)
        ]
    )
    return (
        "<style>td,th{line-height:1.5}th{background:#eee}</style>"
        f"<table class=h><tr><td style='width:55%'><b>{o.customer}</b><br>采购中心"
        f"<td>采购订单<br>PO号：{o.po}<br>下单日期：{o.signed.strftime('%Y/%m/%d')}</tr></table>"
        f"<p>供应商名称：{OWN['zh']}</p><table>"
        "<tr><th>项次<th>料号<br>品名<th>采购数量<br>单位<th>含税单价<br>含税金额"
        f"<th>要求交期<br>检验方式</tr>{body}"
        f"<tr><td colspan=3 class=r>订单总额（含税，人民币元）<td>{o.total:,}<td></tr></table>"
        "<p>请于收到订单后两个工作日内签字回传，否则视为接受。</p>"
        "<p>采购员：吴倩　　　　　供应商确认（盖章）：</p>"
    )


def mail(o: Order) -> str:
    lines = "\n\n".join(
        f"  {n}) {i.name}\n     Part No.: {i.code}\n     Quantity: {i.qty:,} {i.unit}\n"
        f"     Unit price: EUR {i.price:,.2f}\n     Line total: EUR {i.amount:,}"
        for n, i in enumerate(o.items, 1)
    )
    sent = o.signed.strftime("%a, %d %b %Y 09:42:10 +0200")
    return (
        f"From: Ingrid Solberg <i.solberg@example.com>\nTo: sales@example.org\nDate: {sent}\n"
        f"Subject: Purchase order {o.po}\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"Dear Ms Zhang,\n\nThank you for your offer. On behalf of {o.customer} I would like to place\n"
        f"the following order with {OWN['en']}\n\n"
        f"PO number: {o.po}\nDelivery date: {day(o.due)} (all items in one shipment)\n\n{lines}\n\n"
        f"Order total: EUR {o.total:,}\n\n"
        "Terms are as usual, DAP our warehouse, payment 30 days net.\n"
        "Please send us your order confirmation by return.\n\n"
        f"Kind regards,\nIngrid Solberg\nStrategic Buyer\n{o.customer}\n"
    )


def europe(o: Order) -> str:
    body = rows(
        [
            [
                f"{n * 10:05}",
                i.code,
                i.name,
                i.due.strftime("%d.%m.%Y"),
                f"{i.qty} {i.unit}",
                comma(i.price),
                comma(i.amount),
            ]
            for n, i in enumerate(o.items, 1)
        ]
    )
    return (
        "<style>body{font:13px 'Liberation Sans','Noto Sans'}td,th{border:0;text-align:left}"
        ".t th{border-top:1px solid #000;border-bottom:1px solid #000}.t td{padding:7px 5px}"
        ".t td:nth-child(n+5),.t th:nth-child(n+5){text-align:right}.a td{vertical-align:top}</style>"
        f"<p class=r style='font-size:20px'><b>{o.customer}</b></p>"
        f"<table class=a><tr><td style='width:52%'>Supplier:<br>{OWN['en']}<br>Attn. Export Sales<br>"
        "P. R. China<td><b style='font-size:17px'>PURCHASE ORDER</b>"
        f"<br>Order number: {o.po}<br>Order date: {o.signed.strftime('%d.%m.%Y')}"
        "<br>Our contact: M. Brandt<br>Currency: EUR</tr></table>"
        "<p>Please supply the goods below subject to our General Conditions of Purchase. Quote the "
        "order number on all correspondence.</p>"
        "<table class=t><tr><th>Item<th>Material No.<th>Description<th>Delivery date<th>Quantity"
        f"<th>Price per unit<th>Net value</tr>{body}</table>"
        "<p class=r style='border-top:1px solid #000;padding-top:6px'><b>Total net value: EUR "
        f"{comma(o.total)}</b></p><p>Terms of delivery: FCA (Incoterms 2020)<br>"
        "Terms of payment: within 14 days 2% discount, within 60 days net<br>"
        "Certificates: EN 10204 - 3.1</p>"
        "<p>This order was created electronically and is valid without signature.</p>"
    )


def contract(o: Order) -> str:
    body = rows(
        [
            [str(n), i.name, i.code, i.unit, f"{i.qty}", f"{i.price:,.2f}", f"{i.amount:,}"]
            for n, i in enumerate(o.items, 1)
        ]
    )
    return (
        "<style>p{margin:5px 0;line-height:1.6}td,th{text-align:center}</style>"
        f"<h2 class=c>产品采购合同</h2><p class=r>采购合同编号：{o.po}</p>"
        f"<p>甲方（买方）：{o.customer}</p><p>乙方（卖方）：{OWN['zh']}</p>"
        f"<p>签订日期：{cn(o.signed)}</p>"
        "<p class=i>依据《中华人民共和国民法典》，甲乙双方经友好协商，就甲方向乙方采购机械零件事宜订立本合同。</p>"
        "<p>第一条　产品名称、图号、数量及价款</p><table>"
        f"<tr><th>序号<th>产品名称<th>产品图号<th>单位<th>数量<th>含税单价（元）<th>含税总价（元）</tr>{body}"
        f"<tr><td colspan=6>合同总价（含13%增值税）<td>{o.total:,}</tr>"
        f"<tr><td colspan=7 style='text-align:left'>人民币大写：{capitals(o.total)}</tr></table>"
        "<p>第二条　质量标准：按甲方提供的图纸及技术协议执行，质保期为验收合格后十二个月。</p>"
        f"<p>第三条　交货：乙方应于{cn(o.due)}前将全部产品一次性送达甲方工厂，运费由乙方承担。</p>"
        "<p>第四条　付款：货到验收合格并收到增值税专用发票后60日内，甲方以电汇方式支付全部货款。</p>"
        "<p>第五条　违约责任：乙方逾期交货的，每逾期一日按合同总价的0.5‰支付违约金。</p>"
        "<p>第六条　争议解决：协商不成的，提交甲方所在地人民法院诉讼解决。</p>"
        "<p>第七条　本合同一式两份，双方各执一份，自双方签字盖章之日起生效。</p>"
        f"<table class=h><tr><td style='width:50%;text-align:left;height:80px'>甲方（盖章）：{o.customer}<br>"
        f"委托代理人：<td style='width:50%;text-align:left'>乙方（盖章）：{OWN['zh']}<br>委托代理人：</tr></table>"
    )


def erp(o: Order) -> str:
    body = rows(
        [
            [
                str(n),
                i.code,
                i.name,
                i.unit,
                f"{i.qty:.2f}",
                f"{i.price:.4f}",
                f"{i.amount:.2f}",
                i.due.isoformat(),
            ]
            for n, i in enumerate(o.items, 1)
        ]
    )
    number = sum(i.qty for i in o.items)
    return (
        "<style>body{font:12px 'Noto Sans CJK SC'}.f td{border:0;padding:2px}.f{margin:2px 0}"
        ".n td:nth-child(n+5):nth-child(-n+7){text-align:right}.k{font-size:11px;line-height:1.6}</style>"
        f"<h3 class=c style='margin:4px'>{o.customer}</h3>"
        "<h2 class=c style='margin:4px'>采 购 订 单</h2><table class=f>"
        f"<tr><td>订单编号：{o.po}<td>订单日期：{o.signed.isoformat()}<td>业务类型：普通采购</tr>"
        f"<tr><td>供应商：{OWN['zh']}<td>采购部门：供应部<td>业务员：郑海波</tr>"
        "<tr><td>币种：人民币<td>汇率：1.00<td>税率：13%</tr></table>"
        "<table class=n><tr><th>行号<th>存货编码<th>存货名称<th>主计量<th>数量<th>含税单价"
        f"<th>价税合计<th>计划到货日期</tr>{body}"
        f"<tr><td>合计<td><td><td><td>{number:.2f}<td><td>{o.total:.2f}<td></tr></table>"
        "<div class=k>订单条款：<br>1. 交货地点：需方厂内原材料库，周一至周五 8:00—16:30 收货。<br>"
        "2. 付款方式：票到月结60天，银行承兑汇票。<br>"
        "3. 包装：防锈、防磕碰，每箱重量不超过25千克，箱外贴存货编码标签。<br>"
        "4. 如不能按计划到货日期交付，须提前3个工作日书面通知需方。</div>"
        "<table class=f style='margin-top:14px'><tr><td>制单人：郑海波<td>审核人：林晓<td>"
        f"打印日期：{o.signed.isoformat()}<td>第 1 页 / 共 1 页</tr></table>"
    )


LAYOUTS: dict[str, Layout] = {
    "c_letter": (letter, "en", False),
    "c_headings": (headings, "zh", True),
    "c_vertical": (vertical, "zh", False),
    "c_stacked": (stacked, "zh", True),
    "c_mail_message": (mail, "en", False),
    "c_europe": (europe, "en", True),
    "c_contract": (contract, "zh", False),
    "c_erp": (erp, "zh", True),
}

if __name__ == "__main__":
    write(asked(__doc__), LAYOUTS, "blind-c15", House(OWN, CUSTOMERS, PARTS))
