import asyncio
import threading

import pytest

from xling.model.answers import Lookup
from xling.server.batching import Batcher
from xling.server.problems import CallError


class Slow:
    """Answers when it is told to, and remembers what it was asked together."""

    def __init__(self):
        self.asked = []
        self.go = threading.Event()

    def known(self, words, top):
        return None

    def answer(self, words, top):
        self.go.wait(10)
        self.asked.append((list(words), top))
        if "fault" in words:
            raise RuntimeError("broken")
        return [Lookup(word=word, status="ok", translations=()) for word in words]


def run(work):
    async def whole():
        batcher = Batcher(most=1000)
        try:
            return await work(batcher)
        finally:
            batcher.close()

    return asyncio.run(whole())


def words_of(found):
    return [one.word for one in found]


def test_what_waits_is_computed_together_and_comes_back_apart():
    way, other = Slow(), Slow()

    async def work(batcher):
        calls = [batcher.look_up(way, ["first"], 5)]
        calls += [batcher.look_up(way, [f"a{i}", f"b{i}"], 5) for i in range(20)]
        calls += [batcher.look_up(way, ["more"], 9), batcher.look_up(other, ["else"], 5)]
        tasks = [asyncio.create_task(call) for call in calls]
        await asyncio.sleep(0.05)
        way.go.set()
        other.go.set()
        return [words_of(found) for found in await asyncio.gather(*tasks)], batcher.waiting

    found, waiting = run(work)
    assert found == [["first"], *([f"a{i}", f"b{i}"] for i in range(20)), ["more"], ["else"]]
    assert (len(way.asked), len(other.asked), waiting) == (2, 1, 0)
    assert sorted(top for _, top in way.asked) == [5, 9]


def test_a_long_call_is_cut_and_put_together():
    way = Slow()
    way.go.set()
    words = [f"w{i}" for i in range(700)]

    async def work(batcher):
        return words_of(await batcher.look_up(way, words, 5))

    assert run(work) == words
    assert max(len(asked) for asked, _ in way.asked) <= 256


def test_the_line_is_bounded():
    way = Slow()

    async def work(batcher):
        first = asyncio.create_task(batcher.look_up(way, ["x"] * 200, 5))
        await asyncio.sleep(0.05)
        tasks = [asyncio.create_task(batcher.look_up(way, ["y"] * 500, 5)) for _ in range(3)]
        done, _ = await asyncio.wait(tasks, timeout=0.2)
        with pytest.raises(CallError) as caught:
            await done.pop()
        way.go.set()
        await first
        return caught.value

    error = run(work)
    assert (error.status, error.code, error.headers) == (503, "busy", {"Retry-After": "1"})


def test_a_fault_stops_its_own_batch_only():
    way, other = Slow(), Slow()
    way.go.set()
    other.go.set()

    async def work(batcher):
        found = await asyncio.gather(
            batcher.look_up(way, ["fault"], 5),
            batcher.look_up(other, ["b"], 5),
            return_exceptions=True,
        )
        return found, batcher.waiting

    (fault, fine), waiting = run(work)
    assert isinstance(fault, RuntimeError)
    assert (words_of(fine), waiting) == (["b"], 0)


def test_nobody_waits_for_who_has_gone():
    way = Slow()

    async def work(batcher):
        first = asyncio.create_task(batcher.look_up(way, ["a"], 5))
        gone = asyncio.create_task(batcher.look_up(way, ["gone"], 9))
        await asyncio.sleep(0.05)
        gone.cancel()
        await asyncio.sleep(0)
        way.go.set()
        await first
        last = await batcher.look_up(way, ["b"], 5)
        return words_of(last), batcher.waiting

    assert run(work) == (["b"], 0)
    assert ["gone"] not in [asked for asked, _ in way.asked]


