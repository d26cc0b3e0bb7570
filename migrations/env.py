"""How Alembic runs our revisions: on the connection that the store opened for it."""

from __future__ import annotations

from alembic import context

from seamline.store.platform_tables import PLATFORM, VERSION_TABLE


def run() -> None:
    """Run the revisions inside the transaction of the given connection."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=PLATFORM,
        version_table=VERSION_TABLE,
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
