-- Outsourcing orders by line with what was sent for them. U8 knows no progress of operations: a
-- line is begun when material was sent.
-- [keys]
SELECT {top} m.MOID FROM OM_MOMain m WHERE {where:m.MOID} ORDER BY m.MOID {limit}
-- [head]
SELECT m.MOID AS "id", m.cCode AS "code", m.dDate AS "date", m.cVenCode AS "supplier",
  CASE WHEN m.cVerifier IS NULL THEN 0 ELSE 1 END AS "audited",
  CASE WHEN m.cCloser IS NULL THEN 0 ELSE 1 END AS "closed", m.dCloseDate AS "closed_at",
  {version:m.ufts} AS "version"
FROM OM_MOMain m WHERE {where:m.MOID}
-- [rows lines]
SELECT d.MOID AS "of", d.MODetailsID AS "line_id", d.cInvCode AS "material",
  d.iQuantity AS "qty", d.dStartDate AS "start_date", d.dArriveDate AS "due_date",
  d.iReceivedQTY AS "received", d.iMaterialSendQty AS "material_sent",
  d.csocode AS "sales_order",
  CASE WHEN COALESCE(d.iMaterialSendQty, 0) = 0 AND COALESCE(d.iReceivedQTY, 0) = 0
    THEN 0 ELSE 1 END AS "begun",
  CASE WHEN d.cbCloser IS NULL THEN 0 ELSE 1 END AS "closed", d.dbCloseDate AS "closed_at"
FROM OM_MODetails d WHERE {where:d.MOID} ORDER BY d.MOID, d.MODetailsID
-- [rows materials]
SELECT c.MOID AS "of", c.MoDetailsID AS "line_id", c.cInvCode AS "material",
  c.iQuantity AS "qty", c.iSendQTY AS "sent", c.dRequiredDate AS "required_date",
  c.cWhCode AS "warehouse"
FROM OM_MOMaterials c WHERE {where:c.MOID} ORDER BY c.MOID, c.MOMaterialsID
-- [watch]
SELECT {top} m.MOID, {version:m.ufts} FROM OM_MOMain m
WHERE {later:m.ufts} AND {until:m.ufts} ORDER BY m.ufts {limit}
-- [watch]
SELECT {top} d.MOID, {version:d.dUfts} FROM OM_MODetails d
WHERE {later:d.dUfts} AND {until:d.dUfts} ORDER BY d.dUfts {limit}
-- [watch]
SELECT {top} c.MOID, {version:c.dUfts} FROM OM_MOMaterials c
WHERE {later:c.dUfts} AND {until:c.dUfts} ORDER BY c.dUfts {limit}
