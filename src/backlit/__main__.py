"""``python -m backlit``."""

from backlit.cli.app import main

if __name__ == "__main__":
    main()
