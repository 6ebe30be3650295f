"""One module for each messaging platform: what it sends, what it can show, how its API is called. None imports Rasa."""
