"""Messaging platforms without Rasa: their webhooks and calls, and the durable queues between door and assistant."""
