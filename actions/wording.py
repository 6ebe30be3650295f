"""The wording, as actions name it; bot/wording.py reads it."""

from bot.wording import RESPONSES_FOLDER as RESPONSES_FOLDER
from bot.wording import load_phrases as load_phrases
from bot.wording import phrase as phrase
from bot.wording import responses_naming as responses_naming
