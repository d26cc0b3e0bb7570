"""Print views: what of a record goes on paper, what is put beside it, who signs."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.text import Text

# What can stand after the facts of a record, each under a heading of its own.
PRINT_PARTS = ("bound", "compared", "rules", "files", "documents", "story")


@dataclass(frozen=True, slots=True)
class PrintView:
    """One way to print a record.

    `fields` are fields and columns of sub-tables (`lines.qty`) in their order on paper; without
    any it is all that the page shows. `parts` are of PRINT_PARTS. A `sealed` print is a dossier:
    its making stands in the journal, and the file verifies offline.
    """

    id: str
    title: Text
    fields: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    sign: tuple[Text, ...] = ()
    note: Text | None = None
    sealed: bool = False
    wide: bool = False

    def columns(self, table: str) -> tuple[str, ...]:
        """Return the named columns of a sub-table; none where all of them are meant."""
        begin = f"{table}."
        return tuple(path.removeprefix(begin) for path in self.fields if path.startswith(begin))

    def shows(self, field: str) -> bool:
        """Return whether a field of the record, or a sub-table, is on the paper."""
        return not self.fields or any(path.partition(".")[0] == field for path in self.fields)
