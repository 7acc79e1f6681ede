"""The API of our own: every question of the command line over HTTP, by the same names, from one table."""
