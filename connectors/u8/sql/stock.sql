-- Stock by material and warehouse. Reserved is everything U8's formula takes off what is on hand:
-- frozen, to be issued, to be transferred. Available = on hand - reserved + coming.
-- [keys]
SELECT DISTINCT {top} s.cInvCode, s.cWhCode FROM CurrentStock s
WHERE s.cInvCode IS NOT NULL AND {where:s.cInvCode} ORDER BY s.cInvCode, s.cWhCode {limit}
-- [head]
SELECT s.cInvCode AS "material", s.cWhCode AS "warehouse",
  SUM(COALESCE(s.iQuantity, 0)) AS "on_hand",
  SUM(COALESCE(s.fStopQuantity, 0) + COALESCE(s.fOutQuantity, 0)
    + COALESCE(s.fTransOutQuantity, 0)) AS "reserved",
  SUM(COALESCE(s.fInQuantity, 0) + COALESCE(s.fTransInQuantity, 0)) AS "coming",
  SUM(COALESCE(s.iQuantity, 0) - COALESCE(s.fStopQuantity, 0) - COALESCE(s.fOutQuantity, 0)
    - COALESCE(s.fTransOutQuantity, 0) + COALESCE(s.fInQuantity, 0)
    + COALESCE(s.fTransInQuantity, 0)) AS "available",
  SUM(COALESCE(s.fStopQuantity, 0)) AS "frozen",
  SUM(COALESCE(s.fDisableQuantity, 0)) AS "rejected",
  SUM(CASE WHEN s.iSoType <> 0 THEN COALESCE(s.iQuantity, 0) ELSE 0 END) AS "kept_for_orders",
  MAX(CAST(s.ufts AS bigint)) AS "version"
FROM CurrentStock s WHERE {where:s.cInvCode} GROUP BY s.cInvCode, s.cWhCode
-- [watch]
SELECT {top} s.cInvCode, s.cWhCode, {version:s.ufts} FROM CurrentStock s
WHERE {later:s.ufts} AND {until:s.ufts} ORDER BY s.ufts {limit}
