"""Measure how well messages are understood: examples by cross-validation, held-out questions by the trained model."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from bot.settings import PROJECT_ROOT, Settings

if TYPE_CHECKING:
    from bot.nlu.question_evaluation import Reaction
    from bot.nlu.scope import ScopeWeights

_WORST_SHOWN = 15


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what can be measured."""
    parser.add_argument("--cross-validate", action="store_true", help="F1 per language, weakest intents, confusions")
    parser.add_argument("--calibrate", action="store_true", help="suggest thresholds for answering and for asking back")
    parser.add_argument("--folds", type=int, default=5, choices=range(2, 21), metavar="N", help="parts (default: 5)")
    parser.add_argument(
        "--questions", type=Path, nargs="+", default=[], metavar="FILE", help="held-out questions, a file per language"
    )
    parser.add_argument("--noise", action="store_true", help="the questions also with typos, no accents, capitals")
    parser.add_argument("--wrong", action="store_true", help="list the questions that were not understood")


def run(arguments: Namespace, settings: Settings) -> int:
    """Print what was asked for."""
    from bot.errors import SettingsError

    if not (arguments.cross_validate or arguments.calibrate or arguments.questions):
        raise SettingsError("Say what to measure: --cross-validate, --calibrate, --questions FILE, or several of them.")
    if arguments.noise and not arguments.questions:
        raise SettingsError("--noise needs questions to change: add --questions FILE.")
    if arguments.cross_validate or arguments.calibrate:
        _judge_examples(arguments, settings)
    if arguments.questions:
        _ask_questions(arguments, settings)
    return 0


def _judge_examples(arguments: Namespace, settings: Settings) -> None:
    """Judge every example by a model that has not seen it, then print what was asked for."""
    from bot.errors import DataFileError
    from bot.nlu.embedding.encoder import SentenceEncoder
    from bot.nlu.evaluation import cross_validate
    from bot.nlu.examples import load_yaml, read_examples
    from bot.nlu.scope import ScopeWeights

    folder = PROJECT_ROOT / "data" / "nlu"
    examples = read_examples(folder)
    if len({example.intent for example in examples}) < 2:
        raise DataFileError(f"{folder} holds fewer than two intents: there is nothing to measure.")
    options = {step["name"].rpartition(".")[2]: step for step in load_yaml(PROJECT_ROOT / "config.yml")["pipeline"]}
    language_options = {key: options["LanguageIdentifier"][key] for key in ("margin", "min_words")}
    weights = ScopeWeights(**options["HybridIntentClassifier"]["scope_weights"])
    encoder = SentenceEncoder.load(settings.var / "cache")
    print(f"{len(examples)} examples, {len({example.intent for example in examples})} intents", flush=True)
    parts = cross_validate(examples, encoder, weights=weights, folds=arguments.folds, **language_options)
    judged = []
    for number, part in enumerate(parts, 1):
        judged += part
        print(f"  part {number} of {arguments.folds} judged", flush=True)
    if arguments.cross_validate:
        _print_quality(judged)
    if arguments.calibrate:
        fallback = options["FallbackClassifier"]
        _print_calibration(judged, weights, fallback["threshold"], fallback["ambiguity_threshold"])


def _print_quality(judged: list) -> None:
    from bot.nlu.evaluation import confusions, intent_scores, language_errors, macro_f1

    print("\nlanguage   examples   intent right   macro F1   language wrong   not sure")
    for language in ["all", *sorted({item.example.language for item in judged})]:
        part = [item for item in judged if language in ("all", item.example.language)]
        right = sum(item.is_right for item in part) / len(part)
        errors = language_errors(part)
        print(
            f"{language:8}{len(part):11}{right:15.1%}{macro_f1(part):11.3f}{errors['wrong']:17.1%}{errors['not_sure']:11.1%}"
        )
    print("\nWeakest intents (F1):")
    for intent, score in intent_scores(judged)[:_WORST_SHOWN]:
        print(f"  {score:.3f}  {intent}")
    print("\nMost frequent confusions (right intent -> found instead):")
    for (expected, found), count in confusions(judged)[:_WORST_SHOWN]:
        print(f"  {count:4}  {expected} -> {found}")


