"""`python -m seamline` is the `seamline` command."""

from seamline.ui.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
