"""Yonyou U8: stock, archives, bills, orders and credit by SQL, write-back by its own doors."""
