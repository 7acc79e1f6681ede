"""The commands. A module imports what it needs inside its function, so that help is instant."""
