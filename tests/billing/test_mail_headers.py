"""Whatever a person is called, the header says exactly that and nothing more."""

import re
from email.header import decode_header, make_header

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from billing.delivery import headers
from billing.delivery.failures import Undeliverable

names = st.text(max_size=300)


def unfolded(value):
    return re.sub(r"\r\n(?=[ \t])", "", value)


def read(value):
    return str(make_header(decode_header(unfolded(value))))


@given(names)
@example("Cleo\r\nBcc: all@example.com")
@example("=?utf-8?q?Cleo=0ABcc:_all@example.com?=")
@example("Launch Łódź Sp. z o.o. and 株式会社 together")
@example("x" * 300)
def test_a_subject_reads_as_it_was_meant(name):
    value = headers.subject(name)
    assert read(value) == headers.one_line(name)[: headers.LONGEST_SUBJECT].strip()
    assert all(len(line) <= 78 for line in f"Subject: {value}".split("\r\n"))


@given(names)
@example('Cleo" <thief@example.com>, "x')
@example("Ends with a backslash \\")
@example("Acme, Inc. (Berlin)")
def test_a_mailbox_is_one_name_and_one_address(name):
    value = headers.mailbox("ana@example.com", name)
    assert value.isascii()
    assert "\n" not in value.replace("\r\n ", "")
    assert unfolded(value).endswith(
        "ana@example.com" if not headers.one_line(name) else "<ana@example.com>"
    )
    phrase = unfolded(value).removesuffix("<ana@example.com>").removesuffix("ana@example.com")
    quoted = re.fullmatch(r'"((?:[^"\\]|\\.)*)" ?', phrase)
    said = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else read(phrase).strip()
    assert said == headers.one_line(name)[: headers.LONGEST_NAME].strip()
    if not quoted:
        assert not re.search(r'[<>",;:@\\()\[\]]', re.sub(r"=\?utf-8\?[bq]\?[^?]*\?=", "", phrase))


@given(st.text(max_size=60))
@example("a@b\r\nRCPT TO:<c@d>")
def test_an_address_is_one_or_is_refused(address):
    try:
        checked = headers.checked(address)
    except Undeliverable as refused:
        assert refused.permanent
    else:
        assert re.fullmatch(r"[^\s<>\"]+@[^\s<>\"@]+", checked)


def test_an_international_domain_is_written_in_ascii():
    assert headers.checked("ana@münchen.example") == "ana@xn--mnchen-3ya.example"


@pytest.mark.parametrize("name", ["Łódź", "株式会社ミライ", "Đường", "שלום", "Zoë O’Neill"])
def test_names_beyond_ascii_come_back_whole(name):
    assert read(headers.subject(f"Ready: {name} {name}")) == f"Ready: {name} {name}"
