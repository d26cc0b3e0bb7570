"""Sample records: words as people would write them, values as a form takes them."""
