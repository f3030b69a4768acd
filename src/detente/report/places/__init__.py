"""What a result shows of places."""
