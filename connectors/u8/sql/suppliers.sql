-- Suppliers.
-- [keys]
SELECT {top} v.cVenCode FROM Vendor v WHERE {where:v.cVenCode} ORDER BY v.cVenCode {limit}
-- [head]
SELECT v.cVenCode AS "code", v.cVenName AS "name", v.cVenAbbName AS "short_name",
  v.cVenPhone AS "phone", v.cVenHand AS "mobile", v.cVenPerson AS "contact",
  v.bProxyForeign AS "outsourcing", v.dEndDate AS "stopped", {version:v.pubufts} AS "version"
FROM Vendor v WHERE {where:v.cVenCode}
-- [watch]
SELECT {top} v.cVenCode, {version:v.pubufts} FROM Vendor v
WHERE {later:v.pubufts} AND {until:v.pubufts} ORDER BY v.pubufts {limit}
