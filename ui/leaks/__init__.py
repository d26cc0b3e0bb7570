"""The leak test: canary values in every hidden field, and every surface that may not show them."""
