"""What open pages ask."""

NOT_PAGES = {"news.index": "JSON for open pages"}
