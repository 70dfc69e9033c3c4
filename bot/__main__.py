"""Start the command line (命令行): python -m bot."""

from bot.cli import main

main()
