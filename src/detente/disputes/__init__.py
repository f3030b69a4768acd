"""Trade disputes and ultimatums with dated outcomes, and what they say of the next one."""
