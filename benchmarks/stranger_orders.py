"""Write purchase orders in eight layouts by somebody who has not read the reader.

    python benchmarks/stranger_orders.py FOLDER
    seamline evaluate-reading FOLDER

A contract of numbered clauses, an ERP export with tax columns, a boxed form with upright labels, a
printed supplier portal, an HTML e-mail, a forwarded group chat, a purchase order with bill-to and
ship-to blocks, an ERP form with item texts; four documents each. All names are invented.
"""

# ruff: noqa: E501
from __future__ import annotations

from decimal import Decimal
from email.message import EmailMessage

from odd_orders import OWN, House, Layout, Order, asked, capitals, cn, rows, write

CUSTOMERS = {
    "zh": ["青浦鸿泽包装机械有限公司", "荆山铁牛工程机械股份有限公司", "泗水博朗减速机制造有限公司",
           "宁川瑞拓（西部）风电设备有限公司", "海陵申航压缩机有限责任公司", "乐安纺织机械总厂"],
    "en": ["Steinbrück Fördertechnik GmbH", "Marlowe Compressor Works Inc.", "Penhallow Valve & Gear Ltd",
           "Red Mesa Mining Equipment Corp."],
}  # fmt: skip
PARTS = {
    "zh": ["主动齿轮", "从动齿轮轴", "隔套", "轴承座", "端盖", "蜗杆", "锁紧螺母", "连接板", "偏心套", "箱体"],
    "en": ["Drive pinion", "Worm wheel", "Spacer sleeve", "Bearing housing", "End cover", "Lock nut",
           "Tie rod", "Eccentric bush"],
}  # fmt: skip
MINE = House(OWN, CUSTOMERS, PARTS)
CENT = Decimal("0.01")


def net(gross: Decimal, places: Decimal = CENT) -> Decimal:
    return (gross / Decimal("1.13")).quantize(places)


