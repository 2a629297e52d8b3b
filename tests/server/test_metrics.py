from xling.server.board import Board
from xling.server.metrics import Metrics


def test_calls_are_counted_in_their_buckets():
    metrics = Metrics()
    for seconds in (0.0005, 0.001, 0.02, 99):
        metrics.request("GET", "/v1/translate", 200, seconds)
    metrics.request("GET", "/v1/translate", 400, 0.0001)
    lines = metrics.text().splitlines()
    assert 'xling_requests_total{method="GET",route="/v1/translate",status="200"} 4' in lines
    assert 'xling_requests_total{method="GET",route="/v1/translate",status="400"} 1' in lines
    assert 'xling_request_seconds_bucket{route="/v1/translate",le="0.001"} 3' in lines
    assert 'xling_request_seconds_bucket{route="/v1/translate",le="0.025"} 4' in lines
    assert 'xling_request_seconds_bucket{route="/v1/translate",le="+Inf"} 5' in lines
    assert 'xling_request_seconds_count{route="/v1/translate"} 5' in lines


def test_counters_add_up_and_gauges_are_read():
    metrics, value = Metrics(), [3.0]
    metrics.count("words_total", "Words.", 2)
    metrics.count("words_total", "Words.", 5)
    metrics.gauge("waiting", "Waiting.", lambda: value[0])
    assert "xling_words_total 7\n" in metrics.text()
    assert "# TYPE xling_words_total counter" in metrics.text()
    value[0] = 4
    assert "xling_waiting 4\n" in metrics.text()
    assert metrics.text().endswith("\n")


def test_processes_are_added_up():
    board = Board(3)
    each = [Metrics(board) for _ in range(3)]
    for page, metrics in enumerate(each):
        metrics.join(page)
        metrics.gauge("waiting", "Waiting.", lambda page=page: page + 1)
        metrics.request("GET", "/v1/translate", 200, 0.02)
        metrics.count("words_total", "Words.", 10 * page)
        metrics.publish()
    each[0].request("GET", "/v1/translate", 200, 0.02)  # its own numbers are the newest
    for metrics, calls in ((each[0], 4), (each[2], 3)):
        lines = metrics.text().splitlines()
        assert (
            f'xling_requests_total{{method="GET",route="/v1/translate",status="200"}} {calls}'
            in lines
        )
        assert f'xling_request_seconds_count{{route="/v1/translate"}} {calls}' in lines
        assert "xling_words_total 30" in lines
        assert "xling_waiting 6" in lines
    again = Metrics(board)  # in the place of one that ended
    again.join(1)
    again.count("words_total", "Words.", 1)
    assert "xling_words_total 31" in again.text()
