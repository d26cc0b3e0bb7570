"""The review pool, with one order waiting and empty."""

PAGES = [
    ("pool.queue", "wang", "/reviews"),
    ("pool.queue", "wang", "/reviews?pool=quality"),
]