def test_what_cannot_be_answered_in_time_is_refused_at_once():
    way = Slow()

    async def work(_):
        batcher = Batcher(most=1000, longest=1.0)
        try:
            way.go.set()
            await batcher.look_up(way, ["a"], 5)
            batcher._learn(100, 2.0)  # then 0.006 seconds a word are foreseen
            way.go.clear()
            calls = []
            for count in (1, 2):  # the first one is being computed, the others wait
                for _ in range(count):
                    calls.append(asyncio.create_task(batcher.look_up(way, ["b"] * 100, 5)))
                await asyncio.sleep(0.05)
            with pytest.raises(CallError, match="wait for an answer") as caught:
                await batcher.look_up(way, ["c"], 5)
            way.go.set()
            await asyncio.gather(*calls)
            assert (await batcher.look_up(way, ["c"], 5))[0].word == "c"  # and then no more
            return caught.value
        finally:
            batcher.close()

    error = run(work)
    assert (error.status, error.code, error.retry_after) == (503, "busy", 1)


def test_the_first_slow_words_are_no_rule():
    batcher = Batcher(most=1000, longest=1.0)
    batcher._learn(1, 3.0)  # everything was made ready for it
    assert batcher._pace * 60 < 1
    batcher._learn(64, 0.064)
    assert batcher._pace == pytest.approx(0.001)
    batcher.close()


def test_who_has_gone_does_not_count_as_waiting():
    way = Slow()

    async def work(batcher):
        first = asyncio.create_task(batcher.look_up(way, ["a"], 5))
        await asyncio.sleep(0.05)
        gone = asyncio.create_task(batcher.look_up(way, ["b"] * 900, 5))
        await asyncio.sleep(0.05)
        before = batcher.waiting
        gone.cancel()
        await asyncio.sleep(0.05)
        after = batcher.waiting  # while the first one is still being computed
        way.go.set()
        await first
        return before, after

    assert run(work) == (900, 0)


def test_what_waited_too_long_is_refused_when_its_turn_comes():
    way = Slow()

    async def work(_):
        batcher = Batcher(most=1000, longest=0.1)
        try:
            first = asyncio.create_task(batcher.look_up(way, ["a"], 5))
            await asyncio.sleep(0.02)
            late = [asyncio.create_task(batcher.look_up(way, ["b"] * 100, 5)) for _ in range(5)]
            await asyncio.sleep(0.2)
            way.go.set()
            await first
            refused = await asyncio.gather(*late, return_exceptions=True)
            once_more = await batcher.look_up(way, ["c"], 5)
            return refused, words_of(once_more), batcher.waiting
        finally:
            batcher.close()

    refused, once_more, waiting = run(work)
    assert [(one.status, one.code) for one in refused] == [(503, "busy")] * 5
    assert (once_more, waiting) == (["c"], 0)
    assert [words for words, _ in way.asked] == [["a"], ["c"]]


def test_few_that_waited_long_are_answered():
    way = Slow()

    async def work(_):
        batcher = Batcher(most=1000, longest=0.1)
        try:
            calls = [asyncio.create_task(batcher.look_up(way, ["a"] * 64, 5)) for _ in range(3)]
            await asyncio.sleep(0.2)
            way.go.set()
            return [len(found) for found in await asyncio.gather(*calls)]
        finally:
            batcher.close()

    assert run(work) == [64, 64, 64]


def test_a_call_that_was_begun_is_answered_to_its_end():
    way = Slow()

    async def work(_):
        batcher = Batcher(most=1000, longest=0.1)
        try:
            long = asyncio.create_task(batcher.look_up(way, ["a"] * 900, 5))
            await asyncio.sleep(0.2)
            way.go.set()
            return len(await long)
        finally:
            batcher.close()

    assert run(work) == 900


def test_slow_words_are_computed_few_at_once():
    batcher = Batcher(most=1000)
    assert batcher._size() == 256
    for _ in range(50):
        batcher._learn(100, 0.5)
    assert 90 < batcher._size() < 110
    for _ in range(50):
        batcher._learn(100, 50)
    assert batcher._size() == 64
    batcher.close()
