"""What would turn a decision: the fewest words to take out or to exchange."""
