"""The application: every address, and what answers it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import PlainTextResponse, Response

from xling import __version__
from xling.files import PathLike
from xling.server.board import Board
from xling.server.guard import Guard
from xling.server.hangup import Hangup
from xling.server.library import Library
from xling.server.limits import RateLimit
from xling.server.problems import CallError, invalid_call, problem_response
from xling.server.quick import Quick
from xling.server.schemas import (
    CollectionsAnswer,
    LanguageQuery,
    MapAnswer,
    MapQuery,
    ModelsAnswer,
    NeighborsAnswer,
    NeighborsQuery,
    ProblemAnswer,
    SentencesAnswer,
    SentencesQuery,
    SuggestAnswer,
    SuggestQuery,
    TranslateAnswer,
    TranslateBody,
    TranslateQuery,
    VectorAnswer,
)
from xling.server.service import Service
from xling.server.settings import ServerSettings
from xling.server.shelf import Shelf
from xling.server.static import StaticFile, static_files

__all__ = ["create_app"]

_DESCRIPTION = (
    "Word translation on models that xling made. Where the server asks for an API key, send it "
    "as Authorization: Bearer KEY."
)


def create_app(
    models: Sequence[PathLike],
    settings: ServerSettings | None = None,
    *,
    collections: Sequence[PathLike] = (),
    workers: int = 1,
) -> FastAPI:
    """Put a server together.

    Parameters
    ----------
    models : sequence of path
        Folders of models and hubs, each of another base name.
    settings : ServerSettings, optional
        Limits and key.
    collections : sequence of path
        Folders of sentences that ``xling collect`` made.
    workers : int
        How many processes will be forked to answer, each with this application.

    Returns
    -------
    FastAPI
        To be run by an ASGI server; ``app.state.service`` is what it answers with.

    Raises
    ------
    InputError
        If there is no model, or two have one name.
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        If a folder is not there, is no model, was changed, or is of another format.
    """
    chosen = ServerSettings() if settings is None else settings
    board = Board(workers) if workers > 1 else None
    service = Service(Shelf(models), chosen, board, Library(collections))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        service.start()
        yield
        await service.stop()

    app = FastAPI(
        title="xling",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={"4XX": {"model": ProblemAnswer, "description": "A bad call."}},
    )
    app.state.service = service
    _add_lookup(app, service)
    _add_words(app, service)
    _add_sentences(app, service)
    _add_state(app, service)
    files = static_files()
    for file in files:
        app.add_api_route(
            file.path, _serving(file), methods=["GET", "HEAD"], include_in_schema=False
        )
    _add_handlers(app)
    paths = [getattr(route, "path", "") for route in app.routes]
    app.add_middleware(Hangup)
    app.add_middleware(Quick, service=service)
    app.add_middleware(
        Guard,
        settings=chosen,
        metrics=service.metrics,
        routes=paths,
        limit=RateLimit(chosen.rate),
    )
    if chosen.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(chosen.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key"],
        )
    return app


def _add_lookup(app: FastAPI, service: Service) -> None:
    """Add word translation."""

    @app.get("/v1/translate", tags=["look-up"], responses=_gives(TranslateAnswer))
    async def translate_word(asked: Annotated[TranslateQuery, Query()]) -> Response:
        """Translate one word."""
        return _json(await service.translate([asked.word], asked))

    @app.post("/v1/translate", tags=["look-up"], responses=_gives(TranslateAnswer))
    async def translate_words(asked: TranslateBody) -> Response:
        """Translate many words."""
        return _json(await service.translate(asked.words, asked))

    @app.get("/v1/map", tags=["words"], responses=_gives(MapAnswer))
    async def map_word(asked: Annotated[MapQuery, Query()]) -> Response:
        """Lay out what stands near a word, in both languages: principal components."""
        return _json(await service.map(asked))


def _add_words(app: FastAPI, service: Service) -> None:
    """Add what is asked of one language."""

    @app.get("/v1/neighbors", tags=["words"], responses=_gives(NeighborsAnswer))
    async def near_words(asked: Annotated[NeighborsQuery, Query()]) -> Response:
        """Give the nearest words of the same language."""
        place, near = await service.neighbors(asked.model, asked.language, asked.word, asked.top)
        found = [{"word": word, "score": score} for word, score in near]
        return _json({**_head(service, asked), "status": place.status, "neighbors": found})

    @app.get("/v1/vector", tags=["words"], responses=_gives(VectorAnswer))
    async def word_vector(asked: Annotated[LanguageQuery, Query()]) -> Response:
        """Give the vector of a word in the shared space."""
        place, _ = await service.neighbors(asked.model, asked.language, asked.word, 1)
        vector = None if place.vector is None else place.vector.tolist()
        return _json({**_head(service, asked), "status": place.status, "vector": vector})

    @app.get("/v1/suggest", tags=["words"], responses=_gives(SuggestAnswer))
    async def suggest_words(asked: Annotated[SuggestQuery, Query()]) -> Response:
        """Complete a word, whatever its case and accents."""
        words = await service.suggest(asked.model, asked.language, asked.prefix, asked.top)
        name = service.shelf.choose(asked.model)
        head = {"model": name, "language": asked.language, "prefix": asked.prefix}
        return _json({**head, "words": words})


def _add_sentences(app: FastAPI, service: Service) -> None:
    """Add what is asked of collections of sentences."""

    @app.get("/v1/collections", tags=["sentences"], responses=_gives(CollectionsAnswer))
    async def list_collections() -> Response:
        """List all collections of sentences."""
        known = [
            {"name": one.name, "language": one.language, "sentences": len(one)}
            for one in service.library.all
        ]
        return _json({"collections": known})

    @app.get("/v1/sentences", tags=["sentences"], responses=_gives(SentencesAnswer))
    async def find_sentences(asked: Annotated[SentencesQuery, Query()]) -> Response:
        """Find sentences of a collection that mean the same."""
        return _json(await service.sentences(asked))


def _add_state(app: FastAPI, service: Service) -> None:
    """Add what tells about the models and the server."""
    shelf = service.shelf

    @app.get("/v1/models", tags=["models"], responses=_gives(ModelsAnswer))
    async def list_models() -> Response:
        """List all models."""
        models = [
            {
                "name": name,
                "languages": list(shelf.languages(name)),
                "loaded": shelf.is_loaded(name),
            }
            for name in shelf.names
        ]
        return _json({"models": models})

    @app.get("/v1/card", tags=["models"])
    async def model_card(model: str | None = None) -> Response:
        """Tell how a model was made, and its scores."""
        return _json(await service.card(model))

    @app.head("/healthz", include_in_schema=False)
    @app.get("/healthz", tags=["server"])
    async def health() -> Response:
        """Tell that the server runs."""
        return _json({"status": "ok"})

    @app.head("/readyz", include_in_schema=False)
    @app.get("/readyz", tags=["server"])
    async def readiness() -> Response:
        """Tell whether the server takes calls."""
        busy = service.batcher.waiting >= service.settings.max_waiting
        if service.stopping or service.loading or busy:
            raise CallError(
                *(503, "not_ready", "the server is starting, stopping or busy"),
                hint="ask again after the seconds of Retry-After",
                retry_after=1,
            )
        return _json({"status": "ready"})

    @app.get("/metrics", tags=["server"], response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Give all counters, for Prometheus."""
        return PlainTextResponse(
            service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8"
        )


