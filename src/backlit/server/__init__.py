"""The server: one HTTP process over one index, with the API, health, metrics and everything that guards them."""
