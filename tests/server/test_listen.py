import socket
from contextlib import ExitStack, closing

import pytest

from xling.errors import InputError
from xling.server.listen import address_of, is_loopback, listen


def test_a_free_port():
    with closing(listen("127.0.0.1", 0)[0]) as place:
        port = place.getsockname()[1]
        assert address_of(place) == f"http://127.0.0.1:{port}"
        assert is_loopback(place)
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def test_all_interfaces_are_no_loopback():
    with closing(listen("0.0.0.0", 0)[0]) as place:
        assert not is_loopback(place)


def test_a_port_in_use():
    with closing(listen("127.0.0.1", 0)[0]) as place:
        port = place.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} of 127.0.0.1 is in use") as caught:
            listen("127.0.0.1", port)
    assert "--port" in caught.value.hint


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("127.0.0.1", 65536, "port is 65536; 0 to 65535"),
        ("127.0.0.1", -1, "port is -1"),
        ("203.0.113.7", 0, "is no address of this machine"),
        ("no host", 0, "host 'no host' cannot be found"),
        ("a" * 70, 0, "cannot be found"),
    ],
)
def test_places_that_cannot_be_taken(host, port, said):
    with pytest.raises(InputError, match=said):
        listen(host, port)


def test_several_share_a_port_that_nobody_else_has():
    with ExitStack() as stack:
        places = [stack.enter_context(place) for place in listen("127.0.0.1", 0, count=3)]
        assert len({address_of(place) for place in places}) == 1
        port = places[0].getsockname()[1]
        for count in (1, 2):
            with pytest.raises(InputError, match="is in use"):
                listen("127.0.0.1", port, count=count)
