"""What can be promised: of stock, of what arrives and of what can be had in time, by which day."""

from .available import (
    ARRIVAL as ARRIVAL,
    LEAD as LEAD,
    STOCK as STOCK,
    Claim as Claim,
    Part as Part,
    Promised as Promised,
    Shelf as Shelf,
    Source as Source,
    Supply as Supply,
)
from .compiling import LineModel as LineModel, PromiseModel as PromiseModel, compile_promise
from .pool import Lines as Lines, Pool as Pool, Stocked as Stocked

__all__ = [
    "ARRIVAL", "LEAD", "STOCK", "Claim", "LineModel", "Lines", "Part", "Pool", "PromiseModel",
    "Promised", "Shelf", "Source", "Stocked", "Supply", "compile_promise",
]  # fmt: skip
