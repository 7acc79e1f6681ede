"""The command line: thin faces of the questions and the work, one small file a command."""
