"""The relations behind a backlink API: one table of single links a scope, and everything counted from it.

``scope`` says what is asked, ``selection`` makes and keeps the table of single links, and each other module gives
relations over it. What the figures mean and where they come from: ``docs/backlink-rows.md``.
"""
