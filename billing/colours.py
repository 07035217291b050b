"""Colours as ``#rrggbb``, and whether text in them can be read (WCAG 2.2)."""

LEAST = 4.5
"""The contrast that text must have (1.4.3)."""

STEPS = 64

Parts = tuple[int, ...]


def readable(colour: str, on: str) -> str:
    """The colour, taken towards black or white until it can be read on `on` (4.5 : 1)."""
    end = max((0, 0, 0), (255, 255, 255), key=lambda each: _contrast(each, _parts(on)))
    start = _parts(colour)
    for step in range(STEPS + 1):
        mixed = tuple(a + (b - a) * step // STEPS for a, b in zip(start, end, strict=True))
        if _contrast(mixed, _parts(on)) >= LEAST:
            break
    return "#" + "".join(f"{part:02x}" for part in mixed)


def contrast(one: str, other: str) -> float:
    """How far apart two colours are, 1 to 21 (WCAG 2.2, contrast ratio)."""
    return _contrast(_parts(one), _parts(other))


def _contrast(one: Parts, other: Parts) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(parts: Parts) -> float:
    linear = [
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: str) -> Parts:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
