"""Which method: the probe that recommends one, and the race that decides."""
