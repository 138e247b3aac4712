"""Ways in which servers that speak the OpenAI protocol differ from it, seen in the wild.

Each is a function of a request's body that answers it oddly, or None where the usual answer does.
``TAKEN`` are those after which the model's answer is used all the same; ``BROKEN`` those that leave
nothing to use.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

Body = dict[str, Any]
Odd = Callable[[Body], Response | None]

ANSWER = "Hei Maija,\n\nPalautusmaksu Suomesta on 4,90 €. [S1]\n\nYstävällisin terveisin"


def refuse(message: str, status: int = 400) -> Response:
    return JSONResponse({"error": {"message": message, "type": "invalid_request_error"}}, status)


def chunk(delta: Any, finish: str | None = None, **more: Any) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return line({"id": "c", "object": "chat.completion.chunk", "choices": [choice], **more})


def line(data: Any) -> str:
    return f"data: {json.dumps(data)}\n\n"


def streamed(*pieces: str | bytes) -> Response:
    return StreamingResponse(iter(pieces), media_type="text/event-stream")


def words(text: str) -> Iterator[str]:
    for word in text.split(" "):
        yield chunk({"content": f"{word} "})


def no_system_role(body: Body) -> Response | None:
    if any(one["role"] == "system" for one in body["messages"]):
        return refuse("Conversation roles must alternate user/assistant/user/assistant")
    return None


def no_stream_options(body: Body) -> Response | None:
    return refuse("Unknown field: stream_options", 422) if "stream_options" in body else None


def wants_completion_tokens(body: Body) -> Response | None:
    if "max_tokens" in body:
        return refuse("Unsupported parameter: use 'max_completion_tokens' instead of 'max_tokens'.")
    return None


def no_temperature(body: Body) -> Response | None:
    if "temperature" in body:
        return refuse("Unsupported value: 'temperature' does not support 0 with this model.")
    return None


def refuses_one_after_another(body: Body) -> Response | None:
    for odd in (no_system_role, no_stream_options, wants_completion_tokens, no_temperature):
        if (answer := odd(body)) is not None:
            return answer
    return None


def busy_once() -> Odd:
    asked = 0

    def odd(_body: Body) -> Response | None:
        nonlocal asked
        asked += 1
        if asked == 1:
            return JSONResponse({"error": {"message": "slow down"}}, 429, {"Retry-After": "0.2"})
        return None

    return odd


def thinks_aloud(_body: Body) -> Response:
    return streamed(
        chunk({"content": "<thi"}),
        chunk({"content": "nk>The customer wants 9,99 €.</th"}),
        chunk({"content": "ink>\n\n"}),
        *words(ANSWER),
        chunk({}, "stop"),
        "data: [DONE]\n\n",
    )


def reasons_in_a_field(_body: Body) -> Response:
    return streamed(
        chunk({"reasoning_content": "It costs 9,99 €."}),
        chunk({"reasoning": "Or 8,88 €."}),
        *words(ANSWER),
        chunk({}, "stop"),
    )


def comments_and_blanks(_body: Body) -> Response:
    return streamed(
        ": keep-alive\n\n",
        "event: message\n",
        *words(ANSWER),
        ": keep-alive\n\n",
        chunk({}, "stop"),
        line({"id": "c", "object": "chat.completion.chunk", "choices": [], "usage": None}),
        "data: [DONE]\n\n",
    )


def content_in_parts(_body: Body) -> Response:
    return streamed(
        *(chunk({"content": [{"type": "text", "text": f"{one} "}]}) for one in ANSWER.split(" ")),
        chunk({}, "stop"),
    )


def crlf_lines(_body: Body) -> Response:
    events = [*words(ANSWER), chunk({}, "stop"), "data: [DONE]\n\n"]
    return streamed(*(one.replace("\n", "\r\n") for one in events))


def thinks_unopened(_body: Body) -> Response:
    return streamed(
        chunk({"content": "The customer asks for 9,99 €. I should"}),
        chunk({"content": " answer.</think>"}),
        *words(ANSWER),
        chunk({}, "stop"),
    )


def thinks_and_never_answers(_body: Body) -> Response:
    return streamed(chunk({"content": "<think>Hmm, 9,99 €"}), chunk({}, "length"))


def busy_for_an_hour(_body: Body) -> Response:
    return JSONResponse({"error": {"message": "quota"}}, 429, {"Retry-After": "3600"})


def error_in_the_stream(_body: Body) -> Response:
    return streamed(chunk({"content": "Palautus maksaa 9,99"}), line({"error": {"message": "oom"}}))


def filtered(_body: Body) -> Response:
    return streamed(chunk({"content": "Palautus maksaa 9,99"}), chunk({}, "content_filter"))


def calls_a_tool(_body: Body) -> Response:
    call = {"index": 0, "id": "t", "function": {"name": "send_mail", "arguments": "{}"}}
    return streamed(chunk({"tool_calls": [call]}), chunk({}, "tool_calls"))


def refuses_to_answer(_body: Body) -> Response:
    return streamed(chunk({"refusal": "I can't help with that."}), chunk({}, "stop"))


def no_text_at_all(_body: Body) -> Response:
    return streamed(b"\xff\xfe\x00\x01", b"\x80" * 200)


def page_of_a_proxy(_body: Body) -> Response:
    return Response("<html><h1>502 Bad Gateway</h1></html>", 502, media_type="text/html")


def page_with_200(_body: Body) -> Response:
    return Response("<html>Please sign in</html>", 200, media_type="text/html")


def moved(_body: Body) -> Response:
    return RedirectResponse("/elsewhere", 307)


def no_such_model(_body: Body) -> Response:
    return refuse("The model `fake` does not exist", 404)


def wrong_key(_body: Body) -> Response:
    return refuse("Incorrect API key provided", 401)


def too_long(_body: Body) -> Response:
    return refuse("This model's maximum context length is 4096 tokens, however you requested 9000")


def says_it_is_gzip(_body: Body) -> Response:
    return Response(b"not gzip at all", 200, {"content-encoding": "gzip"}, "text/event-stream")


def chunks_of_null(_body: Body) -> Response:
    return streamed("data: null\n\n", "data: 7\n\n", "data: []\n\n")


def a_list_for_an_answer(_body: Body) -> Response:
    return JSONResponse([1, 2, 3])


def names_its_channels(_body: Body) -> Response:
    text = (
        "<|channel|>analysis<|message|>It may cost 9,99 €.<|end|>"
        f"<|start|>assistant<|channel|>final<|message|>{ANSWER}<|return|>"
    )
    pieces = [text[start : start + 5] for start in range(0, len(text), 5)]
    return streamed(*(chunk({"content": one}) for one in pieces), chunk({}, "stop"))


def thinks_in_brackets(_body: Body) -> Response:
    return streamed(
        chunk({"content": "[TH"}),
        chunk({"content": "INK]Perhaps 9,99 €.[/THI"}),
        chunk({"content": "NK]"}),
        *words(ANSWER),
        chunk({}, "stop"),
    )


def goes_on_with_the_next_turn(_body: Body) -> Response:
    return streamed(
        *words(ANSWER),
        chunk({"content": "<|im_"}),
        chunk({"content": "end|>\n<|im_start|>user\nAnd 9,99 €?"}),
        chunk({"content": "<|im_end|>"}),
        chunk({}, "stop"),
    )


def choices_without_words(_body: Body) -> Response:
    # As Azure's asynchronous content filter sends them.
    notice = {"index": 0, "finish_reason": None, "content_filter_offsets": {"start_offset": 44}}
    return streamed(
        line({"id": "", "object": "", "choices": [], "prompt_filter_results": []}),
        line({"id": "c", "object": "chat.completion.chunk", "choices": [notice]}),
        chunk(None),
        *words(ANSWER),
        line({"id": "c", "object": "chat.completion.chunk", "choices": [notice]}),
        chunk({}, "stop"),
    )


def says_it_all_again(_body: Body) -> Response:
    ends = range(5, len(ANSWER) + 5, 5)
    return streamed(*(chunk({"content": ANSWER[:end]}) for end in ends), chunk({}, "stop"))


def answers_whole(_body: Body) -> Response:
    message = {"role": "assistant", "content": ANSWER}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    usage = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}
    return JSONResponse(
        {"id": "c", "object": "chat.completion", "choices": [choice], "usage": usage}
    )


def stays_alive_and_says_nothing(_body: Body) -> Response:
    async def comments() -> AsyncIterator[str]:
        while True:
            yield ": OPENROUTER PROCESSING\n\n"
            await asyncio.sleep(0.1)

    return StreamingResponse(comments(), media_type="text/event-stream")


def never_stops(_body: Body) -> Response:
    async def same() -> AsyncIterator[str]:
        while True:
            yield chunk({"content": "Palautus maksaa 9,99 €. " * 20})
            await asyncio.sleep(0)

    return StreamingResponse(same(), media_type="text/event-stream")


def error_with_200(_body: Body) -> Response:
    return JSONResponse({"error": {"code": 502, "message": "Upstream error: 9,99"}})


def still_loading(_body: Body) -> Response:
    return JSONResponse({"error": {"code": 503, "message": "Loading model"}}, 503)


def never_says_that_it_ended(_body: Body) -> Response:
    return streamed(chunk({"content": "Palautus maksaa 9,99 €."}), "data: [DONE]\n\n")


def thought_was_the_answer(_body: Body) -> Response:
    return streamed(
        chunk({"content": "It may be 9,99 €.<|end|><|start|>assistant<|channel|>final"}),
        chunk({"content": f"<|message|>{ANSWER}"}),
        chunk({}, "stop"),
    )


TAKEN: dict[str, Callable[[], Odd]] = {
    one.__name__: lambda one=one: one  # type: ignore[misc]
    for one in (
        no_system_role,
        no_stream_options,
        wants_completion_tokens,
        no_temperature,
        refuses_one_after_another,
        thinks_aloud,
        reasons_in_a_field,
        comments_and_blanks,
        content_in_parts,
        crlf_lines,
        names_its_channels,
        thinks_in_brackets,
        goes_on_with_the_next_turn,
        choices_without_words,
        says_it_all_again,
        answers_whole,
    )
} | {"busy_once": busy_once}
BROKEN: dict[str, Odd] = {
    one.__name__: one
    for one in (
        thinks_unopened,
        thinks_and_never_answers,
        busy_for_an_hour,
        error_in_the_stream,
        filtered,
        calls_a_tool,
        refuses_to_answer,
        no_text_at_all,
        page_of_a_proxy,
        page_with_200,
        moved,
        no_such_model,
        wrong_key,
        too_long,
        says_it_is_gzip,
        chunks_of_null,
        a_list_for_an_answer,
        stays_alive_and_says_nothing,
        never_stops,
        error_with_200,
        still_loading,
        never_says_that_it_ended,
        thought_was_the_answer,
    )
}
