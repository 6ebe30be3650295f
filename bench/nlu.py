"""How fast and how large the understanding is. Ends with one JSON line.

    python -m bench.nlu [--messages 500] [--train]

Parses training examples, spread evenly over languages and intents, one after the other in the loaded model: what Rasa
does with a message before it looks for an answer. `--train` times a whole training as well.
"""

import argparse
import asyncio
import json
import logging
import os
import time
import warnings
from pathlib import Path
from typing import Dict, List

import numpy as np

from bot.nlu.examples import read_examples
from bot.nlu.models import current_model
from bot.nlu.training import ensure_model
from bot.settings import PROJECT_ROOT, Settings

WARM_UP = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--train", action="store_true")
    arguments = parser.parse_args()
    figures: Dict[str, float] = {}
    if arguments.train:
        started = time.perf_counter()
        ensure_model(Settings.from_environment(), print, force=True)
        figures["training_seconds"] = round(time.perf_counter() - started, 1)
    examples = [example.text for example in read_examples(PROJECT_ROOT / "data" / "nlu")]
    texts = examples[:: max(1, len(examples) // arguments.messages)][: arguments.messages]
    figures |= asyncio.run(measure(current_model(), texts))
    figures |= {"examples": len(examples), "messages": len(texts)}
    for name, value in figures.items():
        print(f"{name:20} {value}")
    print(json.dumps(figures))


async def measure(model: Path, texts: List[str]) -> Dict[str, float]:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    warnings.filterwarnings("ignore")
    started = time.perf_counter()
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    figures = {"import_seconds": round(time.perf_counter() - started, 1), "imported_mb": resident_mb()}
    started = time.perf_counter()
    agent = Agent.load(str(model))
    figures |= {"load_seconds": round(time.perf_counter() - started, 1), "loaded_mb": resident_mb()}
    for text in texts[:WARM_UP]:
        await agent.parse_message(text)
    milliseconds = []
    processor_started = time.process_time()
    for text in texts:
        started = time.perf_counter()
        await agent.parse_message(text)
        milliseconds.append((time.perf_counter() - started) * 1000)
    processor = (time.process_time() - processor_started) * 1000 / len(texts)
    p50, p99 = np.percentile(milliseconds, [50, 99])
    return figures | {
        "ms_p50": round(float(p50), 1),
        "ms_p99": round(float(p99), 1),
        "ms_processor": round(processor, 1),
        "used_mb": resident_mb(),
    }


def resident_mb() -> int:
    """Memory of this process now."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) // 1024
    raise RuntimeError("This needs /proc, so Linux.")


if __name__ == "__main__":
    main()
