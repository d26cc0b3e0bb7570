"""Boards: the columns of a form's states, with a filter being made."""

PAGES = [
    ("boards.show", "chen", "/r/sales_order/board"),
    ("boards.show", "boss", "/r/sales_order/board?all=1&add=customer"),
]
