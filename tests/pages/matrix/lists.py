"""Lists with filters being made, sorted, empty; boards."""

PAGES = [
    ("records.listing", "chen", "/r/sales_order?all=1&sort=due_date&channel=wechat&add=due_date"),
    ("records.listing", "chen", "/r/sales_order?all=1&add=channel"),
    ("records.listing", "wang", "/r/material?all=1&add=available"),
]
