"""The four answers of every route: page, refuse, swap, go. Here alone it is decided what htmx gets.

A partial ``portal/_milestone.html`` has one root element whose id is its stem, with the
row's id behind it where there are several: ``milestone_7``.
"""

from json import dumps
from typing import Any

from flask import Response, flash, redirect, render_template, request
from flask import make_response as respond
from htmx_flask import Htmx

htmx = Htmx()

VARY = "HX-Request, HX-Request-Type, HX-Target, Cookie"


def is_partial() -> bool:
    """Whether htmx asks for a region rather than for a page."""
    return bool(request.htmx) and request.headers.get("HX-Request-Type") != "full"


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A whole page."""
    return _varying(respond(render_template(template, **context), status))


def refuse(
    template: str, status: int = 422, partial: str | None = None, **context: Any
) -> Response:
    """The form as it was typed, with what is wrong: the region for htmx, else the page."""
    if partial and is_partial():
        return _varying(respond(render_template(partial, **context), status))
    return page(template, status, **context)


def swap(
    partial: str,
    otherwise: str,
    also: tuple[str, ...] = (),
    toast: str | None = None,
    status: int = 200,
    **context: Any,
) -> Response:
    """A region and its companions morphed in place; without htmx, a redirect to `otherwise`."""
    if not is_partial():
        return go(otherwise, toast)
    parts = [render_template(partial, **context)]
    parts += [_companion(render_template(each, **context), each, context) for each in also]
    response = _varying(respond("\n".join(parts), status))
    if toast:
        response.headers["HX-Trigger"] = _json({"announce": {"value": toast}})
    return response


def go(url: str, toast: str | None = None, kind: str = "ok") -> Response:
    """Elsewhere, with a message that is read there."""
    if toast:
        flash(toast, kind)
    if is_partial():
        return respond("", 200, {"HX-Redirect": url})
    return redirect(url, 303)


def _companion(html: str, template: str, context: dict[str, Any]) -> str:
    stem = template.rsplit("/", 1)[-1].removeprefix("_").removesuffix(".html")
    row = context.get(stem)
    target = f"{stem}_{row.id}" if hasattr(row, "id") else stem
    return f'<hx-partial hx-target="#{target}" hx-swap="outerMorph">{html}</hx-partial>'


def _json(value: Any) -> str:
    # Headers are Latin-1, so everything beyond ASCII is escaped.
    return dumps(value, ensure_ascii=True)


def _varying(response: Response) -> Response:
    response.headers["Vary"] = VARY
    return response
