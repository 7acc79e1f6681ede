"""Backlinks under the names, types and rules of the DataForSEO Backlinks API, version 3.

A client that was written for that service changes its host and its login and works against an index of one's own.
``fields`` holds every field of every answer; filters, sorting, ``available_filters`` and answers all follow from it.
"""
