"""How a file becomes submissions: reading, mapping, cells, groups of rows, batches."""
