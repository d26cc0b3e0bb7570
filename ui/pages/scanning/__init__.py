"""What a page to scan with shows, and what it tells the device."""
