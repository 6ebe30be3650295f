"""Names under which the application keeps its parts."""

from typing import Dict

from aiohttp import ClientSession, web

from bot.messaging.intake import Intake
from bot.review.feedback import FeedbackStore
from bot.settings import Settings
from bot.web.assets import Assets
from bot.web.health import Health
from bot.web.metrics import Metrics
from bot.web.rasa_client import RasaClient
from bot.web.rate_limits import RateLimits
from bot.web.streams import Streams

ASSETS = web.AppKey("ASSETS", Assets)
SETTINGS = web.AppKey("SETTINGS", Settings)
CLIENT = web.AppKey("CLIENT", ClientSession)
RASA = web.AppKey("RASA", RasaClient)
FEEDBACK = web.AppKey("FEEDBACK", FeedbackStore)
STREAMS = web.AppKey("STREAMS", Streams)
INTAKES = web.AppKey("INTAKES", Dict[str, Intake])
RATE_LIMITS = web.AppKey("RATE_LIMITS", RateLimits)
METRICS = web.AppKey("METRICS", Metrics)
HEALTH = web.AppKey("HEALTH", Health)
DESCRIPTION = web.AppKey("DESCRIPTION", dict)
REQUEST_ID = web.RequestKey("REQUEST_ID", str)
