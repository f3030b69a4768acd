"""Places of a country: jobs, pay, exports and votes, and what a solved case does to each."""
