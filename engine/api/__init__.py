"""All that the window may import from the engine: light, typed, free of torch."""
