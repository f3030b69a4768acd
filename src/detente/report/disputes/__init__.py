"""What the record of disputes shows."""
