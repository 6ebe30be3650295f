"""Keeps TensorFlow out of a process that uses none of it: 300 MB and some seconds of each start.

Two imports bring it in. Rasa's base classes import `rasa.utils.train_utils`, which only Rasa's neural components use:
it becomes lazy, so a pipeline with such a component still gets the real module, TensorFlow included, when it first
touches it. And thinc, below spaCy, looks whether TensorFlow is there to wrap its layers, which nothing here does:
thinc is imported as if it were not installed, a case it provides for.
"""

import importlib
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Any, Optional, Sequence

LAZY_MODULE = "rasa.utils.train_utils"
PROBED_BY = "thinc.compat"


class _LazyFinder(MetaPathFinder):
    """Finds one module as Python does, but has it executed at the first use of one of its names."""

    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        if fullname != LAZY_MODULE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def keep_tensorflow_out() -> None:
    """Make Rasa and spaCy import TensorFlow only when something uses it; call before importing either."""
    if "tensorflow" in sys.modules:
        return
    if not any(isinstance(finder, _LazyFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _LazyFinder())
    if PROBED_BY not in sys.modules:
        modules: Any = sys.modules
        modules["tensorflow"] = None  # Python's own way to say: not installed
        try:
            importlib.import_module(PROBED_BY)
        finally:
            del modules["tensorflow"]
