"""One module per command of `python -m bot`.

Each has `add_arguments(parser)` and `run(arguments, settings) -> int`, and imports inside `run`.
"""
