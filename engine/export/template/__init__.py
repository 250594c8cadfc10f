"""What is written into an export as it stands: the script that scores a file without torch."""
