"""Models: found, verified, loaded, saved; from text to logits."""
