"""Games between governments: optimal tariffs, wars, answers and cooperation."""
