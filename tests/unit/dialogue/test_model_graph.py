"""The model's graph gives what it gives with dask."""

import pytest

from bot.dialogue import model_graph


class Component:
    """Adds up what it is given; stands for any component."""

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        component = cls()
        component.value, component.failure = config["value"], config.get("failure")
        return component

    @staticmethod
    def get_default_config():
        return {}

    def run(self, first=0, second=0, message=0):
        if self.failure:
            raise self.failure
        return self.value + first + second + message


@pytest.fixture
def make_runner():
    """Return a function that makes Rasa's runner of a graph: the message -> a -> b and c -> d, and e apart."""
    from rasa.engine.graph import ExecutionContext, GraphSchema, SchemaNode
    from rasa.engine.runner.dask import DaskGraphRunner

    def make(failure=None):
        def node(needs, value, **config):
            return SchemaNode(needs, Component, "create", "run", {"value": value, **config}, eager=True)

        schema = GraphSchema({
            "d": node({"first": "b", "second": "c"}, 1000, failure=failure),
            "b": node({"first": "a"}, 10),
            "c": node({"first": "a"}, 100),
            "a": node({"message": "__message__"}, 1),
            "e": node({"message": "__message__"}, 5000),
        })  # fmt: skip
        return DaskGraphRunner(schema, None, ExecutionContext(schema))

    return make


@pytest.mark.parametrize("targets", [["d"], ["a"], ["e", "b"], ["d", "a", "e"]])
def test_targets_give_the_same(make_runner, targets):
    runner = make_runner()
    for message in (3, 4):
        inputs = {"__message__": message}
        assert model_graph.run(runner, inputs, targets) == runner.run(inputs, targets)
    assert model_graph.run(runner, {"__message__": 0}, ["d"]) == {"d": 1112}


@pytest.mark.parametrize("failure", [RuntimeError("broken"), KeyError("broken")], ids=repr)
def test_a_node_that_fails_is_reported_the_same(make_runner, failure):
    runner = make_runner(failure)
    for run in (runner.run, lambda *arguments: model_graph.run(runner, *arguments)):
        with pytest.raises(Exception, match="Error running graph component for node d") as raised:
            run({"__message__": 1}, ["d"])
        assert type(raised.value).__name__ == "GraphComponentException"


def test_an_input_that_is_missing_or_named_like_a_node_is_reported_the_same(make_runner):
    from rasa.engine.exceptions import GraphRunError

    runner = make_runner()
    for run in (runner.run, lambda *arguments: model_graph.run(runner, *arguments)):
        with pytest.raises(GraphRunError, match="Missing input to run node 'a'"):
            run({}, ["a"])
        with pytest.raises(GraphRunError, match="clashes with a node name"):
            run({"__message__": "a"}, ["a"])
