"""The switchboard, a rule, its switch and what was switched."""

RULE = "/rules/order_create.technical_agreement"
PAGES = [
    ("switchboard.board", "wang", "/rules"),
    ("switchboard.rule", "wang", RULE),
    ("switchboard.flip", "wang", f"{RULE}/flip"),
    ("switchboard.flip", "wang", f"{RULE}/flip?to=shadow"),
    ("switchboard.moves", "wang", "/rules/moves"),
    ("coaching.cards", "wang", "/rules/scorecards?days=365"),
]
