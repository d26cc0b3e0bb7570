"""People and where they are reached, and what happens by itself."""

PAGES = [
    ("accounts.index", "boss", "/people"),
    ("accounts.sent", "boss", "/people/sent"),
    ("runs.index", "boss", "/runs"),
]
NOT_PAGES = {
    "connect.take": "what another system calls",
    "runs.show": "one run; looked at in tests/pipelines",
    "client.signature": "JSON for another system's own client",
    "knowing.begin": "leads to another system's sign-in",
    "knowing.back": "leads on once somebody is known",
}
