-- Purchase orders with their lines; a line is in transit where the order is audited, neither is
-- closed, and not all of it was received.
-- [keys]
SELECT {top} m.POID FROM PO_Pomain m WHERE {where:m.POID} ORDER BY m.POID {limit}
-- [head]
SELECT m.POID AS "id", m.cPOID AS "code", m.dPODate AS "date", m.cVenCode AS "supplier",
  CASE WHEN m.cVerifier IS NULL THEN 0 ELSE 1 END AS "audited",
  CASE WHEN m.cCloser IS NULL THEN 0 ELSE 1 END AS "closed", m.cMemo AS "memo",
  {version:m.ufts} AS "version"
FROM PO_Pomain m WHERE {where:m.POID}
-- [rows lines]
SELECT d.POID AS "of", d.ID AS "line_id", d.ivouchrowno AS "row", d.cInvCode AS "material",
  d.iQuantity AS "qty", d.iTaxPrice AS "unit_price", d.dArriveDate AS "due_date",
  d.iReceivedQTY AS "received", d.iQuantity - COALESCE(d.iReceivedQTY, 0) AS "open_qty",
  CASE WHEN d.cbCloser IS NULL THEN 0 ELSE 1 END AS "closed"
FROM PO_Podetails d WHERE {where:d.POID} ORDER BY d.POID, d.ivouchrowno
-- [watch]
SELECT {top} m.POID, {version:m.ufts} FROM PO_Pomain m
WHERE {later:m.ufts} AND {until:m.ufts} ORDER BY m.ufts {limit}
-- [watch]
SELECT {top} d.POID, {version:d.dUfts} FROM PO_Podetails d
WHERE {later:d.dUfts} AND {until:d.dUfts} ORDER BY d.dUfts {limit}
