"""Signing in, and what a person sets for themselves."""

PAGES = [
    ("account.sign_in", "", "/sign-in"),
    ("account.password", "chen", "/account/password"),
    ("settings.show", "chen", "/account/settings"),
]
