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


def test_addresses_are_forgotten_in_the_end():
    limit = RateLimit(1, clock=lambda: 0.0)
    for number in range(10_050):
        limit.wait(str(number))
    assert len(limit._buckets) == 10_000
