"""Compiled loops over names. Importing them imports numba, so they are imported where they are used."""
