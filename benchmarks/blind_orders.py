"""Write purchase orders in nine layouts by somebody who has not read the reader.

    python benchmarks/blind_orders.py FOLDER
    seamline evaluate-reading FOLDER

A sealed contract of two parties, a letter in English, upright headings, a printer's list, items as
columns, cells of two lines under nested headings, a table typed into an e-mail, a call-off with
remarks between its lines, characters of Taiwan; four documents each. Nothing was mended for them.
"""

# ruff: noqa: E501
from __future__ import annotations

from odd_orders import OWN, House, Layout, Order, asked, cn, rows, write

CUSTOMERS = {
    "zh": ["安陆市众擎农业装备有限公司", "福宁海川船舶动力股份有限公司", "桐城捷成车桥制造厂",
           "白水洋起重机械（集团）有限公司", "辽原智造新能源客车有限公司"],
    "en": ["Calloway Hydraulics LLC", "Brightmoor Tractors plc", "Eastgate Rail Components Pty Ltd"],
}  # fmt: skip
PARTS = {
    "zh": ["花键轴", "调整垫片", "制动鼓", "差速器壳", "半轴套管", "钢板弹簧销", "传动轴叉", "支架总成"],
    "en": ["Splined shaft", "Shim plate", "Brake drum", "Differential case", "Spring pin", "Yoke"],
}  # fmt: skip


def sealed_contract(o: Order) -> str:
    body = rows([
        [i.name, i.code, i.unit, f"{i.qty}", f"{i.price}", f"{i.amount}"] for i in o.items
    ])  # fmt: skip
    return (
        f"<h1 class=c>工业品买卖合同</h1><table style='border:0'><tr><td style='border:0'>出卖人：{OWN['zh']}"
        f"<td style='border:0'>合同编号：{o.po}</tr><tr><td style='border:0'>买受人：{o.customer}"
        f"<td style='border:0'>签订时间：{cn(o.signed)}</tr></table><p><b>第一条</b> 标的、数量、价款</p>"
        f"<table><tr><th>标的名称<th>牌号商标/规格型号<th>计量单位<th>数量<th>单价（元）<th>金额（元）</tr>{body}"
        f"<tr><td colspan=5>合计人民币金额<td>{o.total}</tr></table><p><b>第二条</b> 质量标准：按图纸及技术协议。"
        f"</p><p><b>第三条</b> 交（提）货时间：{cn(o.due)}前；地点：买受人仓库；运费由出卖人承担。</p>"
        "<p><b>第四条</b> 检验期限：到货后七日内。违约方按合同总额的千分之三支付违约金。</p>"
        f"<table><tr><td>出卖人（章）<br>{OWN['zh']}<br>开户行：工商银行<td>买受人（章）<br>{o.customer}"
        "<br>开户行：建设银行</tr></table>"
    )


def english_letter(o: Order) -> str:
    said = " ".join(
        f"<p>{n}) {i.qty:,} pieces of {i.name.lower()}, drawing {i.code}, at USD {i.price:,} apiece"
        f" (USD {i.amount:,}).</p>"
        for n, i in enumerate(o.items, 1)
    )
    return (
        f"<p><b>{o.customer}</b><br>12 Harbour Road</p><p>{o.signed:%B %d, %Y}</p><p>{OWN['en']}<br>"
        f"Sales department</p><p>Re: our purchase order {o.po}</p><p>Dear Madam or Sir,</p><p>following "
        f"your offer we are pleased to order:</p>{said}<p>The goods are to arrive at our works no later "
        f"than {o.due:%d %B %Y}. The order amounts to USD {o.total:,} in total, net of tax. Kindly "
        f"confirm within three days.</p><p>Yours faithfully,<br>for {o.customer}<br>P. Aldous</p>"
    )


