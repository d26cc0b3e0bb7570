"""Another world for one question: the hidden word is another one wherever the workspace keeps it.

What is answered there as it was before does not depend on the word, however it differs from what
is answered for others: a list of what looks alike, for one, differs with every word asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from seamline.store import Store


@contextmanager
def reworded(store: Store, old: str, new: str) -> Iterator[None]:
    """Put `new` where `old` stands, in every table of a throw-away workspace, and back."""
    _replace(store, old, new)
    try:
        yield
    finally:
        _replace(store, new, old)


def _replace(store: Store, old: str, new: str) -> None:
    with store.unit() as unit:
        run = unit.connection.exec_driver_sql
        # What guards the journal guards it against this, too; nobody reads this workspace's again.
        for name in _names(run("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
            run(f'DROP TRIGGER "{name}"')
        for table in _names(run("SELECT name FROM sqlite_master WHERE type = 'table'")):
            columns = [
                row[1] for row in run(f'PRAGMA table_info("{table}")') if "INT" not in str(row[2])
            ]
            texts = [f'typeof("{one}") = \'text\' AND instr("{one}", ?)' for one in columns]
            for column, holds in zip(columns, texts, strict=True):
                run(
                    f'UPDATE "{table}" SET "{column}" = replace("{column}", ?, ?) WHERE {holds}',
                    (old, new, old),
                )


def _names(rows: Any) -> list[str]:
    return [row[0] for row in rows if not row[0].startswith("sqlite_")]
