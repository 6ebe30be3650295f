"""One turn at a time in each conversation, in the order in which the messages came."""

import asyncio

import pytest


@pytest.fixture(params=["memory", "redis"])
def make_locks(request):
    """Return a function that makes the locks of one Rasa server."""
    from bot.dialogue.lock_store import ConversationLocks

    if request.param == "memory":
        locks = ConversationLocks()
        return lambda: locks
    url = request.getfixturevalue("redis_server").url
    return lambda: ConversationLocks(redis_url=url)


@pytest.fixture(autouse=True)
def no_redis_of_the_machine(monkeypatch):
    monkeypatch.delenv("REDIS_URL", raising=False)


async def test_turns_follow_each_other_in_the_order_in_which_they_came(make_locks):
    locks, done = make_locks(), []

    async def turn(number):
        async with locks.lock("student"):
            done.append(("begins", number))
            await asyncio.sleep(0.01)
            done.append(("ends", number))

    await asyncio.gather(*(turn(number) for number in range(5)))
    assert done == [(what, number) for number in range(5) for what in ("begins", "ends")]


async def test_two_servers_take_turns(make_locks):
    busy, most = 0, 0

    async def turn(locks):
        nonlocal busy, most
        async with locks.lock("student"):
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0.01)
            busy -= 1

    servers = [make_locks(), make_locks()]
    await asyncio.gather(*(turn(servers[number % 2]) for number in range(8)))
    assert most == 1


async def test_conversations_do_not_wait_for_each_other(make_locks):
    locks = make_locks()
    async with locks.lock("one"):
        await asyncio.wait_for(locks.lock("another").__aenter__(), 2)


async def test_a_turn_that_fails_lets_the_next_one_in(make_locks):
    locks = make_locks()
    with pytest.raises(ValueError, match="the turn"):
        async with locks.lock("student"):
            raise ValueError("the turn")
    async with locks.lock("student"):
        pass
    assert (locks._locks, locks._users) == ({}, {}), "nothing is kept of a conversation that waits for nothing"


async def test_a_busy_conversation_is_an_error_after_the_time_given(make_locks):
    from rasa.core.lock_store import LockError

    locks = make_locks()
    async with locks.lock("student"):
        with pytest.raises(LockError, match="busy"):
            async with locks.lock("student", lock_lifetime=0.05):
                pass


async def test_a_server_that_dies_in_a_turn_does_not_block_the_conversation(redis_server):
    from bot.dialogue.lock_store import ConversationLocks

    dead = ConversationLocks(redis_url=redis_server.url).lock("student", lock_lifetime=0.1)
    await dead.__aenter__()
    async with ConversationLocks(redis_url=redis_server.url).lock("student", lock_lifetime=5):
        pass


async def test_without_redis_the_turn_is_refused_and_what_is_wrong_is_named(redis_server):
    from rasa.core.lock_store import LockError

    from bot.dialogue.lock_store import ConversationLocks

    locks = ConversationLocks(redis_url=redis_server.url)
    redis_server.process.kill()
    redis_server.process.wait()
    with pytest.raises(LockError, match="REDIS_URL"):
        async with locks.lock("student"):
            pass


def test_rasa_uses_it():
    from project_files import load_yaml
    from rasa.core.lock_store import LockStore
    from rasa.utils.endpoints import EndpointConfig

    from bot.dialogue.lock_store import ConversationLocks

    configured = EndpointConfig.from_dict(load_yaml("endpoints.yml")["lock_store"])
    assert isinstance(LockStore.create(configured), ConversationLocks)
