"""The catalogues: complete, fresh, and true to the English sentences."""

import re

import pytest

from billing import languages
from tests.house.source import ROOT, short
from translations import catalogues, reading

LANGUAGES = catalogues.languages()
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
TAG = re.compile(r"</?\w+>")


def _pairs(language):
    """Each English form with the one that is said for it, plural forms each on their own."""
    for each in catalogues.read(language):
        if not each.id:
            continue
        if isinstance(each.id, str):
            yield each.id, each.string
        else:
            yield each.id[0], each.string[0]
            yield from ((each.id[1], said) for said in each.string[1:])


def test_german_is_spoken():
    assert "de" in LANGUAGES
    assert languages.known() == {"en", *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_a_client_can_read_is_said(language):
    wanted = {(each.id, each.context) for each in catalogues.extracted() if each.id}
    there = {(each.id, each.context) for each in catalogues.read(language) if each.id}
    assert wanted - there == set(), "run make translations, then say them"
    assert there - wanted == set(), "run make translations: nobody says these any more"
    assert [english for english, said in _pairs(language) if not said] == []
    assert [each.id for each in catalogues.read(language) if each.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_and_marked_up_is_the_same(language):
    for english, said in _pairs(language):
        for what in (PLACEHOLDER, TAG):
            given, used = (
                sorted(found[0] for found in what.finditer(text)) for text in (english, said)
            )
            # A sentence for one thing may leave the number out, or say it.
            assert set(used) ^ set(given) <= {"%(count)s", "%(num)s"}, (english, said)
        edges = [(text[:1].isspace(), text[-1:].isspace()) for text in (english, said)]
        assert edges[0] == edges[1], (english, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_one_people_edit(language):
    place = catalogues.source(language)
    fresh = catalogues.as_compiled(catalogues.read(language))
    assert place.with_suffix(".mo").read_bytes() == fresh, "run make translations"


def test_german_addresses_nobody_as_du_and_quotes_as_germans_do():
    for english, said in _pairs("de"):
        assert not re.search(r"\b(du|dir|dich|dein\w*)\b", said, re.I), said
        assert "“" not in said or said.count("„") == said.count("“"), (english, said)
        assert " - " not in said or " - " in english, said


def test_what_a_client_reads_is_found_from_where_clients_come_in():
    found = {short(path) for path in reading.files()}
    assert {
        "templates/portal/show.html",
        "templates/agreements/_document.html",
        "templates/components/history.html",
        "templates/mail/agreement_sent.txt",
        "templates/pdf/invoice.html",
        "blueprints/portal_agreement.py",
        "blueprints/web/errors.py",
        "billing/agreeing/signing.py",
    } <= found
    owners = {"templates/clients/index.html", "templates/mail/agreement_client_signed.txt"}
    assert not owners & found
    assert all((ROOT / name).is_file() for name in found)
