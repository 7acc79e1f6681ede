"""Disavow files: their lines, what is wrong with them, and what two of them say together.

A disavow file is what Google's Search Console takes: UTF-8 text, an entry a line, each a whole
address or ``domain:`` with a host, ``#`` before a comment. The modules of this room read, check,
repair, merge and compare such files as values; none of them opens one.
"""
