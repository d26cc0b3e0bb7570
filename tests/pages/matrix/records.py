"""Lists, forms and records."""

PAGES = [
    ("records.listing", "chen", "/r/sales_order"),
    ("records.listing", "chen", "/r/sales_order?q=nothing"),
    ("records.listing", "wang", "/r/material"),
    ("records.new", "chen", "/r/sales_order/new"),
    ("records.show", "chen", "/r/sales_order/{order}"),
    ("records.show", "wang", "/r/sales_order/{held}"),
    ("records.show", "boss", "/r/sales_order/{long}"),
    ("records.show", "chen", "/r/sales_order/{cancelled}"),
    ("records.show", "boss", "/r/material/HX-2041"),
    ("records.step", "chen", "/r/sales_order/{order}/do/rush"),
    ("records.step", "boss", "/r/sales_order/{order}/do/archive"),
]
NOT_PAGES = {
    "records.lookup": "suggestions as JSON",
    "records.file": "a stored file",
    "records.export": "a spreadsheet",
}
