"""Train the language model when its files changed, build the sentence embedding, or say where the model is."""

from argparse import ArgumentParser, Namespace

from bot.settings import Settings


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the three things that can be done."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    train = steps.add_parser("train", help="train when the files changed since the last training")
    train.add_argument("--force", action="store_true", help="train even though nothing changed")
    steps.add_parser("build-embedding", help="build the sentence-embedding network, once")
    steps.add_parser("path", help="print the path of the current model")


def run(arguments: Namespace, settings: Settings) -> int:
    """Do one of them."""
    from bot.nlu.embedding.encoder import ensure_network
    from bot.nlu.embedding.weights import find_model_folder
    from bot.nlu.models import current_model
    from bot.nlu.training import ensure_model

    def announce(line: str) -> None:
        print(line, flush=True)

    if arguments.step == "path":
        print(current_model())
        return 0
    network = ensure_network(find_model_folder(), settings.var / "cache", announce)
    if arguments.step == "build-embedding":
        print(network)
    else:
        ensure_model(settings, announce, force=arguments.force)
    return 0
