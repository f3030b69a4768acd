"""Policy: what governments do, from a measure in words to arrays the model reads."""
