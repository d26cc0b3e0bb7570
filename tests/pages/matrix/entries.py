"""Codes to scan: their list, the sheet to print, the way behind them."""

PAGES = [
    ("entries.index", "chen", "/entries"),
    ("entries.index", "boss", "/entries"),
    ("entries.sheet", "chen", "/entries/sales_order/scan/sheet"),
]
NOT_PAGES = {
    "entries.code": "a picture of the code",
    "scanned.open_entry": "leads to the form; public ones are looked at in test_entries.py",
}
