"""Ways of transfer: one training loop, and one file a method."""
