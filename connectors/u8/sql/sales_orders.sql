-- Sales orders with their lines, under the names that customer and material had then. Audited is
-- whoever is named in cVerifier: iverifystate is not it.
-- [keys]
SELECT {top} m.ID FROM SO_SOMain m WHERE {where:m.ID} ORDER BY m.ID {limit}
-- [head]
SELECT m.ID AS "id", m.cSOCode AS "code", m.dDate AS "date", m.cCusCode AS "customer",
  m.cCusName AS "customer_name",
  {defined:customer_po} AS "customer_po", m.cexch_name AS "currency", m.iTaxRate AS "tax_rate",
  CASE WHEN m.cVerifier IS NULL THEN 0 ELSE 1 END AS "audited", m.dverifydate AS "audited_at",
  m.cVerifier AS "verifier", m.cCloser AS "closer",
  CASE WHEN m.cCloser IS NULL THEN 0 ELSE 1 END AS "closed", m.dclosedate AS "closed_at",
  m.cMaker AS "maker", m.cMemo AS "memo", {defined:settlement_no} AS "settlement_no",
  {defined:final_delivery} AS "final_delivery", {version:m.ufts} AS "version"
FROM SO_SOMain m WHERE {where:m.ID}
-- [rows lines]
SELECT d.ID AS "of", d.AutoID AS "line_id", d.iRowNo AS "row", d.cInvCode AS "material",
  d.cInvName AS "material_name",
  d.iQuantity AS "qty", d.iTaxUnitPrice AS "unit_price", d.iSum AS "amount",
  d.dPreDate AS "due_date", d.iFHQuantity AS "shipped", d.iKPQuantity AS "invoiced",
  d.iQuantity - COALESCE(d.iFHQuantity, 0) AS "open_qty",
  CASE WHEN d.cSCloser IS NULL THEN 0 ELSE 1 END AS "closed"
FROM SO_SODetails d WHERE {where:d.ID} ORDER BY d.ID, d.iRowNo
-- [watch]
SELECT {top} m.ID, {version:m.ufts} FROM SO_SOMain m
WHERE {later:m.ufts} AND {until:m.ufts} ORDER BY m.ufts {limit}
-- [watch]
SELECT {top} d.ID, {version:d.dufts} FROM SO_SODetails d
WHERE {later:d.dufts} AND {until:d.dufts} ORDER BY d.dufts {limit}
