"""One module per command of `python -m bot`: `add_arguments(parser)` and `run(arguments, settings) -> int`, imports inside `run`."""
