"""Both databases keep the contract of the store."""

import pytest

from seamline.testing.store_contract import StoreContract


@pytest.mark.cap(12)
class TestStore(StoreContract):
    """The store as shipped."""
