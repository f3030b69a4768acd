"""What reports say and show of games: wars, optimal tariffs, what can be agreed."""
