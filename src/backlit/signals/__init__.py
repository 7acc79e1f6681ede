"""Signals: what can be measured on a link, its page, its two sites and its neighbours, and what it may mean."""
