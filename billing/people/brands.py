"""The brand of a business: a colour that stays readable, and a logo made anew before it is kept."""

import re
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageChops

from billing import files, pictures
from billing.colours import readable
from billing.people import businesses
from billing.refusals import N_, Refusal
from models import Brand, File, User, write
from models.once import Once

OURS = "#0a5a9c"
"""The colour of who chose none."""

PAPER, LIGHT, DARK = "#ffffff", "#e9edf2", "#232d3a"
"""What a brand's colour is read on: paper, and the strongest surface of each theme."""

KEPT = (640, 240)
"""Pixels a kept logo has at most, across and down."""


class NotAColour(Refusal):
    sentence = N_("This is not a colour. Choose one, or write it like #0a5a9c.")
    field = "colour"


class NothingOnIt(Refusal):
    sentence = N_("There is nothing to see on this picture. Use a logo that shows on white.")
    field = "logo"


ROOM = (190, 46)
"""Points that a logo may take on paper, across and down."""


@dataclass(frozen=True)
class Look:
    """What documents and pages are told: `colour` as it was chosen, "" for our own."""

    colour: str
    logo: File | None

    @property
    def on_paper(self) -> str:
        """The colour as text on white can have it."""
        return readable(self.colour or OURS, PAPER)

    @property
    def version(self) -> str:
        """Changes with what is seen."""
        return f"{self.colour.removeprefix('#')}-{self.logo.sha256[:12] if self.logo else ''}"


_BRAND = Once(lambda owner: Brand.select().where(Brand.owner == owner))


def of(owner: User | int) -> Look:
    """How the owner's business looks."""
    found = _BRAND.models(owner if isinstance(owner, int) else owner.id)
    return Look(str(found[0].colour), found[0].logo) if found else Look("", None)


def save(colour: str, logo: bytes | None, by: User) -> None:
    """Keep the colour ("" for our own) and, if one is given, the logo; pages are out of date.

    Refuses NotAColour, and of the logo what cleaned() refuses.
    """
    if colour and not re.fullmatch("#[0-9a-f]{6}", colour.lower()):
        raise NotAColour
    picture = cleaned(logo) if logo is not None else None
    with write(by):
        brand, _ = Brand.get_or_create(owner=by.id)
        brand.colour = colour.lower()
        if picture is not None:
            brand.logo = files.put(picture, "image/png")
        brand.save()
        businesses.touch(by)


def remove_logo(by: User) -> None:
    """Show the name alone again. Documents that were made keep it."""
    with write(by):
        Brand.update(logo=None).where(Brand.owner == by.id).execute()
        businesses.touch(by)


def cleaned(content: bytes) -> bytes:
    """A PNG on white, cut to what is on it. Refuses NotAPicture, PictureTooLarge, NothingOnIt."""
    picture = pictures.read(content, (KEPT[0] * 2, KEPT[1] * 2), "logo").convert("RGB")
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    if box is None:
        raise NothingOnIt
    kept = picture.crop(box)
    kept.thumbnail(KEPT)
    return pictures.png(kept)


def printed(look: Look) -> dict[str, Any]:
    """The look as a document is told it: a colour for paper, and the logo with its size in pt."""
    said = {"colour": look.on_paper if look.colour else "", "logo": "", "width": 0, "height": 0}
    if look.logo is None:
        return said
    content = files.bytes_of(look.logo)
    with Image.open(BytesIO(content)) as picture:
        scale = min(ROOM[0] / picture.width, ROOM[1] / picture.height)
        width, height = round(picture.width * scale), round(picture.height * scale)
    logo = f"data:image/png;base64,{b64encode(content).decode()}"
    return {**said, "logo": logo, "width": max(width, 1), "height": max(height, 1)}


def sheet(look: Look) -> str:
    """The look as the tokens of a client's pages, in both themes; "" for our own."""
    if not look.colour:
        return ""
    light, dark = readable(look.colour, LIGHT), readable(look.colour, DARK)
    return (
        f":root {{ --accent: light-dark({light}, {dark});"
        " --on-accent: light-dark(#fff, #08131f); }\n"
    )
