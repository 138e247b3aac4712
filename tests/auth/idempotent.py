import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, File, Form, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select

from copilot.auth.http import require
from copilot.auth.principal import Principal
from copilot.auth.tables import StoredAnswerRow
from copilot.kernel.db import Database
from copilot.kernel.errors import ConflictError

Writer = Annotated[Principal, Depends(require("conversations:write"))]


class Work:
    """What the routes did, and how they are to behave."""

    def __init__(self) -> None:
        self.done = 0
        self.sizes: list[int] = []
        self.go_on = asyncio.Event()
        self.started = asyncio.Event()
        self.go_on.set()


def with_routes(app: FastAPI, work: Work) -> FastAPI:
    @app.post("/v1/chores", status_code=201)
    async def do(principal: Writer, response: Response, body: dict[str, Any]) -> dict[str, Any]:
        work.started.set()
        await work.go_on.wait()
        work.done += 1
        response.headers["Location"] = f"/v1/chores/{work.done}"
        response.set_cookie("secret", "cookie")
        return {"tenant": principal.tenant, "number": work.done}

    @app.put("/v1/chores")
    async def put(_: Writer) -> dict[str, int]:
        work.done += 1
        return {"number": work.done}

    @app.post("/v1/answer/{status}")
    async def answer(_: Writer, status: int) -> Response:
        work.done += 1
        return Response(b"", status)

    @app.post("/v1/fail")
    async def fail(_: Writer, kind: str) -> None:
        work.done += 1
        if kind == "foreseen":
            raise ConflictError("No.")
        raise RuntimeError

    @app.post("/v1/stream")
    async def stream(_: Writer, kind: str, parts: int = 3) -> StreamingResponse:
        work.done += 1

        async def produce() -> AsyncIterator[bytes]:
            for _ in range(parts):
                yield b"data: x\n\n" * 10_000

        return StreamingResponse(produce(), media_type=kind)

    @app.post("/v1/upload")
    async def upload(
        _: Writer, file: Annotated[UploadFile, File()], note: Annotated[str, Form()]
    ) -> dict[str, Any]:
        work.done += 1
        work.sizes.append(len(await file.read()))
        return {"number": work.done, "note": note}

    @app.post("/v1/raw")
    async def raw(_: Writer, request: Request) -> dict[str, int]:
        work.done += 1
        return {"size": len(await request.body())}

    @app.get("/v1/chores")
    async def get(_: Writer) -> dict[str, int]:
        work.done += 1
        return {"number": work.done}

    return app


async def stored(db: Database) -> int:
    async with db.read() as session:
        return await session.scalar(select(func.count()).select_from(StoredAnswerRow)) or 0
