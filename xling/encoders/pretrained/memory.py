"""Work in batches that are halved where memory runs out."""

from collections.abc import Callable

import torch

__all__ = ["halving", "out_of_memory"]

_SAID = ("out of memory", "can't allocate memory", "not enough memory")


def out_of_memory(error: BaseException) -> bool:
    """Tell whether an error says that memory ran out, on a processor or on a GPU.

    Parameters
    ----------
    error : BaseException
        Any.

    Returns
    -------
    bool
    """
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(
        words in str(error).casefold() for words in _SAID
    )


def halving(work: Callable[[int, int], None], total: int, size: int) -> int:
    """Do work on ``range(total)`` in batches; try a half each time that memory runs out.

    Parameters
    ----------
    work : callable
        Given start and stop; called again for what it did not finish.
    total : int
        Of items.
    size : int
        Items of a batch at first, at least 1.

    Returns
    -------
    int
        The size at the end; 0 if memory does not suffice for one item.

    Examples
    --------
    >>> def work(start, stop):
    ...     if stop - start > 3:
    ...         raise MemoryError
    >>> halving(work, 10, 8)
    2
    """
    start = 0
    while start < total:
        stop = min(start + size, total)
        try:
            work(start, stop)
        except (MemoryError, RuntimeError) as error:
            if not out_of_memory(error):
                raise
            if stop - start == 1:
                return 0
            size = (stop - start) // 2
        else:
            start = stop
            continue
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            torch.cuda.empty_cache()
    return size
