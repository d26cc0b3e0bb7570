"""From a record, as its reader sees it, to a paper: by the print views of its form."""
