"""``python -m picklereg``: the same as the command ``picklereg``."""

from picklereg.cli import main

if __name__ == "__main__":
    main()
