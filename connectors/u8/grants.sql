-- Rights of the login that Seamline reads U8 with. Run it as an administrator in the company
-- database (UFDATA_<account set>_<year>) after changing the password. db_datareader would be too
-- wide: it shows the general ledger and the payroll as well.
CREATE LOGIN seamline WITH PASSWORD = 'change-this-password', CHECK_POLICY = ON;
CREATE USER seamline FOR LOGIN seamline;
GRANT SELECT ON Warehouse TO seamline;
GRANT SELECT ON ComputationUnit TO seamline;
GRANT SELECT ON Inventory TO seamline;
GRANT SELECT ON bas_part TO seamline;
GRANT SELECT ON Customer TO seamline;
GRANT SELECT ON Vendor TO seamline;
GRANT SELECT ON CurrentStock TO seamline;
GRANT SELECT ON SA_CreditSum TO seamline;
GRANT SELECT ON SO_SOMain TO seamline;
GRANT SELECT ON SO_SODetails TO seamline;
GRANT SELECT ON PO_Pomain TO seamline;
GRANT SELECT ON PO_Podetails TO seamline;
GRANT SELECT ON bom_bom TO seamline;
GRANT SELECT ON bom_parent TO seamline;
GRANT SELECT ON bom_opcomponent TO seamline;
GRANT SELECT ON bom_opcomponentopt TO seamline;
GRANT SELECT ON OM_MOMain TO seamline;
GRANT SELECT ON OM_MODetails TO seamline;
GRANT SELECT ON OM_MOMaterials TO seamline;
GRANT SELECT ON RdRecord01 TO seamline;
GRANT SELECT ON rdrecords01 TO seamline;
GRANT SELECT ON rdrecord32 TO seamline;
GRANT SELECT ON rdrecords32 TO seamline;
-- Only where user-defined columns are written back, and only on those columns:
-- GRANT UPDATE ON SO_SOMain (cDefine10, cDefine4) TO seamline;
