"""Talks: packages over many issues, what each side gains, which deals exist, which is likely."""
