-- Customers with their credit: what counts as used is the sum U8 keeps of receivables, orders,
-- deliveries and invoices; a credit parent carries the line of its children.
-- [keys]
SELECT {top} c.cCusCode FROM Customer c WHERE {where:c.cCusCode} ORDER BY c.cCusCode {limit}
-- [head]
SELECT c.cCusCode AS "code", c.cCusName AS "name", c.cCusAbbName AS "short_name",
  c.cCusPhone AS "phone", c.cCusPPerson AS "salesperson", c.cCusPayCond AS "payment_terms",
  c.dEndDate AS "stopped", c.bCredit AS "credit_controlled", c.iCusCreLine AS "credit_line",
  c.iCusCreDate AS "credit_days", c.cCusCreditCompany AS "credit_parent",
  COALESCE(s.owed, 0) AS "receivable", COALESCE(s.ordered, 0) AS "ordered",
  COALESCE(s.delivered, 0) AS "delivered", COALESCE(s.invoiced, 0) AS "invoiced",
  COALESCE(s.owed, 0) + COALESCE(s.ordered, 0) + COALESCE(s.delivered, 0)
    + COALESCE(s.invoiced, 0) AS "credit_used",
  {version:c.pubufts} AS "version"
FROM Customer c LEFT JOIN (
  SELECT t.cCusCode AS cus, SUM(t.fARSum) AS owed, SUM(t.fSOSum) AS ordered,
    SUM(t.fDLSum) AS delivered, SUM(t.fBLSum) AS invoiced
  FROM SA_CreditSum t WHERE t.iType = 1 AND {where:t.cCusCode} GROUP BY t.cCusCode
) s ON s.cus = c.cCusCode
WHERE {where:c.cCusCode}
-- [watch]
SELECT {top} c.cCusCode, {version:c.pubufts} FROM Customer c
WHERE {later:c.pubufts} AND {until:c.pubufts} ORDER BY c.pubufts {limit}
-- [watch]
SELECT {top} t.cCusCode, {version:t.ufts} FROM SA_CreditSum t
WHERE t.iType = 1 AND {later:t.ufts} AND {until:t.ufts} ORDER BY t.ufts {limit}
