import os

from xling.server.board import Board


def test_pages_of_processes():
    board = Board(3)
    assert (len(board), board.read(0)) == (3, None)
    child = os.fork()
    if not child:
        board.write(1, {"from": "child", "number": 7})
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert board.read(1) == {"from": "child", "number": 7}
    board.write(1, {"a": 1})
    assert (board.read(1), board.read(2)) == ({"a": 1}, None)


def test_what_is_too_long_leaves_the_page():
    board = Board(1)
    assert board.write(0, {"a": 1})
    assert not board.write(0, {"a": "x" * 70_000})
    assert board.read(0) == {"a": 1}


def test_a_page_that_is_being_written_is_not_read():
    board = Board(1)
    board.write(0, {"a": 1})
    board._memory[9] ^= 1
    assert board.read(0) is None
