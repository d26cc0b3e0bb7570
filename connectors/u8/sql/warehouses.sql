-- Warehouses: which of them count as available is U8's own setting.
-- [keys]
SELECT {top} w.cWhCode FROM Warehouse w WHERE {where:w.cWhCode} ORDER BY w.cWhCode {limit}
-- [head]
SELECT w.cWhCode AS "code", w.cWhName AS "name", w.bInAvailCalcu AS "counts",
  w.bProxyWh AS "consignment", w.dWhEndDate AS "stopped", {version:w.pubufts} AS "version"
FROM Warehouse w WHERE {where:w.cWhCode}
-- [watch]
SELECT {top} w.cWhCode, {version:w.pubufts} FROM Warehouse w
WHERE {later:w.pubufts} AND {until:w.pubufts} ORDER BY w.pubufts {limit}
