"""Calls whose client has hung up: nothing more is done for them."""

import asyncio

from xling.server.guard import App, Message, Receive, Scope, Send

__all__ = ["Hangup"]

_STRANGE = 0.1  # seconds between looks at a client that the server says goes on talking


class Hangup:
    """An ASGI application around another one, which is stopped when its client goes away.

    Without it, a call that waits for its answer would be computed for nobody.

    Parameters
    ----------
    app : ASGI application
        What answers.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call as long as somebody waits."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        arrived: asyncio.Queue[Message] = asyncio.Queue()
        answered = False

        async def told(message: Message) -> None:
            nonlocal answered
            answered = answered or message["type"] == "http.response.start"
            await send(message)

        async def listen() -> None:
            whole = False
            while not whole:
                message = await receive()
                arrived.put_nowait(message)
                if message["type"] == "http.disconnect":
                    return
                whole = not message.get("more_body")
            message = await receive()
            while message["type"] != "http.disconnect":  # nothing else may come
                await asyncio.sleep(_STRANGE)
                message = await receive()
            arrived.put_nowait(message)

        work = asyncio.ensure_future(self._app(scope, arrived.get, told))
        ear = asyncio.ensure_future(listen())
        try:
            await asyncio.wait((work, ear), return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and not answered:
                work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        finally:
            for task in (work, ear):
                task.cancel()
        if work.cancelled():
            return
        work.result()
