"""Data in: encodings, dialects, readers of every format, import into a project, splits."""
