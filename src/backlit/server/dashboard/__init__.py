"""The dashboard: pages made on the server, useful without JavaScript, each state of which has an address.

A page is a file in ``pages/`` and a template in ``templates/``; ``docs/dashboard.md`` says how one is made.
"""
