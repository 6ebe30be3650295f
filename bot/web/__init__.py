"""The public door: chat API, page, health and metrics (aiohttp)."""
