"""AdventureWorks through the product's own import: nothing lost, every sum the file's own."""

import gzip
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from seamline.facts import Ref, Row
from seamline.usecases.import_ import problems_of

pytestmark = pytest.mark.slow

DATA = Path(__file__).parents[2] / "examples/bike_factory/data"
COUNTS = {
    "units": 38, "locations": 14, "categories": 4, "subcategories": 37, "products": 504,
    "vendors": 104, "product_vendors": 460, "bom_components": 2679, "inventory": 1069,
    "purchase_orders": 4012,
}  # fmt: skip
MASTERS = ("units", "locations", "categories", "subcategories", "products", "vendors")


@pytest.mark.cap(74)
def test_counts_and_sums_are_the_files(
    load: Callable[[str], Any], rows: Callable[[str, str], list[dict[str, str]]]
) -> None:
    bikes = load("bike_factory")
    jobs = bikes.load_all()
    said = [one.sentence("en") for job in jobs.values() for one in problems_of(job)]
    assert said[:10] == []
    assert {name: job.good for name, job in jobs.items()} == COUNTS
    assert {name: job.bad for name, job in jobs.items()} == dict.fromkeys(COUNTS, 0)
    bom = list(bikes.every("bom_component"))
    of_file = rows("bike_factory", "BillOfMaterials.csv.gz")
    assert len(bom) == 2679
    assert total(bom, "per_assembly") == file_sum(of_file, "PerAssemblyQty")
    assert Counter(one.values["level"] for one in bom) == Counter(
        int(row["BOMLevel"]) for row in of_file
    )
    assert sum(one.values["ends"] is not None for one in bom) == sum(
        bool(row["EndDate"]) for row in of_file
    )
    stock = rows("bike_factory", "ProductInventory.csv.gz")
    assert total(bikes.every("inventory"), "quantity") == file_sum(stock, "Quantity")
    products = rows("bike_factory", "Product.csv.gz")
    assert total(bikes.every("product"), "list_price") == file_sum(products, "ListPrice")
    orders = list(bikes.every("purchase_order"))
    heads = rows("bike_factory", "PurchaseOrderHeader.csv.gz")
    assert len(orders) == 4012
    assert total(orders, "total_due") == file_sum(heads, "TotalDue")
    assert total(orders, "lines_total") == file_sum(heads, "SubTotal")
    lines = [line for order in orders for line in rows_of(order.values["lines"])]
    details = rows("bike_factory", "PurchaseOrderDetail.csv.gz")
    assert len(lines) == 8845
    for field, column in (
        ("line_total", "LineTotal"), ("qty", "OrderQty"), ("stocked", "StockedQty"),
        ("received", "ReceivedQty"),
    ):  # fmt: skip
        found = sum((Decimal(str(line.values[field])) for line in lines), Decimal())
        assert found == file_sum(details, column), field
    assert where_each_line_belongs(orders) == {
        (row["PurchaseOrderID"], row["PurchaseOrderDetailID"], row["ProductID"])
        for row in named(details, products)
    }


def total(records: Any, field: str) -> Decimal:
    values = [record.values[field] for record in records]
    return sum((Decimal(str(value)) for value in values if value is not None), Decimal())


def file_sum(rows: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal())


def rows_of(value: object) -> tuple[Row, ...]:
    assert isinstance(value, tuple)
    return value


def named(details: list[dict[str, str]], products: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the lines with product numbers in place of the ids of the source."""
    numbers = {row["ProductID"]: row["ProductNumber"] for row in products}
    return [{**row, "ProductID": numbers[row["ProductID"]]} for row in details]


def where_each_line_belongs(orders: Any) -> set[tuple[str, str, str]]:
    found = set()
    for order in orders:
        for line in rows_of(order.values["lines"]):
            product = line.values["product"]
            assert isinstance(product, Ref)
            found.add((order.values["source_id"], line.values["source_id"], product.key))
    return found


# What is planted: row of the file, column, the wrong cell.
PLANTED = (
    (3, "OrderQty", "many"),
    (10, "UnitPrice", "1e400"),
    (25, "ProductID", "99999"),
    (31, "DueDate", "2022-02-30 00:00:00.000"),
    (40, "OrderQty", "0"),
    (55, "ReceivedQty", "-3.00"),
    (70, "ProductID", ""),
)


@pytest.mark.cap(80)
def test_every_planted_bad_cell_is_named_and_the_rest_is_kept(load: Callable[[str], Any]) -> None:
    bikes = load("bike_factory")
    for name in MASTERS:
        assert bikes.load(name).bad == 0
    details = gzip.decompress((DATA / "PurchaseOrderDetail.csv.gz").read_bytes()).decode()
    table = [line.split(",") for line in details.splitlines()]
    head = table[0]
    wrong_orders = set()
    for number, column, cell in PLANTED:
        table[number - 1][head.index(column)] = cell
        wrong_orders.add(table[number - 1][0])
    heads = (DATA / "PurchaseOrderHeader.csv.gz").read_bytes()
    short = "\n".join(gzip.decompress(heads).decode().splitlines()[:101]) + "\n"
    kept = {line.split(",")[0] for line in short.splitlines()[1:]}
    lines = "\n".join(",".join(row) for row in table if row[0] in kept or row is head) + "\n"
    job = bikes.load("purchase_orders", short.encode(), lines.encode())
    named_cells = {(one.row, one.column) for one in problems_of(job)}
    assert {(number, column) for number, column, _ in PLANTED} <= named_cells
    assert len(named_cells) == len(PLANTED)
    assert (job.good, job.bad) == (100 - len(wrong_orders), len(wrong_orders))
