-- What there is of a material over all warehouses that count, and what purchase orders bring.
-- Available = on hand - frozen - to be issued - to be transferred + to be received + transfers in.
-- In transit = ordered - received, of lines and orders that are audited and not closed.
-- [keys]
SELECT {top} i.cInvCode FROM Inventory i WHERE {where:i.cInvCode} ORDER BY i.cInvCode {limit}
-- [head]
SELECT i.cInvCode AS "material", COALESCE(t.on_hand, 0) AS "on_hand",
  COALESCE(t.available, 0) AS "available", COALESCE(t.reserved, 0) AS "reserved",
  COALESCE(p.in_transit, 0) AS "in_transit", COALESCE(p.soon, 0) AS "arrivals_72h",
  p.next_arrival AS "next_arrival", i.iSafeNum AS "safety_stock"
FROM Inventory i
LEFT JOIN (
  SELECT s.cInvCode AS inv, SUM(COALESCE(s.iQuantity, 0)) AS on_hand,
    SUM(COALESCE(s.fStopQuantity, 0) + COALESCE(s.fOutQuantity, 0)
      + COALESCE(s.fTransOutQuantity, 0)) AS reserved,
    SUM(COALESCE(s.iQuantity, 0) - COALESCE(s.fStopQuantity, 0) - COALESCE(s.fOutQuantity, 0)
      - COALESCE(s.fTransOutQuantity, 0) + COALESCE(s.fInQuantity, 0)
      + COALESCE(s.fTransInQuantity, 0)) AS available
  FROM CurrentStock s JOIN Warehouse w ON w.cWhCode = s.cWhCode
  WHERE w.bInAvailCalcu = 1 AND {where:s.cInvCode} GROUP BY s.cInvCode
) t ON t.inv = i.cInvCode
LEFT JOIN (
  SELECT d.cInvCode AS inv, SUM(d.iQuantity - COALESCE(d.iReceivedQTY, 0)) AS in_transit,
    SUM(CASE WHEN d.dArriveDate >= {value:today} AND d.dArriveDate <= {value:ahead}
      THEN d.iQuantity - COALESCE(d.iReceivedQTY, 0) ELSE 0 END) AS soon,
    MIN(CASE WHEN d.dArriveDate >= {value:today} THEN d.dArriveDate END) AS next_arrival
  FROM PO_Podetails d JOIN PO_Pomain m ON m.POID = d.POID
  WHERE m.cVerifier IS NOT NULL AND m.cCloser IS NULL AND d.cbCloser IS NULL
    AND d.iQuantity > COALESCE(d.iReceivedQTY, 0) AND {where:d.cInvCode}
  GROUP BY d.cInvCode
) p ON p.inv = i.cInvCode
WHERE {where:i.cInvCode}
-- [watch]
SELECT {top} s.cInvCode, {version:s.ufts} FROM CurrentStock s
WHERE {later:s.ufts} AND {until:s.ufts} ORDER BY s.ufts {limit}
-- [watch]
SELECT {top} d.cInvCode, {version:d.dUfts} FROM PO_Podetails d
WHERE {later:d.dUfts} AND {until:d.dUfts} ORDER BY d.dUfts {limit}
-- [watch]
SELECT {top} d.cInvCode, {version:m.ufts} FROM PO_Pomain m JOIN PO_Podetails d ON d.POID = m.POID
WHERE {later:m.ufts} AND {until:m.ufts} ORDER BY m.ufts {limit}
-- [watch]
SELECT {top} i.cInvCode, {version:i.pubufts} FROM Inventory i
WHERE {later:i.pubufts} AND {until:i.pubufts} ORDER BY i.pubufts {limit}
-- [sliding]
SELECT DISTINCT d.cInvCode FROM PO_Podetails d
WHERE d.dArriveDate >= {value:today_before} AND d.dArriveDate < {value:today}
  OR d.dArriveDate > {value:ahead_before} AND d.dArriveDate <= {value:ahead}
