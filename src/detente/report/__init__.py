"""What results say: documents by subject, and what subjects share."""
