-- Materials: the archive of inventory with the name of its unit.
-- [keys]
SELECT {top} i.cInvCode FROM Inventory i WHERE {where:i.cInvCode} ORDER BY i.cInvCode {limit}
-- [head]
SELECT i.cInvCode AS "code", i.cInvName AS "name", i.cInvStd AS "spec", i.cInvCCode AS "class",
  u.cComUnitName AS "unit", i.bSale AS "sold", i.bPurchase AS "bought", i.bSelf AS "made",
  i.bProxyForeign AS "outsourced", i.iSafeNum AS "safety_stock", i.iInvAdvance AS "lead_time",
  i.fMinSupply AS "min_batch", i.iInvSPrice AS "list_price", i.iInvNCost AS "cost",
  i.cDefWareHouse AS "warehouse", i.cEngineerFigNo AS "drawing_no", i.cBarCode AS "barcode",
  i.dEDate AS "stopped",
  CASE WHEN i.bSelf = 1 THEN 'make' WHEN i.bProxyForeign = 1 THEN 'subcontract'
    ELSE 'buy' END AS "source",
  {version:i.pubufts} AS "version"
FROM Inventory i LEFT JOIN ComputationUnit u ON u.cComunitCode = i.cComUnitCode
WHERE {where:i.cInvCode}
-- [watch]
SELECT {top} i.cInvCode, {version:i.pubufts} FROM Inventory i
WHERE {later:i.pubufts} AND {until:i.pubufts} ORDER BY i.pubufts {limit}
