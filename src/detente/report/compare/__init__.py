"""What tells two variants, two equilibria or two packages apart."""
