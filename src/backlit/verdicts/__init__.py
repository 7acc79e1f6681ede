"""Verdicts: from the values of signals to quality, toxicity, words and evidence."""
