import os

from xling.server.limits import RateLimit


def test_a_burst_then_a_steady_rate():
    now = [0.0]
    limit = RateLimit(2, clock=lambda: now[0])
    assert [limit.wait("a") for _ in range(5)] == [0, 0, 0, 0, 1]
    assert limit.wait("b") == 0  # another address has its own bucket
    now[0] = 0.5
    assert (limit.wait("a"), limit.wait("a")) == (0, 1)
    now[0] = 100.0
    assert [limit.wait("a") for _ in range(5)].count(0) == 4  # no more is saved than the burst


def test_a_slow_rate_says_how_long_to_wait():
    limit = RateLimit(0.1, clock=lambda: 0.0)
    assert (limit.wait("a"), limit.wait("a")) == (0, 10)


def test_no_rate_is_no_limit():
    limit = RateLimit(0)
    assert not any(limit.wait("a") for _ in range(1000))


def test_addresses_that_meet_in_one_place_are_not_refused():
    limit = RateLimit(1, clock=lambda: 0.0, places=1)
    assert [limit.wait("a") for _ in range(3)] == [0, 0, 1]
    assert limit.wait("b") == 0
    assert limit.wait("a") == 0  # forgotten meanwhile


def test_processes_count_together():
    limit = RateLimit(3, clock=lambda: 0.0)
    child = os.fork()
    if not child:
        os._exit(sum(limit.wait("a") == 0 for _ in range(4)))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 4
    assert [limit.wait("a") for _ in range(3)] == [0, 0, 1]
