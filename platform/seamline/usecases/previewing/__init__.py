"""What stands behind the preview of a switch: one pass over the stored facts."""
