"""Lists and boards of records: what an address asks for, filters, columns, rows, views."""
