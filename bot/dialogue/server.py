"""Rasa's command line with this assistant's replacements in place: `python -m bot.dialogue.server run ...`.

A program of its own instead of an import somewhere: what is replaced is seen in one place, and only in the process
that serves messages.
"""

from bot.dialogue.tensorflow_on_demand import keep_tensorflow_out


def main() -> None:
    """Put the replacements in place, then become Rasa."""
    keep_tensorflow_out()  # before anything of Rasa is imported
    replace_parts_of_rasa()

    from rasa.__main__ import main as run_rasa

    run_rasa()


def replace_parts_of_rasa() -> None:
    """Replace what docs/performance.md lists; doing it twice changes nothing."""
    from bot.dialogue import (
        action_answers,
        action_calls,
        action_connection,
        empty_domain,
        event_types,
        lasting_pause,
        log_copies,
        model_graph,
        reminders,
        rule_states,
        slot_filling,
        training_graph,
    )

    for module in (
        training_graph,
        model_graph,
        event_types,
        empty_domain,
        rule_states,
        slot_filling,
        action_answers,
        action_calls,
        action_connection,
        log_copies,
        lasting_pause,
        reminders,
    ):
        module.install()


if __name__ == "__main__":
    main()
