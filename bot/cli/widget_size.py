"""Print what the widget weighs on the line, and fail when it is over its limits."""

import argparse

from bot.settings import Settings

LOADER_LIMIT = 4 * 1024
WIDGET_LIMIT = 40 * 1024
LOADER = "widget/loader.js"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print each file's size, compressed, and the sums; return 1 when one is over its limit."""
    from bot.web.assets import Assets

    assets = Assets()
    names = [LOADER, *assets.names("chat/"), "dom.js", "icon.svg", "theme.css"]
    print("  bytes   before compression")
    for name in names:
        print(f"{assets[name].size:>7,}  {len(assets[name].body):>7,}  {name}")
    loader, widget = assets[LOADER].size, sum(assets[name].size for name in names)
    print(f"\nLoader {loader:,} of {LOADER_LIMIT:,} bytes, whole widget {widget:,} of {WIDGET_LIMIT:,} bytes.")
    return int(loader > LOADER_LIMIT or widget > WIDGET_LIMIT)
