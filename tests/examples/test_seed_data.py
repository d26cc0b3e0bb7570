"""The sample data agrees with itself: counts, references, options, BOM versions, stock sums."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from seamline.fields import kind_of
from seamline.fields.kind import Reading
from seamline.metadata import ColumnMap, Field, Form, ImportMap, Package
from seamline.usecases.importing.cells import raw_of

Rows = list[dict[str, str]]
ReadRows = Callable[[str, str], Rows]
GROUPS = {
    "乘用车主机厂": "passenger", "新能源整车厂": "new_energy", "商用车主机厂": "commercial",
    "一级配套商": "tier1", "售后市场": "aftermarket", "出口客户": "export",
}  # fmt: skip


def of(rows: ReadRows, file: str) -> Rows:
    return rows("auto_parts", file)


def test_counts(rows: ReadRows) -> None:
    assert len(of(rows, "customers.csv")) == 217
    assert len(of(rows, "materials.csv")) == 2000
    assert len(of(rows, "suppliers.csv")) == 36
    assert len(of(rows, "warehouses.csv")) == 9
    assert len({row["BOM编号"] for row in of(rows, "bom_versions.csv")}) == 380
    assert len({row["序号"] for row in of(rows, "sales_orders.csv")}) == 60


@pytest.mark.cap(43)
def test_three_suppliers_treat_by_heat(rows: ReadRows) -> None:
    assert sum(row["主营"] == "热处理" for row in of(rows, "suppliers.csv")) == 3


def test_keys_are_unique(rows: ReadRows) -> None:
    keys = {
        "customers.csv": "客户编码", "materials.csv": "物料编码", "suppliers.csv": "供应商编码",
        "warehouses.csv": "仓库编码", "stock.csv": "库存编号",
    }  # fmt: skip
    for file, key in keys.items():
        words = [row[key] for row in of(rows, file)]
        assert len(words) == len(set(words)), file
    names = [row["客户名称"] for row in of(rows, "customers.csv")]
    assert len(names) == len(set(names))


def columns_of(wanted: ImportMap, form: Form) -> list[tuple[ColumnMap, Field, bool]]:
    """Return each mapped column with its field; True where it stands in the line file."""
    fields = {field.id: field for field in form.fields}
    found = [(column, fields[column.to], False) for column in wanted.columns]
    if wanted.lines is not None:
        inner = {field.id: field for field in fields[wanted.lines.table].fields}
        found += [(column, inner[column.to], True) for column in wanted.lines.columns]
    return found


def test_every_cell_reads_as_its_field(package: Package, rows: ReadRows) -> None:
    """Options, numbers, dates, phones: each cell of each file, as the import reads it."""
    forms = {form.id: form for form in package.forms}
    maps = {part.id: part for part in package.imports}
    for data in package.head.data:
        wanted = maps[data.map]
        name = package.head.id
        head = rows(name, data.file.removeprefix("data/"))
        lines = wanted.lines
        detail = rows(name, lines.file) if lines and lines.file else head
        for column, field, in_lines in columns_of(wanted, forms[wanted.form]):
            if column.column is None:
                continue
            cells = {row[column.column] for row in (detail if in_lines else head)}
            for cell in cells - {""}:
                read(field, column, cell)
            assert not (field.required and "" in cells), f"{data.file}: {column.column}"


def read(field: Field, column: ColumnMap, cell: str) -> None:
    if column.values:
        assert cell in column.values, f"{column.column}: {cell}"
    kind_of(field).parse(field, raw_of(field, column, cell), Reading())


def test_every_reference_resolves(package: Package, rows: ReadRows) -> None:
    forms = {form.id: form for form in package.forms}
    maps = {part.id: part for part in package.imports}
    known: dict[tuple[str, str], set[str]] = defaultdict(set)
    for data in package.head.data:
        wanted = maps[data.map]
        for column in wanted.columns:
            if column.column is not None:
                cells = rows(package.head.id, data.file.removeprefix("data/"))
                known[wanted.form, column.to] |= {row[column.column] for row in cells}
    checked = 0
    for data in package.head.data:
        wanted = maps[data.map]
        head = rows(package.head.id, data.file.removeprefix("data/"))
        lines = wanted.lines
        detail = rows(package.head.id, lines.file) if lines and lines.file else head
        for column, field, in_lines in columns_of(wanted, forms[wanted.form]):
            if field.kind == "reference" and column.column is not None:
                target = forms[field.settings["to"]]
                words = {row[column.column] for row in (detail if in_lines else head)} - {""}
                missing = words - known[target.id, column.match or target.key or ""]
                assert not missing, f"{data.file}: {column.column}: {sorted(missing)[:5]}"
                checked += len(words)
    assert checked > 500


@pytest.mark.cap(35)
def test_some_parts_have_three_versions_in_force_side_by_side(rows: ReadRows) -> None:
    day = "2026-11-20"
    in_force: dict[str, set[str]] = defaultdict(set)
    for row in of(rows, "bom_versions.csv"):
        if row["生效日期"] <= day <= (row["失效日期"] or "9999"):
            in_force[row["物料编码"]].add(row["版本号"])
    assert sum(found == {"V1.2", "V2.0", "V2.1"} for found in in_force.values()) == 60


@pytest.mark.cap(33)
def test_the_header_of_a_version_repeats_unchanged(rows: ReadRows) -> None:
    heads: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row in of(rows, "bom_versions.csv"):
        own = ("物料编码", "版本号", "生效日期", "失效日期", "适用客户群", "变更原因")
        heads[row["BOM编号"]].add(tuple(row[name] for name in own))
        assert row["BOM编号"] == f"{row['物料编码']}/{row['版本号']}"
        assert row["组件编码"] != row["物料编码"]
    assert all(len(found) == 1 for found in heads.values())


@pytest.mark.cap(36)
def test_the_version_on_an_order_line_fits_date_and_customer_group(rows: ReadRows) -> None:
    versions = {row["BOM编号"]: row for row in of(rows, "bom_versions.csv")}
    groups = {row["客户编码"]: GROUPS[row["客户群"]] for row in of(rows, "customers.csv")}
    chosen = [row for row in of(rows, "sales_orders.csv") if row["BOM版本"]]
    assert len(chosen) > 80
    for row in chosen:
        version = versions[row["BOM版本"]]
        assert version["物料编码"] == row["物料编码"]
        assert version["生效日期"] <= row["合同签订日期"] <= (version["失效日期"] or "9999")
        assert groups[row["客户编码"]] in version["适用客户群"].split(";")


def test_stock_by_warehouse_adds_up_to_the_stock_of_the_material(rows: ReadRows) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    arrivals: dict[str, Decimal] = defaultdict(Decimal)
    for row in of(rows, "stock.csv"):
        sums[row["物料编码"]] += available(row)
        arrivals[row["物料编码"]] += Decimal(row["72小时内到货"])
        assert row["库存编号"] == f"{row['物料编码']}@{row['仓库编码']}"
    for row in of(rows, "materials.csv"):
        assert sums[row["物料编码"]] == Decimal(row["可用库存"]), row["物料编码"]
        assert arrivals[row["物料编码"]] == Decimal(row["72小时内到货"]), row["物料编码"]


def available(row: Mapping[str, str]) -> Decimal:
    return Decimal(row["ERP结存"]) + Decimal(row["未记账出入库"]) - Decimal(row["预留"])


def test_locked_materials_are_short_and_on_no_order(rows: ReadRows) -> None:
    locked = {row["物料编码"]: row for row in of(rows, "stock_figures.csv")}
    assert len(locked) == 9
    materials = {row["物料编码"]: row for row in of(rows, "materials.csv")}
    for code, figures in locked.items():
        row = materials[code] | figures
        assert figures["数据时间"] > materials[code]["数据时间"]
        assert row["72小时内到货"] == "0"
        assert Decimal(row["可用库存"]) < Decimal(row["安全库存"]) * Decimal("1.3")
    assert not locked.keys() & {row["物料编码"] for row in of(rows, "sales_orders.csv")}


def test_orders_lie_in_the_months_of_the_story(rows: ReadRows) -> None:
    for row in of(rows, "sales_orders.csv"):
        assert "2026-10" <= row["合同签订日期"] < row["交期"] < "2027-04"
        assert row["技术协议编号"]


@pytest.mark.cap(4)
def test_all_four_channels_are_used(rows: ReadRows) -> None:
    channels = {row["接单渠道"] for row in of(rows, "sales_orders.csv")}
    assert channels == {"微信", "邮件", "电话", "纸质合同"}


@pytest.mark.cap(62)
def test_some_orders_exceed_the_credit_line(rows: ReadRows) -> None:
    customers = {row["客户编码"]: row for row in of(rows, "customers.csv")}
    totals: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in of(rows, "sales_orders.csv"):
        totals[row["序号"], row["客户编码"]] += Decimal(row["数量"]) * Decimal(row["含税单价"])
    over = 0
    for (_, code), total in totals.items():
        line = customers[code]["信用额度"]
        over += bool(line) and Decimal(customers[code]["应收余额"]) + total > Decimal(line)
    assert 5 <= over <= 20


def test_adventureworks_counts(rows: ReadRows) -> None:
    counts = {
        "Product": 504, "Vendor": 104, "BillOfMaterials": 2679, "ProductInventory": 1069,
        "PurchaseOrderHeader": 4012, "PurchaseOrderDetail": 8845, "ProductVendor": 460,
        "UnitMeasure": 38, "Location": 14, "ProductCategory": 4, "ProductSubcategory": 37,
    }  # fmt: skip
    for name, count in counts.items():
        assert len(rows("bike_factory", f"{name}.csv.gz")) == count
