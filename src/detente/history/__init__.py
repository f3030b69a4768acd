"""What trade did after tariffs since 2018, and forecasts of it held against that."""