def clause_contract(o: Order) -> str:
    body = rows([
        [str(n), i.name, i.code, i.unit, f"{i.qty}", f"{i.price:.2f}", f"{i.amount:,}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        "<style>table{font:inherit}p{margin:4px 0;line-height:1.6}h2{letter-spacing:8px;margin:6px}</style>"
        f"<h2 class=c>采购合同</h2><p class=r>合同编号：{o.po}</p>"
        f"<p>甲方（采购方）：{o.customer}</p><p>乙方（供应方）：{OWN['zh']}</p>"
        "<p class=i>根据《中华人民共和国民法典》及有关规定，甲乙双方本着平等互利的原则，就甲方向乙方采购机械零件事宜，经协商一致订立本合同，共同遵守。</p>"
        "<p><b>一、产品名称、图号、数量及价格</b></p><table><tr><th>序号<th>产品名称<th>图号<th>单位<th>数量<th>含税单价（元）"
        f"<th>含税金额（元）</tr>{body}<tr><td colspan=7>合计人民币（大写）：{capitals(o.total)}　　（小写）：¥{o.total:,}</td></tr></table>"
        "<p>1.1 上述价格为含13%增值税、含包装及运输费用的到厂价格，合同期内不作调整。</p>"
        "<p>1.2 乙方应随货提供送货单、出厂检验报告及材质证明各一份。</p>"
        "<p><b>二、质量要求</b></p><p>2.1 按甲方图纸及双方确认的技术协议执行，质保期为到货验收合格后12个月。</p>"
        "<p>2.2 甲方应在到货后10个工作日内完成验收，不合格品由乙方在7日内免费更换。</p>"
        f"<p><b>三、交货</b></p><p>3.1 交货日期：乙方应于{cn(o.due)}前将全部产品交付甲方。</p>"
        "<p>3.2 交货地点：甲方成品二库，乙方负责卸车前的一切费用与风险。</p>"
        "<p><b>四、付款方式</b></p><p>4.1 预付30%，货到验收合格并收到增值税专用发票后60日内付65%，余5%为质保金。</p>"
        "<p><b>五、违约责任</b></p><p>5.1 乙方逾期交货的，每逾期一日按合同总价的0.5%支付违约金，累计不超过10%。</p>"
        "<p><b>六、其他</b></p><p>6.1 本合同一式肆份，甲乙双方各执贰份，自双方盖章之日起生效。争议提交甲方所在地人民法院解决。</p>"
        f"<table class=h><tr><td style='width:50%'>甲方（盖章）：{o.customer}<br>委托代理人：<br>电话：0510-5550 1288<br>"
        f"签订日期：{cn(o.signed)}</td><td style='width:50%'>乙方（盖章）：{OWN['zh']}<br>委托代理人：<br>电话：0871-5550 6620<br>"
        f"签订日期：{cn(o.signed)}</td></tr></table>"
    )


def u8_export(o: Order) -> str:
    body = rows([
        [str(n), i.code, i.name, i.unit, f"{i.qty:,}.00", f"{net(i.price, Decimal('0.0001'))}",
         f"{i.price:.2f}", "13", f"{net(i.amount):,}", f"{i.amount - net(i.amount):,}", f"{i.amount:,}",
         f"{i.due}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    nets = sum((net(i.amount) for i in o.items), Decimal(0))
    pairs = [
        [("订单编号", o.po), ("订单日期", f"{o.signed}"), ("业务类型", "普通采购")],
        [("供应商", OWN["zh"]), ("部门", "采购部"), ("业务员", "孙丽")],
        [("币种", "人民币"), ("汇率", "1.00000"), ("税率", "13.00")],
        [("付款条件", "月结60天"), ("到货地址", "一号库"), ("备注", "")],
    ]
    head = "".join(
        "<tr>" + "".join(f"<td>{label}：{value}</td>" for label, value in line) + "</tr>"
        for line in pairs
    )
    return (
        "<style>table{font:inherit}.b td{border:0;padding:2px}.d{font-size:9.5px}.d td,.d th{padding:3px 2px}.d td{word-break:keep-all}.n{white-space:nowrap}</style>"
        f"<h3 class=c style='margin:2px'>{o.customer}</h3><h2 class=c style='margin:2px'>采购订单</h2>"
        f"<table class=b>{head}</table><table class=d><tr><th>行号<th>存货编码<th>存货名称<th>主计量<th>数量<th>原币单价"
        "<th>原币含税单价<th>税率(%)<th>原币金额<th>原币税额<th>原币价税合计<th class=n>计划到货日期</tr>"
        f"{body.replace('<td>', '<td class=n>')}<tr><td colspan=4>合计<td>{sum(i.qty for i in o.items):,}.00<td><td><td><td>{nets:,}"
        f"<td>{o.total - nets:,}<td>{o.total:,}<td></tr></table>"
        "<table class=b><tr><td>制单人：孙丽<td>审核人：顾建平<td>变更人：<td>打印次数：1</tr></table>"
    )


def boxes_form(o: Order) -> str:
    def up(word: str, span: int) -> str:
        return f"<td class='u c' rowspan={span}>{'<br>'.join(word)}</td>"

    filled = [
        [i.code, i.name, i.unit, f"{i.qty}", f"{i.price:.2f}", f"{i.amount}", ""] for i in o.items
    ]
    filled += [["&nbsp;"] + [""] * 6 for _ in range(6 - len(filled))]
    lines = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in filled)
    return (
        "<style>table{font:inherit}table.f{margin:0;table-layout:fixed}.f td{height:20px}.f+.f{margin-top:-1px}.u{width:16px;padding:3px}.k{background:#eee}</style>"
        f"<h2 class=c>零 部 件 订 货 单</h2><p style='margin:4px 0'>订货单号：<b>{o.po}</b>"
        f"<span style='float:right'>填单日期：{o.signed:%Y年%m月%d日}</span></p>"
        f"<table class=f><tr>{up('需方', 3)}<td class=k style='width:60px'>单位名称<td>{o.customer}</td>{up('供方', 3)}"
        f"<td class=k style='width:60px'>单位名称<td>{OWN['zh']}</tr><tr><td class=k>联系人<td>贺先生<td class=k>联系人<td>周小姐</tr>"
        "<tr><td class=k>电话<td>0553-5550 731<td class=k>电话<td>0871-5550 6620</tr></table>"
        f"<table class=f><tr>{up('订货明细', 7)}<td class=k style='width:110px'>零件图号<td class=k>零件名称<td class=k style='width:36px'>单位"
        "<td class=k style='width:60px'>订货数量<td class=k style='width:80px'>含税单价(元)<td class=k style='width:90px'>含税金额(元)<td class=k style='width:60px'>备注</tr>"
        f"{lines}</table><table class=f><tr><td class=k style='width:86px'>合计金额<td>（大写）{capitals(o.total)}<td style='width:200px'>（小写）￥{o.total}</tr></table>"
        f"<table class=f><tr><td class=k style='width:86px'>要求交货日期<td>{o.due:%Y年%m月%d日}<td class=k style='width:86px'>发票类型<td>■ 专票13%　□ 普票</tr>"
        "<tr><td class=k>交货方式<td>■ 送货上门　□ 自提　□ 物流<td class=k>结算方式<td>□ 现款　■ 月结30天</tr>"
        "<tr><td class=k>包装要求<td colspan=3>防锈油封，木箱，箱外标明图号与数量</tr></table>"
        "<table class=f><tr><td class=k style='width:86px'>需方签章<td style='height:60px'><td class=k style='width:86px'>供方确认签章<td></tr></table>"
        "<p>说明：供方收到本单后24小时内签字盖章回传，逾期视为接受。第一联需方存，第二联供方存。</p>"
    )


def portal_page(o: Order) -> str:
    def tile(label: str, value: str) -> str:
        return f"<div class=t><span>{label}</span><br>{value}</div>"

    body = "".join(
        f"<tr><td><b>{i.name}</b><br><span>物料编码：{i.code}</span><td>{i.qty:,} {i.unit}<td>{i.price:.2f}<td>13%<td>{i.amount:,}"
        f"<td>{i.due}</tr>"
        for i in o.items
    )
    return (
        "<style>table{font:inherit}body{font:12px 'Noto Sans CJK SC'}.t{display:inline-block;width:32%;margin:6px 0;vertical-align:top}span{color:#888}"
        ".g td,.g th{border:0;border-bottom:1px solid #ddd;text-align:left;padding:7px 5px}.g th{background:#f4f6f8}"
        ".s{border:1px solid #d98b00;color:#d98b00;padding:1px 6px;font-size:11px}</style>"
        "<p style='border-bottom:2px solid #1769c4;padding-bottom:6px'><b style='color:#1769c4'>供应商协同平台</b>　首页 &gt; 我的订单 &gt; 订单详情</p>"
        f"<p style='font-size:17px'><b>采购订单 {o.po}</b>　<i class=s style='font-style:normal'>待供应商确认</i></p>"
        f"{tile('采购方', o.customer)}{tile('供应商', OWN['zh'])}{tile('下单时间', f'{o.signed} 10:26:41')}"
        f"{tile('采购员', '邵晓峰')}{tile('付款方式', '货到票到 90 天电汇')}{tile('收货仓库', '总装一车间 A 区')}"
        "<p><b>订单明细</b></p><table class=g><tr><th>物料信息<th>采购数量<th>含税单价（元）<th>税率<th>价税合计（元）<th>要求到货日期</tr>"
        f"{body}</table><p class=r>共 {len(o.items)} 行　　订单总额（含税）　<b style='font-size:16px'>¥ {o.total:,}</b></p>"
        f"<p><span>操作记录　{o.signed} 10:26:41 邵晓峰 发布订单</span></p>"
    )


def html_message(o: Order) -> str:
    heads = ["物料号", "描述", "数量", "单位", "含税单价", "含税总价"]
    cells = [
        [i.code, i.name, f"{i.qty}", i.unit, f"{i.price:.2f}", f"{i.amount:,}"] for i in o.items
    ]
    opening = (
        "周经理，你好：",
        f"请见下面的订单（订单号 {o.po}），麻烦{OWN['zh']}这边今天确认一下交期。",
    )
    closing = (
        f"全部要求 {o.due:%Y-%m-%d} 到货，订单总额 {o.total:,} 元，均含 13% 税。",
        "送货时请带送货单和检验报告，谢谢。",
    )
    signature = ("唐婧 | 采购工程师", o.customer, "电话 0951-5550 418")
    msg = EmailMessage()
    msg["From"] = "唐婧 <tang.jing@example.com>"
    msg["To"] = "sales@example.com"
    msg["Cc"] = "warehouse@example.com"
    msg["Subject"] = f"新订单 {o.po}，请确认"
    msg["Date"] = f"{o.signed:%a, %d %b %Y} 15:47:20 +0800"
    plain = ["\t".join(row) for row in [heads, *cells]]
    msg.set_content("\n".join([*opening, "", *plain, "", *closing, "", "--", *signature]) + "\n")
    paper = (
        "<html><head><meta charset=\"utf-8\"><style>td{border:1px solid #999;padding:2px 6px}</style></head><body>"
        + "".join(f"<p>{line}</p>" for line in opening)
        + "<table style=\"border-collapse:collapse\"><tbody>"
        + rows([[f"<b>{h}</b>" for h in heads], *cells])
        + "</tbody></table>"
        + "".join(f"<p>{line}</p>" for line in closing)
        + "<p>--<br>" + "<br>".join(signature) + "</p></body></html>"
    )  # fmt: skip
    msg.add_alternative(paper, subtype="html")
    msg.set_boundary(f"----=_NextPart_{o.po}")
    return msg.as_string()


def order_chat(o: Order) -> str:
    day = cn(o.signed)
    said = "\n".join(
        f"{i.name} 图号{i.code} 要{i.qty}{i.unit} 还是{i.price:.2f}一{i.unit} 算下来{i.amount}"
        for i in o.items
    )
    return (
        f"群聊“{OWN['zh']}供货群”的聊天记录\n\n———— {day} ————\n\n"
        "采购-老范 09:02\n小周早，上次说的那批件今天定下来了\n\n"
        "恒泰小周 09:03\n好的范哥，您发我\n\n"
        f"采购-老范 09:10\n{said}\n\n"
        f"采购-老范 09:11\n总共{o.total}元，含税含运费\n\n"
        "恒泰小周 09:12\n收到，单号和交期呢？\n\n"
        f"采购-老范 09:14\n订单号{o.po}，{o.due.month}月{o.due.day}号之前一定要送到，别拖\n\n"
        "恒泰小周 09:15\n没问题，发票抬头还是老样子吗\n\n"
        f"采购-老范 09:16\n嗯，{o.customer}\n\n"
        "恒泰小周 09:16\n[OK]\n"
    )


def ship_bill(o: Order) -> str:
    body = rows([
        [str(n), i.code, i.name, f"{i.qty:,}", i.unit, f"${i.price:,.2f}", f"${i.amount:,}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        "<style>table{font:inherit}body{font:12px sans-serif}.x td{border:0;vertical-align:top;width:33%;line-height:1.4}body{-webkit-print-color-adjust:exact}.m th{background:#223a5e;color:#fff}"
        ".w{width:300px;margin-left:auto}.w td:last-child{text-align:right}.m td:nth-child(n+6){text-align:right}</style>"
        f"<table class=x><tr><td style='width:60%'><b style='font-size:17px'>{o.customer}</b><br>4100 Foundry Parkway<br>Tel. +1 555 0142"
        f"<td class=r style='width:40%'><b style='font-size:22px'>PURCHASE ORDER</b><br>P.O. #: {o.po}<br>Date: {o.signed:%b %d, %Y}</tr></table>"
        f"<table class=x><tr><td><b>VENDOR</b><br>{OWN['en']}<br>Attn: Export Sales<br>Yunzhou, P.R. China"
        f"<td><b>BILL TO</b><br>{o.customer}<br>Accounts Payable<br>P.O. Box 7715"
        f"<td><b>SHIP TO</b><br>{o.customer}<br>Receiving, Building 3, Dock C<br>4108 Foundry Parkway</tr></table>"
        "<table class=m><tr><th>Requisitioner<th>Ship via<th>Incoterms<th>Payment terms<th>Delivery due</tr>"
        f"<tr><td>J. Kessler<td>Ocean freight<td>DAP<td>Net 60<td>{o.due:%b %d, %Y}</tr></table>"
        f"<table class=m><tr><th>Line<th>Part number<th>Description<th>Qty<th>Unit<th>Unit price<th>Line total</tr>{body}</table>"
        f"<table class=w><tr><td>Subtotal<td>${o.total:,}</tr><tr><td>Sales tax (exempt)<td>$0.00</tr><tr><td>Shipping<td>$0.00</tr>"
        f"<tr><td><b>TOTAL (USD)</b><td><b>${o.total:,}</b></tr></table>"
        "<p>1. Please send two copies of your invoice. 2. Show our P.O. number on all packages. 3. Notify us at once if you cannot ship as specified.</p>"
        "<p style='margin-top:40px'>______________________<br>Authorized by</p>"
    )


def sap_text(o: Order) -> str:
    body = "".join(
        f"<tr class=a><td>{n * 10:05}<td>{i.code}<td colspan=2>{i.name}</tr>"
        f"<tr><td><td>{i.qty:,} {i.unit}<td class=r>{i.price:,.2f} / 1 {i.unit}<td class=r>{i.amount:,}</tr>"
        f"<tr><td><td colspan=3>Delivery date: {i.due:%d.%m.%Y}</tr>"
        f"<tr><td><td colspan=3>Please enclose inspection certificate EN 10204 - 3.1.</tr>"
        for n, i in enumerate(o.items, 1)
    )
    return (
        "<style>table{font:inherit}body{font:12px sans-serif}td,th{border:0;text-align:left;vertical-align:top;padding:2px 5px}.r{text-align:right}.a td{padding-top:12px}"
        ".z th{border-bottom:1px solid #000}.o td{border:1px solid #000;width:50%}</style>"
        f"<p style='font-size:10px;margin:0'>{o.customer} - Werkstrasse 9 - 70999 Neustadt</p>"
        f"<table><tr><td style='width:52%'>Company<br>{OWN['en']}<br>18 Tech Road<br>YUNZHOU<br>CHINA<td style='border:1px solid #000'>"
        f"<b style='font-size:15px'>Purchase order</b><br><br>PO number/date<br>{o.po} / {o.signed:%d.%m.%Y}<br>Contact person/Telephone<br>"
        "Frau Lindner/ +49 555 0177<br>Your vendor number with us<br>0000104482</tr></table>"
        f"<p>Please deliver to:<br>{o.customer}<br>Werk 2, Tor 4</p><p>Terms of delivery: FCA Yunzhou<br>Terms of payment: Within 45 days due net"
        "<br>Currency: USD</p><table class=z><tr class=a><th style='width:70px'>Item<th>Material<th colspan=2>Description</tr>"
        "<tr><th><th>Order qty. / Unit<th class=r>Price per unit<th class=r>Net value</tr>"
        f"{body}</table><hr><table><tr><td>Total net value excl. tax USD<td class=r><b>{o.total:,}</b></tr></table>"
        f"<p>This order was created electronically and is valid without signature.</p>"
    )


LAYOUTS: dict[str, Layout] = {
    "clause_contract": (clause_contract, "zh", False),
    "u8_export": (u8_export, "zh", True),
    "boxes_form": (boxes_form, "zh", False),
    "portal_page": (portal_page, "zh", True),
    "html_message": (html_message, "zh", False),
    "order_chat": (order_chat, "zh", False),
    "ship_bill": (ship_bill, "en", False),
    "sap_text": (sap_text, "en", True),
}

if __name__ == "__main__":
    write(asked(__doc__), LAYOUTS, "blind-a", MINE)
