"""Generated webs and attacks on them: what a score is held to before anybody relies on it."""
