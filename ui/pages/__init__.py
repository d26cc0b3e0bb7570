"""The pages of the workspace, generated from its metadata: one module per area."""
