"""The trained model in this process, for measuring and testing: what Rasa understands, without servers."""

import asyncio
import logging
import os
import warnings
from pathlib import Path
from typing import Any, Dict


class TrainedModel:
    """Parses messages with the whole pipeline of config.yml, as the Rasa server does."""

    def __init__(self, agent: Any) -> None:
        self._agent = agent

    @classmethod
    def load(cls, path: Path) -> "TrainedModel":
        """Load a model that `python -m bot model train` has made."""
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from rasa.core.agent import Agent
            from rasa.utils.log_utils import configure_structlog

            configure_structlog(logging.ERROR)
            return cls(Agent.load(str(path)))

    def parse(self, text: str) -> Dict[str, Any]:
        """Return intent, ranking and entities of a message, as the action server receives them."""
        return asyncio.run(self._agent.parse_message(text))
