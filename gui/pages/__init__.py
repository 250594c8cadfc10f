"""One file a page. ``main_window`` makes them; none knows another."""
