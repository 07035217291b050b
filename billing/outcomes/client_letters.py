"""A letter to a client: begun from what they know, kept as a draft, sent or copied by a press."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from billing import events, format, languages
from billing.money import share
from billing.outcomes import letter_facts, letter_words
from billing.outcomes.letter_facts import Known
from billing.outcomes.reading import HOUR
from billing.refusals import N_, Refusal
from models import (
    Client,
    ClientLetter,
    Contact,
    Delivery,
    LetterDraft,
    LetterWay,
    Project,
    ProjectState,
    User,
    write,
)

LONGEST_SUBJECT = 150
LONGEST = 5000


class LetterUnwritten(Refusal):
    sentence = N_("Write a subject and a text first.")


class NotTheirContact(Refusal):
    sentence = N_("Choose one of this client's contacts.")
    field = "contact"


@dataclass(frozen=True)
class Words:
    """A subject and a text; each line of the text is a paragraph."""

    subject: str
    text: str


def suggested(client: Client, name: str) -> Words:
    """The letter to begin with, in the client's language, with what the client of that `name` in
    the imported hours knows."""
    language = languages.spoken(str(client.language))
    owner: User = client.owner
    told = letter_facts.known(owner, name)
    valued = letter_facts.results(owner, name)
    paragraphs = [languages.say(letter_words.SHIFT, language)]
    if told:
        paragraphs.append(_billed(told, language))
    if valued:
        facts = {"results": "; ".join(valued)}
        paragraphs.append(languages.say(letter_words.VALUED, language) % facts)
    paragraphs += [
        languages.say(each, language)
        for each in (letter_words.HOW, letter_words.SURE, letter_words.REST)
    ]
    return Words(languages.say(letter_words.SUBJECT, language), "\n\n".join(paragraphs))


def _billed(told: Known, language: str) -> str:
    first, last = (format.month(day, language) for day in (told.first, told.last))
    amounts = [format.money(sum_, code, language) for code, sum_ in told.billed.items()]
    # To the tenth of an hour.
    hours = format.value(share(told.seconds, 10, HOUR) * 100, language)
    sentence = languages.say(
        letter_words.IN_MONTH if first == last else letter_words.OVER_MONTHS, language
    )
    facts = {"first": first, "last": last, "billed": " + ".join(amounts), "hours": hours}
    return sentence % facts


def draft(client: Client) -> LetterDraft | None:
    """What is being written to them."""
    found: LetterDraft | None = LetterDraft.get_or_none(LetterDraft.client == client.id)
    return found


def keep(client: Client, words: Words, now: datetime) -> LetterDraft:
    """Keep what is written so far."""
    with write(client):
        return _keep(client, words, now)


def _keep(client: Client, words: Words, now: datetime) -> LetterDraft:
    said = {"subject": words.subject, "text": words.text, "changed_at": now}
    LetterDraft.insert(client=client, **said).on_conflict(
        conflict_target=[LetterDraft.client], update=said
    ).execute()
    found: LetterDraft = LetterDraft.get(LetterDraft.client == client.id)
    return found


def begin_anew(client: Client, name: str, now: datetime) -> LetterDraft:
    """Put the suggestion in place of the draft, with what the client of that name knows."""
    return keep(client, suggested(client, name), now)


def send(
    contact: Contact, words: Words, key: str, way: LetterWay, by: User, now: datetime
) -> ClientLetter:
    """Freeze the letter and mail it to the contact, or have it copied. One press sends it once:
    the same key with another text, contact or way is another letter.

    It is on record with the client's project, or with their first one as soon as there is one.
    Refuses LetterUnwritten, NotTheirContact.
    """
    client: Client = contact.client
    if client.owner_id != by.id:
        raise NotTheirContact
    if not words.subject.strip() or not words.text.strip():
        raise LetterUnwritten
    key = f"{key}:{way}:{contact.id}:{_digest(words)}"
    with write(client):
        known: ClientLetter | None = ClientLetter.get_or_none(
            ClientLetter.owner == by.id, ClientLetter.key == key
        )
        if known is not None:
            return known
        if Contact.get_by_id(contact.id).removed_at is not None:
            raise NotTheirContact
        project = _project(client)
        _keep(client, words, now)
        made: ClientLetter = ClientLetter.create(
            owner=by,
            client=client,
            contact=contact,
            way=way,
            subject=words.subject,
            text=words.text,
            key=key,
            sent_at=now,
        )
        if way == LetterWay.MAIL:
            _post(made, by, now)
        if project is not None:
            _record(made, project, by, now)
    return made


def _post(letter: ClientLetter, by: User, now: datetime) -> None:
    """Queue the mail. It is about no project."""
    Delivery.create(
        owner=by,
        contact=letter.contact,
        channel="mail",
        kind="client_letter",
        recipient=letter.contact.email,
        facts={"letter": letter.id},
        key=f"client_letter:{letter.id}",
        created_at=now,
        due_at=now,
    )


def _digest(words: Words) -> str:
    """SHA-256 over subject, an empty line and text."""
    return sha256(f"{words.subject}\n\n{words.text}".encode()).hexdigest()


def _project(client: Client) -> Project | None:
    """Where it goes on record: the newest project that runs, else the newest."""
    newest = Project.select().where(Project.client == client.id).order_by(Project.id.desc())
    running = newest.where(Project.state == ProjectState.ACTIVE).first()
    found: Project | None = running or newest.first()
    return found


def put_on_record(project: Project, now: datetime) -> None:
    """Take into a client's first project the letters that went out before there was one, each
    with its own day. In the caller's write().
    """
    others = Project.select().where(Project.client == project.client_id, Project.id != project.id)
    if others.exists():
        return
    letters = ClientLetter.select().where(ClientLetter.client == project.client_id)
    for letter in letters.order_by(ClientLetter.id):
        on = letter.sent_at.date().isoformat()
        _record(letter, project, letter.owner, now, on=on)


def is_on_record(client: Client) -> bool:
    """Whether the client has a project that their letters are on record with."""
    return _project(client) is not None


def _record(letter: ClientLetter, project: Project, by: User, now: datetime, **facts: str) -> None:
    events.record(
        f"letter.{'sent' if letter.way == LetterWay.MAIL else 'copied'}",
        project,
        by,
        now,
        letter=letter.id,
        text_sha256=_digest(Words(str(letter.subject), str(letter.text))),
        recipient=letter.contact.email,
        **facts,
    )


def sent(client: Client) -> list[ClientLetter]:
    """Letters that went out to them, the newest first."""
    rows = ClientLetter.of(client.owner).where(ClientLetter.client == client.id)
    return list(rows.order_by(ClientLetter.id.desc()))
