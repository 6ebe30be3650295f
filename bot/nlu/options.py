"""Checks the options of a component when it loads, so that a wrong config.yml fails at once and says where."""

from typing import Any, Callable, Dict, Mapping, Tuple

from rasa.shared.exceptions import InvalidConfigException

Check = Tuple[Callable[[Any], bool], str]
"""Whether a value is good, and what a good value is."""


def number_between(low: float, high: float) -> Check:
    """Accept numbers from `low` to `high`."""
    return lambda value: _is_number(value) and low <= value <= high, f"a number from {low} to {high}"


def whole_number(low: int, high: int) -> Check:
    """Accept whole numbers from `low` to `high`."""
    return (
        lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high,
        f"a whole number from {low} to {high}",
    )


def text_list() -> Check:
    """Accept lists of texts."""
    return lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value), "a list of names"


def numbers_named(*names: str) -> Check:
    """Accept mappings with a number under each of these names."""
    return (
        lambda value: isinstance(value, dict) and set(value) == set(names) and all(map(_is_number, value.values())),
        f"a number under each of {', '.join(names)}",
    )


def text() -> Check:
    """Accept a text that is not empty."""
    return lambda value: isinstance(value, str) and bool(value), "a text"


def text_or_none() -> Check:
    """Accept a text or nothing."""
    return lambda value: value is None or isinstance(value, str), "a text or nothing"


# Rasa itself adds these to the options of components that train.
_RASA_OPTIONS = frozenset({"finetuning_epoch_fraction", "num_threads", "name"})


def checked_options(component: type, config: Mapping[str, Any], checks: Mapping[str, Check]) -> Dict[str, Any]:
    """Return the defaults with `config` over them; raise naming the component and its first wrong option."""
    name = component.__name__
    options = {**component.get_default_config(), **config}  # type: ignore[attr-defined]
    for option, value in options.items():
        if option in _RASA_OPTIONS:
            continue
        if option not in checks:
            known = ", ".join(sorted(checks)) or "none"
            raise InvalidConfigException(f"config.yml: {name} has no option '{option}'. Its options: {known}.")
        is_good, wanted = checks[option]
        if not is_good(value):
            raise InvalidConfigException(f"config.yml: option '{option}' of {name} is {value!r}; it must be {wanted}.")
    return options


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
