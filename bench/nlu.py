"""The understanding beside the stock pipeline of `rasa init`, both trained on our examples. Ends with one JSON line.

    python -m bench.nlu [--messages 500] [--train] [--epochs 100]

Each model is loaded in a process of its own, and parses the same messages, one after the other: training examples,
spread evenly over languages and intents, for the time; the held-out questions of tests/nlu for what is right (the
surest intent, whatever the fallback makes of it). Figures are measured in this run but for the trainings, which are
kept with their models: `--train` measures ours again. The stock pipeline, whose classifier learns for 100 epochs, takes
half an hour on two cores; `--epochs` shortens that, and the figures then say so.
"""

import argparse
import asyncio
import hashlib
import json
import logging
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any, Dict, List

import numpy as np

from bot.dialogue.server import replace_parts_of_rasa
from bot.dialogue.tensorflow_on_demand import keep_tensorflow_out
from bot.languages import SUPPORTED_LANGUAGES
from bot.nlu.examples import read_examples
from bot.nlu.models import model_path
from bot.nlu.noise import NOISES
from bot.nlu.questions import read_questions
from bot.settings import PROJECT_ROOT, Settings

WARM_UP = 20
OUT_OF_SCOPE = "out_of_scope"
FALLBACK = "nlu_fallback"
CACHE = Settings.from_environment().var / "cache" / "stock-nlu"
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
# What `rasa init` chooses when a configuration names no pipeline (rasa/cli/initial_project/config.yml).
STOCK_PIPELINE = """\
recipe: default.v1
assistant_id: stock
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- {{name: CountVectorsFeaturizer, analyzer: char_wb, min_ngram: 1, max_ngram: 4}}
- {{name: DIETClassifier, epochs: {epochs}}}
- name: EntitySynonymMapper
- {{name: ResponseSelector, epochs: {epochs}}}
- {{name: FallbackClassifier, threshold: 0.3, ambiguity_threshold: 0.1}}
policies:
- name: RulePolicy
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=500, help="how many messages are timed")
    parser.add_argument("--train", action="store_true", help="measure our training again")
    parser.add_argument("--epochs", type=int, default=100, help="epochs of the stock pipeline")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--light", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        if arguments.light:
            keep_tensorflow_out()
            replace_parts_of_rasa()
        print(json.dumps(asyncio.run(measure(arguments.measure, arguments.messages))))
        return
    stock = stock_model(arguments.epochs)
    ours = our_model(arguments.train)
    figures = {
        name: {**training, **in_a_process_of_its_own(model, arguments.messages, light=name == "ours")}
        for name, (model, training) in (("ours", ours), ("stock", stock))
    }
    print(f"\n{'':32} {'ours':>8} {'stock':>8}   the stock pipeline learnt for {arguments.epochs} epochs")
    for name in figures["stock"]:
        print(f"{name:32} {figures['ours'].get(name, '-'):>8} {figures['stock'][name]:>8}")
    print(json.dumps({**figures, "epochs": arguments.epochs}))


# --- training


def our_model(again: bool) -> Any:
    """Return our model's path and what its training took."""
    path = model_path()
    notes = path.with_name(f"{path.name}.training.json")
    if again or not path.is_file() or not notes.is_file():
        print("Training ours ...", flush=True)
        training = run_measured([sys.executable, "-m", "bot", "model", "train", "--force"])
        notes.write_text(json.dumps(training))
    return path, json.loads(notes.read_text())


def stock_model(epochs: int) -> Any:
    """Return the path of the stock pipeline trained on our examples, and what its training took."""
    data = sorted((PROJECT_ROOT / "data" / "nlu").rglob("*.yml"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in data)).hexdigest()[:12]
    folder = CACHE / f"{digest}-{epochs}"
    notes = folder / "training.json"
    if not notes.is_file():
        print(f"Training the stock pipeline for {epochs} epochs ...", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "config.yml"
        config.write_text(STOCK_PIPELINE.format(epochs=epochs))
        command = [sys.executable, "-W", "ignore", "-m", "rasa", "train", "nlu", "--nlu", "data/nlu", "--config"]
        command += [str(config), "--domain", "domain.yml", "--out", str(folder), "--fixed-model-name", "stock"]
        notes.write_text(json.dumps(run_measured(command)))
    return folder / "stock.tar.gz", json.loads(notes.read_text())


def run_measured(command: List[str]) -> Dict[str, float]:
    """Run a command to its end; return its seconds and the megabytes of its largest process."""
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=PROJECT_ROOT, env={**os.environ, **QUIET}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{output.decode()}\n{' '.join(command)} failed: see above.")
    return {"training s": round(time.monotonic() - started, 1), "training MB": round(usage.ru_maxrss / 1024)}


# --- one model


def in_a_process_of_its_own(model: Path, messages: int, light: bool) -> Dict[str, float]:
    """Measure a model; `light` as our Rasa server loads it, without TensorFlow, which the stock pipeline needs."""
    command = [sys.executable, "-m", "bench.nlu", "--measure", str(model), "--messages", str(messages)]
    command += ["--light"] if light else []
    done = subprocess.run(
        command, cwd=PROJECT_ROOT, env={**os.environ, **QUIET}, stdout=subprocess.PIPE, check=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


async def measure(model: Path, count: int) -> Dict[str, float]:
    """Return what a model needs, and what it gets right."""
    warnings.filterwarnings("ignore")
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    started = time.perf_counter()
    agent = Agent.load(str(model))
    loading = time.perf_counter() - started
    examples = [example.text for example in read_examples(PROJECT_ROOT / "data" / "nlu")]
    texts = examples[:: max(1, len(examples) // count)][:count]
    for text in texts[:WARM_UP]:
        await agent.parse_message(text)
    milliseconds = []
    for text in texts:
        started = time.perf_counter()
        await agent.parse_message(text)
        milliseconds.append((time.perf_counter() - started) * 1000)
    p50, p99 = np.percentile(milliseconds, [50, 99])
    return {
        "load s": round(loading, 1),
        "memory MB": resident_mb(),
        "message p50 ms": round(float(p50), 1),
        "message p99 ms": round(float(p99), 1),
        **await rights(agent),
    }


async def rights(agent: Any) -> Dict[str, float]:
    """Return the shares of held-out questions in scope, in %, whose surest intent is the right one."""
    shares = {}
    for language in SUPPORTED_LANGUAGES:
        questions = read_questions(PROJECT_ROOT / "tests" / "nlu" / f"questions_{language}.yml")
        inside = [question for question in questions if question.intent != OUT_OF_SCOPE]
        for noise, change in {"": str, **NOISES}.items():
            right = [surest(await agent.parse_message(change(asked.text))) == asked.intent for asked in inside]
            shares[f"right {language} {noise}".strip() + " %"] = round(100 * sum(right) / len(right), 1)
    return shares


def surest(understood: Dict[str, Any]) -> str:
    ranking = [understood["intent"], *understood["intent_ranking"]]
    return next((intent["name"] for intent in ranking if intent["name"] != FALLBACK), "")


def resident_mb() -> int:
    """Memory of this process now."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) // 1024
    raise RuntimeError("This needs /proc, so Linux.")


if __name__ == "__main__":
    main()
