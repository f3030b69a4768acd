"""A firm cut off: carved out of its sector, followed by day, in the long run, and at the table."""
