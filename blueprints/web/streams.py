"""Streams that tell an open page when it is out of date, and what it may ask where none can be had.

Server-sent events that say a version and nothing else. The generator runs outside of any request
and holds no connection: a stream costs a waiting thread and no more.
"""

import signal
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from threading import Lock, Thread, main_thread

from flask import Flask, Response, current_app, request

from billing.reading.live import Full, Hub, Listener, Topic, version

OVER = "data: over\n\n"
"""Who may no longer listen need not come again."""

_turn = Lock()


def hub() -> Hub:
    """This process's; made when the first page listens."""
    with _turn:
        found: Hub = current_app.extensions.setdefault("live", Hub())
        return found


def answer(topic: Topic, may_listen: Callable[[], bool]) -> Response:
    """A stream for who asks for one, and 204 where there is no room; otherwise the version now."""
    if "text/event-stream" not in request.headers.get("Accept", ""):
        return _version_now(topic)
    try:
        listener = hub().join(topic, may_listen)
    except Full:
        # An EventSource does not try again after this, and nothing shows on its console.
        return Response(status=204, headers={"Cache-Control": "no-store"})
    # Some proxies gather an answer before they pass it on unless they are told not to.
    headers = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
    response = Response(_told(listener), content_type="text/event-stream", headers=headers)
    joined = hub()
    response.call_on_close(lambda: joined.leave(listener))
    return response


def _told(listener: Listener) -> Iterator[str]:
    while (now := listener.wait()) is not None:
        yield f"data: {now}\n\n"
    if listener.is_refused:
        yield OVER


def _version_now(topic: Topic) -> Response:
    response = Response(str(version(topic)), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.add_etag()
    return response.make_conditional(request)


def end_with_server(app: Flask) -> None:
    """End all streams when the process is told to stop, which else would wait for them.

    One thread takes the signal and hands it on to the server's handler, once: that one waits for
    itself for ever if it is called within itself, as by a process that is told twice. To be called
    in the main thread, before the server begins threads of its own.
    """
    stopping = {signal.SIGTERM, signal.SIGINT}
    # In this thread, and so in all that are begun later.
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    signal.signal(signal.SIGUSR1, lambda *_: None)

    def wait() -> None:
        number = signal.sigwait(stopping)
        found = app.extensions.get("live")
        if found is not None:
            found.close()
        interrupt_main(number)
        # The main thread waits for a lock, and looks for signals only when one wakes it.
        signal.pthread_kill(main_thread().ident, signal.SIGUSR1)

    Thread(target=wait, name="stopping", daemon=True).start()
