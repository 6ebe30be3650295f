"""Run a module as a program, without the deprecation warnings of the libraries that it is built on.

`python -m bot.supervisor.quietly MODULE ARGUMENTS...`. Rasa's libraries are of 2023: their warnings fill a screen at
each start and tell the operator nothing. Filters (PYTHONWARNINGS too) do not help: the libraries set their own.
"""

import runpy
import sys
import warnings
from typing import Any, Type


def main() -> None:
    """Show no deprecation, run the module."""
    show = warnings.showwarning

    def show_others(message: Any, category: Type[Warning], *place: Any, **more: Any) -> None:
        if not issubclass(category, DeprecationWarning):
            show(message, category, *place, **more)

    warnings.showwarning = show_others
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