def upright(o: Order) -> str:
    heads = "".join(
        f"<th style='writing-mode:vertical-rl;letter-spacing:4px'>{word}"
        for word in (
            "项次",
            "品号",
            "品名",
            "需求数量",
            "单位",
            "外协单价",
            "小计金额",
            "需求日期",
        )
    )
    body = rows([
        [str(n * 10), i.code, i.name, f"{i.qty:,}", i.unit, f"{i.price}", f"{i.amount:,}",
         f"{i.due:%Y.%m.%d}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    side = "<td rowspan=4 style='writing-mode:vertical-rl;letter-spacing:8px'>订购方"
    return (
        f"<h2 class=c>外协采购通知</h2><table><tr>{side}<td>单位<td>{o.customer}</tr><tr><td>通知号<td>{o.po}</tr>"
        f"<tr><td>下达<td>{o.signed:%Y.%m.%d}</tr><tr><td>承接<td>{OWN['zh']}</tr></table><br>"
        f"<table><tr>{heads}</tr>{body}<tr><td colspan=6 class=r>总计<td colspan=2>￥{o.total:,}</tr></table>"
    )


def printers_list(o: Order) -> str:
    lines = "\n".join(
        f"{n:>3}  {i.code:<14}{i.qty:>8} PC{i.price:>12}{i.amount:>14,}   {i.due:%d/%m/%y}\n"
        f"     {i.name.upper()}"
        for n, i in enumerate(o.items, 1)
    )
    return (
        "<pre style='font:12px monospace'>"
        f"{o.customer}\nPURCHASING SYSTEM          PAGE    1\n\n"
        f"ORDER     {o.po:<20}PRINTED  {o.signed:%d/%m/%y}\nVENDOR    {OWN['en'].upper()}\n"
        "TERMS     60 DAYS END OF MONTH    SHIP VIA  BEST WAY\n"
        f"{'-' * 64}\n LN  ITEM              ORDERED         EACH      EXTENDED   WANTED\n{'-' * 64}\n"
        f"{lines}\n{'-' * 64}\n{'ORDER VALUE':>40}{o.total:>14,}\n*** END OF ORDER ***</pre>"
    )


def items_as_columns(o: Order) -> str:
    facts = [
        ("产品", [i.name for i in o.items]), ("物料代码", [i.code for i in o.items]),
        ("本批数", [f"{i.qty}{i.unit}" for i in o.items]),
        ("含税价", [f"{i.price}元" for i in o.items]),
        ("货值", [f"{i.amount:,}" for i in o.items]),
        ("到厂日", [i.due.isoformat() for i in o.items]),
    ]  # fmt: skip
    body = "".join(
        f"<tr><th>{name}" + "".join(f"<td>{word}" for word in words) + "</tr>"
        for name, words in facts
    )
    return (
        f"<h2>{o.customer}</h2><p>试制件采购申请确认　单据编号 {o.po}　日期 {o.signed}</p>"
        f"<p>供应商名称 {OWN['zh']}</p><table>{body}</table><p>货值合计（含税）：{o.total:,} 元</p>"
    )


def two_line_cells(o: Order) -> str:
    body = rows([
        [str(n), f"{i.code}<br>{i.name}", f"{i.qty}<br>{i.unit}", f"{i.price}<br>{i.amount}",
         f"{i.due.month}/{i.due.day}<br>{i.due.year}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        f"<table><tr><td rowspan=2 style='font-size:18px'>采购订单<td>订单号<br><b>{o.po}</b><td>日期<br>"
        f"<b>{o.signed:%Y-%m-%d}</b></tr><tr><td colspan=2>供方<br><b>{OWN['zh']}</b></tr></table><br>"
        "<table><tr><th rowspan=2>#<th>物料<th>订货<th colspan=1>价格（含税 CNY）<th>交期</tr>"
        f"<tr><th>编码 / 描述<th>数 / 单位<th>单价 / 行价<th>月日 / 年</tr>{body}</table>"
        f"<p class=r>订单总价<br><b>{o.total}</b></p><p>需方：{o.customer}　采购员：段工</p>"
    )


def typed_message(o: Order) -> str:
    lines = "\n".join(
        f"| {i.code} | {i.name} | {i.qty} | {i.unit} | {i.price} | {i.amount} |" for i in o.items
    )
    return (
        f"From: buyer@example.com\nTo: sales@example.com\nSubject: =?utf-8?q?PO_{o.po}?=\n"
        f"Date: {o.signed:%a, %d %b %Y} 09:12:00 +0800\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"陈经理您好：\n\n请按下表安排，采购单号 {o.po}，货要在{o.due.month}月{o.due.day}日（{o.due.year}年）之前到我司。\n\n"
        f"| 图号 | 品名 | 数 | 单位 | 价 | 款 |\n|---|---|---|---|---|---|\n{lines}\n\n"
        f"共 {len(o.items)} 项，款项总共 {o.total} 元。收到请回复。\n\n此致\n{o.customer}\n采购部 吴\n"
    )


def remarks_between(o: Order) -> str:
    notes = ("注：附材质单", "注：按最新图纸，旧版作废", "注：分色包装", "注：首件送检", "注：无")
    body = "".join(
        f"<tr><td>{i.code}<td>{i.name}<td>{i.unit}<td>{i.qty}<td>{i.price}<td>{i.amount:,}<td>{i.due}</tr>"
        f"<tr><td colspan=7><i>{note}</i></tr>"
        for i, note in zip(o.items, notes, strict=False)
    )
    return (
        f"<p class=r>第 1 页 共 1 页</p><h3 class=c>要 货 令</h3><p>发令单位　{o.customer}</p><p>受令单位　{OWN['zh']}"
        f"</p><p>令号　{o.po}　　发令日　{o.signed:%Y%m%d}</p><table><tr><td>代码<td>名称<td>计量<td>要货量"
        f"<td>结算价<td>结算额<td>送达</tr>{body}</table><p>结算额总计 ￥{o.total:,}（含税 13%）</p>"
    )


def taiwan(o: Order) -> str:
    body = rows([
        [str(n), i.code, i.name, f"{i.qty:,}", i.unit, f"{i.price:,}", f"{i.amount:,}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        f"<h2 class=c>採　購　單</h2><p>{o.customer}</p><table class=h><tr><td>採購單號<td>{o.po}<td>採購日期"
        f"<td>{o.signed:%Y/%m/%d}</tr><tr><td>廠商名稱<td>{OWN['zh']}<td>交貨日期<td>{o.due:%Y/%m/%d}</tr></table>"
        f"<table><tr><th>項次<th>料號<th>品名規格<th>數量<th>單位<th>單價<th>金額</tr>{body}<tr><td colspan=6>"
        f"總計<td>{o.total:,}</tr></table><p>付款條件：月結六十天　核准：　審核：　採購：</p>"
    )


LAYOUTS: dict[str, Layout] = {
    "sealed_contract": (sealed_contract, "zh", False),
    "english_letter": (english_letter, "en", False),
    "upright": (upright, "zh", True),
    "printers_list": (printers_list, "en", True),
    "items_as_columns": (items_as_columns, "zh", True),
    "two_line_cells": (two_line_cells, "zh", True),
    "typed_message": (typed_message, "zh", False),
    "remarks_between": (remarks_between, "zh", True),
    "taiwan": (taiwan, "zh", False),
}

if __name__ == "__main__":
    write(asked(__doc__), LAYOUTS, "blind", House(OWN, CUSTOMERS, PARTS))
