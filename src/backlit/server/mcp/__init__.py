"""The Model Context Protocol: backlit's questions as tools for assistants, over stdio and HTTP.

``asking`` reads the index, ``answers`` holds the shapes of what tools give, ``tools_*`` the tools themselves,
``server`` puts them behind the official SDK, ``http`` and ``cli/commands/mcp.py`` on a transport. ``foreign`` is the
one way for text of strangers (anchors, titles, addresses) into an answer.
"""
