"""Why the rules decided so."""

PAGES = [
    ("why.page", "wang", "/r/sales_order/{held}/why"),
    ("why.page", "chen", "/r/sales_order/{long}/why"),
]
