"""The story of an order, whole and in part."""

PAGES = [
    ("story.show", "boss", "/story/{order}"),
    ("story.show", "chen", "/story/{order}?kind=comments"),
]
NOT_PAGES = {"story.proof": "a file that proves itself"}
