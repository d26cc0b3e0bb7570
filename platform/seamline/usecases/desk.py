"""The desk: an opened workspace, which every use case works on."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.catalog import Catalogs
from seamline.settings import Settings
from seamline.store import Store, open_store


@dataclass(frozen=True, slots=True)
class Desk:
    """An opened workspace: its store, its current catalog, its settings."""

    store: Store
    catalogs: Catalogs
    settings: Settings

    def close(self) -> None:
        """Close the store; the desk is not to be used afterwards."""
        self.store.close()


def open_desk(settings: Settings) -> Desk:
    """Open the workspace that `settings` name, its platform tables brought up to date."""
    store = open_store(settings.database, settings.files)
    store.upgrade()
    return Desk(store, Catalogs(store), settings)
