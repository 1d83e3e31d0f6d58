"""Signal lamps."""
