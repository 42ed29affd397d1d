"""`python -m leadsite` is the command line."""

from leadsite.cli import main

main(prog_name="leadsite")
