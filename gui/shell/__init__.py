"""The window's own parts around the pages: rail, strip, status bar, welcome screen, dialogs."""
