"""What the reading of an article shows and writes."""
