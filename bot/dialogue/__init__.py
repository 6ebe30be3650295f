"""The Rasa server as this assistant runs it: its tracker store, and what it does faster than Rasa's own code.

Each module names what of Rasa it replaces and why; docs/performance.md holds the figures. `bot.dialogue.server` puts
them in place, and nothing else does: training, evaluation and Rasa's own commands run Rasa as it is.
"""
