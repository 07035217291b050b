"""The law of private effort: nothing that a client reads, downloads or is sent tells of it."""

import io
import zipfile

from billing import format
from models import Delivery, Effort, Event, File
from tests.house.walk import Walk
from tests.story import EFFORT, TELLTALE
from tests.web.visitor import BASE_URL

TOLD = [TELLTALE, "Quokka", format.hours(EFFORT), str(EFFORT)]


def silent(content: bytes, where: str) -> None:
    """Nothing of it stands there, in what is packed neither."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                silent(packed.read(name), f"{where}: {name}")
    for each in TOLD:
        assert each.encode() not in content, f"{where} tells {each}"


def test_a_client_meets_the_owners_hours_nowhere(walk: Walk):
    assert Effort.get().note == TELLTALE
    seen = 0
    for step in walk.portal("GET"):
        answer = walk.client.client.get(step.address, base_url=BASE_URL)
        silent(answer.data, str(step))
        seen += answer.status_code == 200
        answer.close()
    assert seen > 10
    own = walk.owner.client.get("/effort", base_url=BASE_URL)
    assert TELLTALE in own.text and format.hours(EFFORT) in own.text, "the owner does"


def test_no_letter_event_or_file_tells_of_the_owners_hours(walk: Walk):
    for event in Event.select():
        silent(repr(event.__data__).encode(), f"event {event.id}")
    for letter in Delivery.select():
        silent(repr(letter.__data__).encode(), f"delivery {letter.id}")
    for file in File.select():
        silent(repr(file.__data__).encode(), f"file {file.id}")
    for step in walk.owners("GET"):
        if step.rule.endpoint.startswith("evidence."):
            answer = walk.owner.client.get(step.address, base_url=BASE_URL)
            silent(answer.data, str(step))
            answer.close()
