"""The shell's commands, a group a file; ``cli`` puts them together."""
