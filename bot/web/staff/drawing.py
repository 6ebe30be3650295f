"""Plots as SVG, for light and dark; print takes the light ones."""

from typing import Any

from bot.web.staff.plots import Plot
from bot.web.staff.wording import Words

_THEMES = {
    "light": {"ground": "#ffffff", "text": "#1d1c1a", "muted": "#5f5b55", "line": "#dcd8d2"},
    "dark": {"ground": "#1f1e1c", "text": "#efece7", "muted": "#b3ada4", "line": "#3d3a36"},
}
# Told apart without red and green, too; each 3:1 or more against its ground.
_COLOURS = {
    "light": ("#1b5e9c", "#c04f15", "#6a4c93", "#2a7f62", "#a6761d", "#7a7a7a", "#b3131c"),
    "dark": ("#7db8f0", "#f2a071", "#c3a6e8", "#7fd0b0", "#e3c16f", "#b5b5b5", "#ff8f88"),
}
WIDTH = 900
_HEIGHT = 330
_BAR = 30
"""Height of a bar that lies."""
_LABELS = 9
"""More labels than this under an axis would touch."""


def draw(plot: Plot, words: Words, theme: str) -> bytes:
    """Return the plot as an SVG image."""
    import pygal
    from lxml import etree

    kinds = {
        "bars": pygal.Bar,
        "stacked": pygal.StackedBar,
        "lines": pygal.Line,
        "across": pygal.HorizontalBar,
    }
    across = plot.kind == "across"

    def figure(value: Any) -> str:
        return words.share(value) if plot.shares else words.figure(value)

    chart = kinds[plot.kind](
        width=WIDTH,
        height=110 + _BAR * len(plot.labels) if across else _HEIGHT,
        style=_style(theme),
        js=[],
        show_legend=len(plot.series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=min(len(plot.series), 7),
        legend_box_size=12,
        truncate_legend=40,
        truncate_label=40,
        show_x_guides=across,
        show_y_guides=not across,
        value_formatter=figure,
        formatter=figure,
        no_data_text=words.text("plot_empty"),
        range=(0, 1) if plot.shares else None,
        include_x_axis=True,
        margin=12,
        spacing=18,
        dots_size=3.5,
        x_label_rotation=0,
        show_minor_x_labels=False,
    )
    # Lying bars stand from below: the first of the table comes to the top.
    order = range(len(plot.labels) - 1, -1, -1) if across else range(len(plot.labels))
    labels = [plot.labels[position] for position in order]
    if across:
        counts = plot.series[0][1]
        labels = [f"{plot.labels[position]}: {figure(counts[position])}" for position in order]
    chart.x_labels = labels
    every = -(-len(labels) // _LABELS)
    if every > 1 and not across:
        chart.x_labels_major = labels[::every]
    for title, values in plot.series:
        chart.add(title, [values[position] for position in order])
    image = chart.render_tree()
    for part in image.iter("defs"):
        for script in part.findall("script"):
            part.remove(script)
    return etree.tostring(image, encoding="utf-8")


def _style(theme: str) -> Any:
    from pygal.style import Style

    colours = _THEMES[theme]
    return Style(
        background=colours["ground"],
        plot_background=colours["ground"],
        foreground=colours["text"],
        foreground_strong=colours["text"],
        foreground_subtle=colours["line"],
        guide_stroke_color=colours["line"],
        major_guide_stroke_color=colours["line"],
        opacity="1",
        opacity_hover="1",
        transition="none",
        colors=_COLOURS[theme],
        font_family="system-ui, sans-serif",
        label_font_size=14,
        major_label_font_size=14,
        value_font_size=12,
        value_colors=(colours["text"],) * 7,
        legend_font_size=15,
        no_data_font_size=16,
    )
