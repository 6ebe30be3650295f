"""Rasa connectors: the chat API's own and those of messaging channels."""
