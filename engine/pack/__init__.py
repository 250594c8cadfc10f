"""Evidence packs: written as a page, a PDF, JSON or a table, read again, and computed again."""
