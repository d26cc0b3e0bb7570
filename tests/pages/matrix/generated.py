"""The pages that packages describe."""

PAGES = [("generated.show", "chen", "/p/order_desk")]
PAGES.append(("generated.show", "wang", "/p/verification"))
