"""What editing a document of an installed package is made of."""
