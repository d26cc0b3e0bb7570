"""Who sees what, asked in every way."""

TASK = "form=subcontract_task&record={tempering}"
PAGES = [
    ("seeing.index", "boss", "/access"),
    ("seeing.index", "wang", "/access?who=heat1"),
    ("seeing.index", "wang", f"/access?{TASK}"),
    ("seeing.index", "boss", f"/access?who=heat1&{TASK}&field=unit_price"),
    ("seeing.index", "boss", f"/access?who=heat1&{TASK}&act=report_trouble"),
    ("seeing.index", "boss", "/access?who=heat1&page=supplier_board"),
]
