"""How sure results are: parameters drawn from a prior, and what comes out between which ends."""
