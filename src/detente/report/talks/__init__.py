"""What talks come to: facts, wording, tables, charts, and the document they stand in."""
