"""``python -m atlas_desktop`` is the command line."""

from atlas_desktop.cli import main

if __name__ == "__main__":
    main()
