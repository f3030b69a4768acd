"""Many draws: in chunks on workers, resumed where they stopped, and what a result hangs on."""
