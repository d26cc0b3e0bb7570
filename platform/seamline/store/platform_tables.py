"""The platform's own tables: journal, decisions, outbox, accounts, packages and the rest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, text

from .types import Day, Exact, Moment, integers, truths, words

PLATFORM = MetaData()
REVISION = "0026"  # the newest revision in migrations/versions
VERSION_TABLE = "seam_schema"


def _text(name: str, **more: Any) -> Column[Any]:
    return Column(name, words(), nullable=False, **more)


def _moment(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, Moment(), nullable=nullable)


EVENTS = Table(
    "seam_events",
    PLATFORM,
    Column("seq", integers(), primary_key=True, autoincrement=False),
    _text("kind"),
    _moment("at"),
    _text("actor"),
    _text("via"),
    _text("form"),
    _text("record"),
    _text("code"),
    _text("tracking"),
    _text("step"),
    _text("seen"),
    _text("reported"),
    _text("reason"),
    _text("decision"),
    _text("decision_hash"),
    _text("body"),
    _text("previous_hash"),
    _text("hash"),
    _text("nonce", server_default=""),
    _text("digest", server_default=""),  # of the entry: its hash seals this to the one before
    Index("ix_seam_events_record", "record", "seq"),
    Index("ix_seam_events_tracking", "tracking", "seq", sqlite_where=text("tracking <> ''"),
          postgresql_where=text("tracking <> ''")),
    Index("ix_seam_events_step", "step", "at"),
    Index("ix_seam_events_kind", "kind", "form", "at"),
)  # fmt: skip

CHAIN = Table(
    "seam_chain",
    PLATFORM,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", integers(), nullable=False),
    _text("hash"),
)

DECISIONS = Table(
    "seam_decisions",
    PLATFORM,
    _text("id", primary_key=True),
    _text("form"),
    _text("record"),
    _text("step"),
    _text("ruleset"),
    _text("ruleset_version"),
    _text("outcome"),
    _text("findings"),
    _text("facts"),
    _moment("at"),
    _text("hash"),
    Index("ix_seam_decisions_record", "record", "at"),
    Index("ix_seam_decisions_step", "step", "at"),
)

OUTBOX = Table(
    "seam_outbox",
    PLATFORM,
    _text("id", primary_key=True),
    _text("topic"),
    _text("key"),
    _text("body"),
    _moment("at"),
    _moment("done_at", nullable=True),
    Index("ix_seam_outbox_waiting", "id", sqlite_where=text("done_at IS NULL"),
          postgresql_where=text("done_at IS NULL")),
)  # fmt: skip

SEQUENCES = Table(
    "seam_sequences",
    PLATFORM,
    _text("name", primary_key=True),
    Column("value", integers(), nullable=False),
)

IDEMPOTENCY = Table(
    "seam_idempotency",
    PLATFORM,
    _text("actor", primary_key=True),
    _text("key", primary_key=True),
    _text("fingerprint"),
    _text("form"),
    _text("record"),
    _text("body"),
    _moment("at"),
    Index("ix_seam_idempotency_at", "at"),
)

REVIEWS = Table(
    "seam_reviews",
    PLATFORM,
    _text("id", primary_key=True),
    _text("form"),
    _text("record"),
    _text("step"),
    _text("pool"),
    _text("decision"),
    _moment("opened_at"),
    _moment("due_at"),
    _text("verdict"),
    _text("reason"),
    _text("decided_by"),
    _moment("decided_at", nullable=True),
    _text("assignee", server_default=""),
    _text("question", server_default=""),
    Column("level", Integer, nullable=False, server_default="0"),  # times it was escalated
    _moment("escalated_at", nullable=True),
    Index("ix_seam_reviews_record", "record"),
    Index("ix_seam_reviews_waiting", "pool", "due_at", sqlite_where=text("verdict = ''"),
          postgresql_where=text("verdict = ''")),
)  # fmt: skip

USERS = Table(
    "seam_users",
    PLATFORM,
    _text("id", primary_key=True),
    _text("login", unique=True),
    _text("name"),
    _text("password_hash"),
    _text("roles"),
    Column("active", truths(), nullable=False),
    _text("language"),
    _moment("created_at"),
    _text("party_form", server_default=""),
    _text("party_record", server_default=""),
)

TOKENS = Table(
    "seam_tokens",
    PLATFORM,
    _text("hash", primary_key=True),
    Column("user", words(), ForeignKey("seam_users.id"), nullable=False, index=True),
    _text("name"),
    _text("scopes"),
    _moment("created_at"),
    _moment("expires_at", nullable=True),
    _moment("last_used_at", nullable=True),
)

PACKAGES = Table(
    "seam_packages",
    PLATFORM,
    _text("id", primary_key=True),
    _text("version"),
    _text("sources"),
    Column("position", Integer, nullable=False),
    _moment("installed_at"),
)

SWITCHES = Table(
    "seam_switches",
    PLATFORM,
    _text("key", primary_key=True),
    Column("on", truths(), nullable=False),
    _moment("at"),
    _text("actor"),
    _text("reason"),
)

CATALOG = Table(
    "seam_catalog",
    PLATFORM,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", integers(), nullable=False),
)

ARCHIVED = Table(
    "seam_archived",
    PLATFORM,
    _text("table_name", primary_key=True),
    _text("column_name", primary_key=True),  # empty: the whole table
    _text("form"),
    _text("field"),
    _text("shape"),  # what the column holds, to know whether the field may come back
    _moment("at"),
)

IMPORTS = Table(
    "seam_imports",
    PLATFORM,
    _text("id", primary_key=True),
    _text("form"),
    _text("file_name"),
    _text("file"),
    _text("map"),
    _text("options"),
    _text("state"),
    Column("position", integers(), nullable=False),
    Column("good", integers(), nullable=False),
    Column("bad", integers(), nullable=False),
    _text("problems"),
    _text("actor"),
    _moment("created_at"),
    _moment("updated_at"),
    Index("ix_seam_imports_created", "created_at"),
)

FILES = Table(
    "seam_files",
    PLATFORM,
    _text("sha256", primary_key=True),
    _text("name"),
    _text("media_type"),
    Column("size", integers(), nullable=False),
    _moment("at"),
)

SHADOWS = Table(
    "seam_shadows",
    PLATFORM,
    _text("key", primary_key=True),
    _moment("since"),
    _moment("until"),
    _text("actor"),
    _text("reason"),
)

PROMPTS = Table(
    "seam_prompts",
    PLATFORM,
    _text("day", primary_key=True),  # in the workspace's zone
    _text("actor", primary_key=True),
    _text("key", primary_key=True),
    Column("shown", Integer, nullable=False, server_default="0"),
    Column("dismissed", Integer, nullable=False, server_default="0"),
    Column("heeded", Integer, nullable=False, server_default="0"),
    Index("ix_seam_prompts_key", "key", "day"),
)

LOCKS = Table(
    "seam_locks",
    PLATFORM,
    _text("id", primary_key=True),
    _text("form"),
    _text("record"),
    _text("act"),  # what is locked: `order_taking`
    _text("rule"),
    _text("reason"),
    _text("actor"),
    _moment("since"),
    _moment("ended_at", nullable=True),
    _text("ended_by"),
    _text("end_reason"),
    Index("ix_seam_locks_standing", "record", "act", sqlite_where=text("ended_at IS NULL"),
          postgresql_where=text("ended_at IS NULL")),
    Index("ix_seam_locks_record", "record", "since"),
)  # fmt: skip

CHANGES = Table(
    "seam_changes",
    PLATFORM,
    _text("id", primary_key=True),
    _text("package"),
    _text("path"),
    Column("number", Integer, nullable=False),
    _text("text"),
    _text("package_version"),
    _moment("at"),
    _text("actor"),
    _text("reason"),
    Index("ux_seam_changes_path", "package", "path", "number", unique=True),
)

MATCHES = Table(
    "seam_matches",
    PLATFORM,
    _text("key", primary_key=True),  # the rule and the facts it joined
    _text("rule"),
    _text("facts"),
    _moment("since"),
    _moment("ended_at", nullable=True),
    Index("ix_seam_matches_standing", "rule", sqlite_where=text("ended_at IS NULL"),
          postgresql_where=text("ended_at IS NULL")),
)  # fmt: skip

BASELINES = Table(
    "seam_baselines",
    PLATFORM,
    Column("number", Integer, primary_key=True, autoincrement=True),
    _text("measure"),
    _text("period"),
    _text("value"),
    Column("count", Integer, nullable=False),
    _text("actor"),
    _text("reason"),
    _moment("at"),
)

FIGURES = Table(
    "seam_figures",
    PLATFORM,
    _text("measure", primary_key=True),
    _text("definition", primary_key=True),  # the hash of all that the measure says
    _text("period", primary_key=True),
    Column("seq", integers(), nullable=False),  # the entry of the journal up to which it holds
    _text("sample"),
)

VIEWS = Table(
    "seam_views",
    PLATFORM,
    _text("id", primary_key=True),
    _text("form"),
    _text("title"),
    _text("query"),  # the parameters of the list's address, as pairs
    _text("owner"),
    _text("role"),  # empty: the owner's alone
    _moment("changed_at"),
    Index("ix_seam_views_form", "form", "owner"),
)

PROMISES = Table(
    "seam_promises",
    PLATFORM,
    _text("line", primary_key=True),  # the id of the row, else of the record
    Column("part", Integer, primary_key=True, autoincrement=False),
    _text("pool"),  # the promise document
    _text("form"),
    _text("record"),
    _text("item"),
    Column("qty", Exact(6), nullable=False),
    Column("day", Day(), nullable=False),
    _text("source"),
    _text("source_form"),
    _text("source_record"),
    _text("source_code"),
    _moment("at"),
    Index("ix_seam_promises_item", "item", "pool", "day"),
    Index("ix_seam_promises_record", "record"),
)

LINKS = Table(
    "seam_links",
    PLATFORM,
    _text("id", primary_key=True),
    _text("page"),
    _text("form"),
    _text("record"),
    _text("made_by"),
    _moment("made_at"),
    _moment("expires_at"),
    _moment("ended_at", nullable=True),
    _text("ended_by"),
    Column("views", Integer, nullable=False),
    _moment("last_viewed_at", nullable=True),
    Index("ix_seam_links_record", "record", "made_at"),
)

TIMERS = Table(
    "seam_timers",
    PLATFORM,
    _text("key", primary_key=True),  # whose it is and of what: one stands at a time
    _moment("at"),
    _text("topic"),
    _text("body"),
    Index("ix_seam_timers_at", "at"),
)

PINNED = Table(
    "seam_pinned",
    PLATFORM,
    _text("version", primary_key=True),  # of a pipeline: the hash of what it does
    _text("pipeline"),
    _text("document"),
    _moment("at"),
)
