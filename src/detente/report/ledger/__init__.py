"""What the ledger shows."""
