"""Games on a scenario: who plays with which rates, runs that can go on, what is compared."""
