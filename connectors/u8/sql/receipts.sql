-- Receipts that U8 has posted. The document is the number of the move they were keyed in from.
-- [keys]
SELECT {top} m.ID FROM RdRecord01 m WHERE {where:m.ID} ORDER BY m.ID {limit}
-- [head]
SELECT m.ID AS "id", m.cCode AS "code", m.dDate AS "date", m.cWhCode AS "warehouse",
  {defined:document} AS "document", m.cHandler AS "handler", {version:m.ufts} AS "version"
FROM RdRecord01 m WHERE {where:m.ID}
-- [rows lines]
SELECT d.ID AS "of", d.AutoID AS "line_id", d.cInvCode AS "material", d.iQuantity AS "qty"
FROM rdrecords01 d WHERE {where:d.ID} ORDER BY d.ID, d.AutoID
-- [watch]
SELECT {top} m.ID, {version:m.ufts} FROM RdRecord01 m
WHERE {later:m.ufts} AND {until:m.ufts} ORDER BY m.ufts {limit}
