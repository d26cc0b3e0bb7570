"""The first page, as who enters orders, who decides and who administers sees it."""

PAGES = [
    ("home.index", "chen", "/"),
    ("home.index", "wang", "/"),
]
