"""Measure how well messages are understood: cross-validation on data/nlu, and the fallback threshold it suggests."""

from argparse import ArgumentParser, Namespace

from bot.settings import PROJECT_ROOT, Settings

_WORST_SHOWN = 15


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what can be measured."""
    parser.add_argument("--cross-validate", action="store_true", help="F1 per language, weakest intents, confusions")
    parser.add_argument("--calibrate", action="store_true", help="suggest FallbackClassifier's threshold")
    parser.add_argument("--folds", type=int, default=5, choices=range(2, 21), metavar="N", help="parts (default: 5)")


def run(arguments: Namespace, settings: Settings) -> int:
    """Judge every example by a model that has not seen it, then print what was asked for."""
    from bot.errors import DataFileError, SettingsError
    from bot.nlu.embedding.encoder import SentenceEncoder
    from bot.nlu.evaluation import cross_validate
    from bot.nlu.examples import load_yaml, read_examples

    if not (arguments.cross_validate or arguments.calibrate):
        raise SettingsError("Say what to measure: --cross-validate, --calibrate or both.")
    folder = PROJECT_ROOT / "data" / "nlu"
    examples = read_examples(folder)
    if len({example.intent for example in examples}) < 2:
        raise DataFileError(f"{folder} holds fewer than two intents: there is nothing to measure.")
    options = {step["name"].rpartition(".")[2]: step for step in load_yaml(PROJECT_ROOT / "config.yml")["pipeline"]}
    language_options = {key: options["LanguageIdentifier"][key] for key in ("margin", "min_words")}
    encoder = SentenceEncoder.load(settings.var / "cache")
    print(f"{len(examples)} examples, {len({example.intent for example in examples})} intents", flush=True)
    judged = []
    for number, part in enumerate(cross_validate(examples, encoder, folds=arguments.folds, **language_options), 1):
        judged += part
        print(f"  part {number} of {arguments.folds} judged", flush=True)
    if arguments.cross_validate:
        _print_quality(judged)
    if arguments.calibrate:
        _print_calibration(judged, options["FallbackClassifier"])
    return 0


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


def _print_calibration(judged: list, options: dict) -> None:
    from bot.nlu.evaluation import OUT_OF_SCOPE, calibrate, describe_threshold

    ambiguity = options["ambiguity_threshold"]
    inside = [item for item in judged if item.example.intent != OUT_OF_SCOPE]
    outside = [item for item in judged if item.example.intent == OUT_OF_SCOPE]
    print("\nthreshold            asked back   answered wrongly   out of scope stopped")
    for label, result in (
        ("suggested", calibrate(judged, ambiguity)),
        ("config.yml", describe_threshold(inside, outside, options["threshold"], ambiguity)),
    ):
        stopped = "no examples" if result.out_of_scope_stopped is None else f"{result.out_of_scope_stopped:.1%}"
        print(
            f"{result.threshold:.3f} {label:12}{result.in_scope_rejected:13.1%}"
            f"{result.wrong_accepted:19.1%}{stopped:>23}"
        )
