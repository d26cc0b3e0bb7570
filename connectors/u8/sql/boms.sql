-- Versions of bills of material. A part counts on a day that lies both in the version's own span
-- and in that of the component row; ids are those of bas_part, never of the archive.
-- [keys]
SELECT {top} b.BomId FROM bom_bom b WHERE b.BomType = 1 AND {where:b.BomId}
ORDER BY b.BomId {limit}
-- [head]
SELECT b.BomId AS "id", a.InvCode AS "material", b.Version AS "number", b.VersionDesc AS "words",
  b.VersionEffDate AS "valid_from", b.VersionEndDate AS "valid_to",
  CASE WHEN b.Status = 3 THEN 1 ELSE 0 END AS "audited", b.CloseTime AS "stopped",
  {version:b.Ufts} AS "version"
FROM bom_bom b JOIN bom_parent p ON p.BomId = b.BomId JOIN bas_part a ON a.PartId = p.ParentId
WHERE b.BomType = 1 AND {where:b.BomId}
-- [rows components]
SELECT c.BomId AS "of", a.InvCode AS "component", c.BaseQtyN AS "qty", c.BaseQtyD AS "per",
  c.CompScrap AS "scrap", c.OpSeq AS "operation", c.EffBegDate AS "valid_from",
  c.EffEndDate AS "valid_to", CASE WHEN c.FVFlag = 0 THEN 1 ELSE 0 END AS "fixed",
  o.WIPType AS "issue", o.WhCode AS "warehouse", c.Remark AS "remark"
FROM bom_opcomponent c JOIN bas_part a ON a.PartId = c.ComponentId
LEFT JOIN bom_opcomponentopt o ON o.OptionsId = c.OptionsId
WHERE {where:c.BomId} ORDER BY c.BomId, c.SortSeq, c.OpComponentId
-- [watch]
SELECT {top} b.BomId, {version:b.Ufts} FROM bom_bom b
WHERE b.BomType = 1 AND {later:b.Ufts} AND {until:b.Ufts} ORDER BY b.Ufts {limit}
-- [watch]
SELECT {top} c.BomId, {version:c.Ufts} FROM bom_opcomponent c
WHERE {later:c.Ufts} AND {until:c.Ufts} ORDER BY c.Ufts {limit}