def _print_calibration(judged: list, weights: "ScopeWeights", threshold: float, ambiguity: float) -> None:
    from actions.responding import ASK_BACK_FROM
    from bot.nlu.evaluation import Thresholds, calibrate, describe

    now = describe(judged, weights, Thresholds(threshold, ASK_BACK_FROM, ambiguity))
    suggested = calibrate(judged, ambiguity=ambiguity, ask_back=ASK_BACK_FROM)
    print("\n                       with an answer:                               without one:")
    print("            threshold    right   another intent   asked back   fell back   answered   asked back")
    for label, result in (("config.yml", now), ("suggested", suggested)):
        print(
            f"{label:10}{result.thresholds.answer:11.3f}{result.right:9.1%}{result.wrong:17.1%}{result.asked_back:13.1%}"
            f"{result.fell_back:12.1%}{result.foreign_answered:11.1%}{result.foreign_asked_back:13.1%}"
        )
    print(f"\nSuggested scope_weights: {dict(suggested.weights.as_options())}")


def _ask_questions(arguments: Namespace, settings: Settings) -> None:
    """Put held-out questions to the trained model, and print what came of it."""
    from actions.intent_topics import topic_of
    from bot.nlu.noise import NOISES
    from bot.nlu.question_evaluation import ask
    from bot.nlu.questions import read_questions
    from bot.nlu.trained_model import TrainedModel
    from bot.nlu.training import ensure_model

    questions = [question for path in arguments.questions for question in read_questions(path)]
    model = TrainedModel.load(ensure_model(settings, print))
    clean = ask(model, questions, _reaction, topic_of)
    _print_questions({"": clean})
    if arguments.noise:
        _print_questions(
            {name: ask(model, questions, _reaction, topic_of, change) for name, change in NOISES.items()}, clean
        )
    if arguments.wrong:
        for item in clean:
            if not item.is_right:
                wanted = f"{item.question.language}  {item.question.intent}"
                print(f"  {wanted} -> {item.reaction.kind} {item.reaction.intent or '-'}: {item.question.text}")


def _reaction(understood: dict) -> "Reaction":
    """Return what the actions do with a message, without its facts: answer, ask back or fall back."""
    from actions.conversation import ActionShowFallback
    from actions.emergencies import EMERGENCIES
    from actions.intent_topics import topic_of
    from actions.questions import Question
    from actions.replies import Outcome
    from bot.languages import DEFAULT_LANGUAGE
    from bot.nlu.question_evaluation import Reaction

    # A message in another language is first told the languages, then answered as what it was understood as.
    intent = understood.get("understood_intent") or understood["intent"]["name"] or "nlu_fallback"
    if intent != "nlu_fallback":
        return Reaction("answered", intent, topic_of(intent))
    if understood.get("other_language"):
        return Reaction("fell_back", "", topic_of("out_of_scope"))
    ranking = tuple((item["name"], item["confidence"]) for item in understood["intent_ranking"])
    # The first fallback of a conversation reads no fact.
    reply = next(iter(ActionShowFallback().answer(None, Question("", intent, DEFAULT_LANGUAGE, ranking=ranking))))
    if reply.outcome is Outcome.CLARIFY:
        first = reply.buttons[0].intent
        # What may be an emergency is answered at once.
        return Reaction("answered" if first in EMERGENCIES else "asked_back", first, reply.topic)
    return Reaction("fell_back", "", reply.topic)


def _print_questions(runs: dict, clean: Optional[list] = None) -> None:
    """Print a line per language and run; beside a clean run, what is changed by how many points."""
    from bot.nlu.question_evaluation import shares

    first = next(iter(runs.values()))
    print("\n" + " " * 18 + "   ".join(("questions", *shares(first))))
    for name, asked in runs.items():
        for language in sorted({item.question.language for item in asked}):
            figures = shares([item for item in asked if item.question.language == language])
            before = shares([item for item in clean or asked if item.question.language == language])
            cells = [f"{sum(item.question.language == language for item in asked):9}"]
            for title, value in figures.items():
                change = f" ({100 * (value - before[title]):+.1f})" if clean else ""
                cells.append(f"{value:.1%}{change}".rjust(len(title)))
            print(f"{language:4}{name or 'as written':14}" + "   ".join(cells))
