"""Why a model decided as it did: word scores on the original text, and how faithful they are."""
