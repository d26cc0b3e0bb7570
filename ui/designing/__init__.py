"""How Studio shows a package in the making: its documents, its form designer, its rules."""
