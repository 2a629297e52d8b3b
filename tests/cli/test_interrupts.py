import signal
import threading
import time

import pytest

from xling.cli.interrupts import asked_to_stop, stop_if_asked, stoppable


def test_a_signal_is_raised_and_remembered() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stoppable():
        assert asked_to_stop() is None
        stop_if_asked()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        assert asked_to_stop() == signal.SIGTERM
        with pytest.raises(KeyboardInterrupt):
            stop_if_asked()
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_second_press_does_not_disturb_the_cleaning_up() -> None:
    with stoppable():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        assert asked_to_stop() == signal.SIGINT


def test_much_later_a_second_press_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    with stoppable():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        now = time.monotonic()
        monkeypatch.setattr(time, "monotonic", lambda: now + 10)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_each_run_begins_anew() -> None:
    with stoppable(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    with stoppable():
        assert asked_to_stop() is None


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no SIGHUP")
def test_nohup_is_respected() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_outside_the_main_thread_nothing_is_changed() -> None:
    done = []

    def work() -> None:
        with stoppable():
            done.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [signal.getsignal(signal.SIGINT)]
