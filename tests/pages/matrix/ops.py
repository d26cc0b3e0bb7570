"""Health and figures, for machines."""

NOT_PAGES = {
    "ops.health": "JSON for a watcher",
    "ops.metrics": "figures for Prometheus",
    "assets.static": "style sheets, scripts, icons",
}
