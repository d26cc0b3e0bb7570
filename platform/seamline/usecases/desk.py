"""The desk: an opened workspace, which every use case works on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from seamline.catalog import Catalogs
from seamline.jobs.engine import Engine
from seamline.metadata import Package
from seamline.settings import Settings
from seamline.store import Store, open_store
from seamline.text import Text

# Looks at packages before they serve; raises Refused, else says what the journal shall keep of it.
# What it is called with second hears how far it is.
Proof: TypeAlias = Callable[[Sequence[Package], Callable[[Text], None]], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Desk:
    """An opened workspace: its store, its current catalog, its settings, its runs.

    `proof` is what a publication and an edit have to stand beside their scenarios, if anything.
    """

    store: Store
    catalogs: Catalogs
    settings: Settings
    runs: Engine
    proof: Proof | None = None

    def close(self) -> None:
        """Close the runs and the store; the desk is not to be used afterwards."""
        self.runs.close()
        self.store.close()


def open_desk(settings: Settings, proof: Proof | None = None) -> Desk:
    """Open the workspace that `settings` name, its platform tables brought up to date."""
    store = open_store(settings.database, settings.files)
    store.upgrade()
    return Desk(store, Catalogs(store), settings, Engine(settings.database), proof)
