"""What a result shows, described once: terminal, page and data are made from it."""
