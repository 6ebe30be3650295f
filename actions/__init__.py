"""Rasa custom actions: thin, one topic a module.

They ask bot.mobility and pick response keys; the wording is in data/responses/.
"""