def _add_handlers(app: FastAPI) -> None:
    """Answer all that goes wrong in one form."""

    @app.exception_handler(CallError)
    async def refuse(_request: Request, problem: CallError) -> Response:
        return problem_response(problem)

    @app.exception_handler(RequestValidationError)
    async def refuse_invalid(_request: Request, error: RequestValidationError) -> Response:
        return problem_response(invalid_call(error.errors()))

    @app.exception_handler(400)
    async def refuse_unreadable(_request: Request, _error: Exception) -> Response:
        return problem_response(invalid_call([{"type": "json_invalid", "loc": (), "msg": ""}]))

    @app.exception_handler(404)
    async def refuse_unknown(_request: Request, _error: Exception) -> Response:
        hint = "/docs lists all addresses"
        return problem_response(CallError(404, "not_found", "no such address", hint=hint))

    @app.exception_handler(405)
    async def refuse_method(_request: Request, error: Exception) -> Response:
        answer = problem_response(
            CallError(
                *(405, "method_not_allowed", "another method is needed at this address"),
                hint="the header Allow says which",
            )
        )
        answer.headers.update(getattr(error, "headers", None) or {})
        return answer


def _serving(file: StaticFile) -> Callable[[Request], Awaitable[Response]]:
    """Give what answers with one file."""

    async def serve(request: Request) -> Response:
        headers = {"ETag": file.tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
        return Response(file.data, media_type=file.kind, headers=headers)

    return serve


def _head(service: Service, asked: LanguageQuery) -> dict[str, Any]:
    """Say which word an answer is about."""
    name = service.shelf.choose(asked.model)
    return {"model": name, "language": asked.language, "word": asked.word}


def _json(document: dict[str, Any]) -> Response:
    """Answer with a document."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    headers = {"Cache-Control": "no-store"}
    return Response(text.encode(), media_type="application/json", headers=headers)


def _gives(model: type) -> dict[int | str, dict[str, Any]]:
    """Describe what an address answers."""
    return {200: {"model": model}}
