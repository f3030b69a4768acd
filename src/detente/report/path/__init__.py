"""What a path of dates shows."""
