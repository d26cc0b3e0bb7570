"""The first tables: journal, decisions, outbox, accounts, packages and what goes with them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, words

revision = "0001"
down_revision = None

APPEND_ONLY = ("seam_events", "seam_decisions")
START = "0" * 64


def upgrade() -> None:
    """Make the tables, their first rows, and the triggers that keep the journal as it was."""
    _events()
    _chain()
    _decisions()
    _outbox()
    _sequences()
    _idempotency()
    _reviews()
    _users()
    _tokens()
    _packages()
    _switches()
    _catalog()
    _archived()
    _imports()
    _files()
    op.execute(
        sa.text("INSERT INTO seam_chain (id, seq, hash) VALUES (1, 0, :start)").bindparams(
            start=START
        )
    )
    op.execute("INSERT INTO seam_catalog (id, version) VALUES (1, 0)")
    for table in APPEND_ONLY:
        _append_only(table)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Moment(), nullable=nullable)


def _events() -> None:
    op.create_table(
        "seam_events",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
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
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_seam_events_record", "seam_events", ["record", "seq"], unique=False)
    op.create_index("ix_seam_events_step", "seam_events", ["step", "at"], unique=False)
    op.create_index(
        "ix_seam_events_tracking",
        "seam_events",
        ["tracking", "seq"],
        unique=False,
        sqlite_where=sa.text("tracking <> ''"),
        postgresql_where=sa.text("tracking <> ''"),
    )


def _chain() -> None:
    op.create_table(
        "seam_chain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        _text("hash"),
        sa.PrimaryKeyConstraint("id"),
    )


def _decisions() -> None:
    op.create_table(
        "seam_decisions",
        _text("id"),
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
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seam_decisions_record", "seam_decisions", ["record", "at"], unique=False)
    op.create_index("ix_seam_decisions_step", "seam_decisions", ["step", "at"], unique=False)


def _outbox() -> None:
    op.create_table(
        "seam_outbox",
        _text("id"),
        _text("topic"),
        _text("key"),
        _text("body"),
        _moment("at"),
        _moment("done_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_seam_outbox_waiting",
        "seam_outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _sequences() -> None:
    op.create_table(
        "seam_sequences",
        _text("name"),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _idempotency() -> None:
    op.create_table(
        "seam_idempotency",
        _text("actor"),
        _text("key"),
        _text("fingerprint"),
        _text("form"),
        _text("record"),
        _text("body"),
        _moment("at"),
        sa.PrimaryKeyConstraint("actor", "key"),
    )
    op.create_index("ix_seam_idempotency_at", "seam_idempotency", ["at"], unique=False)


def _reviews() -> None:
    op.create_table(
        "seam_reviews",
        _text("id"),
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
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seam_reviews_record", "seam_reviews", ["record"], unique=False)
    op.create_index(
        "ix_seam_reviews_waiting",
        "seam_reviews",
        ["pool", "due_at"],
        unique=False,
        sqlite_where=sa.text("verdict = ''"),
        postgresql_where=sa.text("verdict = ''"),
    )


def _users() -> None:
    op.create_table(
        "seam_users",
        _text("id"),
        _text("login"),
        _text("name"),
        _text("password_hash"),
        _text("roles"),
        sa.Column("active", sa.Boolean(), nullable=False),
        _text("language"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )


def _tokens() -> None:
    op.create_table(
        "seam_tokens",
        _text("hash"),
        _text("user"),
        _text("name"),
        _text("scopes"),
        _moment("created_at"),
        _moment("expires_at", nullable=True),
        _moment("last_used_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["user"],
            ["seam_users.id"],
        ),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index(("ix_seam_tokens_user"), "seam_tokens", ["user"], unique=False)


def _packages() -> None:
    op.create_table(
        "seam_packages",
        _text("id"),
        _text("version"),
        _text("sources"),
        sa.Column("position", sa.Integer(), nullable=False),
        _moment("installed_at"),
        sa.PrimaryKeyConstraint("id"),
    )


def _switches() -> None:
    op.create_table(
        "seam_switches",
        _text("key"),
        sa.Column("on", sa.Boolean(), nullable=False),
        _moment("at"),
        _text("actor"),
        _text("reason"),
        sa.PrimaryKeyConstraint("key"),
    )


def _catalog() -> None:
    op.create_table(
        "seam_catalog",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _archived() -> None:
    op.create_table(
        "seam_archived",
        _text("table_name"),
        _text("column_name"),
        _text("form"),
        _text("field"),
        _text("shape"),
        _moment("at"),
        sa.PrimaryKeyConstraint("table_name", "column_name"),
    )


def _imports() -> None:
    op.create_table(
        "seam_imports",
        _text("id"),
        _text("form"),
        _text("file_name"),
        _text("file"),
        _text("map"),
        _text("options"),
        _text("state"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("good", sa.BigInteger(), nullable=False),
        sa.Column("bad", sa.BigInteger(), nullable=False),
        _text("problems"),
        _text("actor"),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seam_imports_created", "seam_imports", ["created_at"], unique=False)


def _files() -> None:
    op.create_table(
        "seam_files",
        _text("sha256"),
        _text("name"),
        _text("media_type"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("sha256"),
    )


def _append_only(table: str) -> None:
    """Let the database itself refuse to change or delete a row, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )
