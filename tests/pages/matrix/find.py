"""The search by code: several records, none, and the empty box."""

PAGES = [
    ("find.index", "chen", "/find"),
    ("find.index", "chen", "/find?q=none"),
]
