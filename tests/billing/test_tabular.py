"""Tables as people have them: a quotation mark at fault loses no row without a word."""

import pytest

from billing.importing import tabular

ROWS = 'Date,Client,Hours\n2026-01-01,"A, and\nB",1\n'


def rows(text):
    return [cells for _line, cells in tabular.read(text.encode()).rows()]


@pytest.mark.parametrize(
    "after",
    ["2026-01-03,A,1\n" * 3, '2026-01-03,"A",1\n2026-01-04,A,1\n', "2026-01-03,A,1\n" * 9000],
    ids=["to the end", "closed by another", "longer than a cell may be"],
)
def test_a_quotation_mark_left_open_is_told_with_its_line(after):
    with pytest.raises(tabular.QuoteOpen) as refused:
        rows(f'{ROWS}2026-01-02,"A,1\n{after}')
    assert refused.value.facts == {"line": 4, "text": '2026-01-02,"A,1'}


def test_a_long_row_with_an_open_quotation_mark_is_told_by_its_beginning():
    with pytest.raises(tabular.QuoteOpen) as refused:
        rows(f'{ROWS}"{"x" * 100},1,1\n2026-01-03,A,1\n')
    assert refused.value.facts["text"] == f'"{"x" * 59}…'


def test_quotation_marks_within_one_line_are_read_as_they_stand():
    text = 'Date,Client,Hours\n2026-01-01,12" screen,1\n2026-01-02,"say "hi" now",1\n'
    assert [cells[0] for cells in rows(text)] == ["2026-01-01", "2026-01-02"]
    assert rows(text)[0][1] == '12" screen'


def test_one_in_the_last_line_loses_nothing():
    assert rows(f'{ROWS}2026-01-02,"A,1')[-1] == ["2026-01-02", "A,1"]


def test_a_cell_of_several_lines_stays_one():
    assert rows(ROWS) == [["2026-01-01", "A, and\nB", "1"]]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Kunde;Stunden\nMüller;1,5\n"),
        ("cp1252", "Client;Tâche\nSociété;Être prêt, maître d’œuvre\n"),
        ("cp1252", "Cliente;Descripción;Duración\nCompañía Española;Diseño de la página;1,5\n"),
        ("cp1252", "Cliente;Horas\nSão João;1,5\n"),
        ("cp1252", "Kund;Timmar\nÅkesson & Öberg;1,5\n"),
        ("cp1252", "Kunde;Betrag\nCafé Noir;80 €\n"),
        ("cp1250", "Klient;Opis\nŁódź;Poprawki strony głównej\n"),
        ("cp1251", "Клиент;Часы\nРомашка;1,5\n"),
        ("cp932", "日付,顧客\n2025-03-04,株式会社さくら\n"),
        ("cp932", "顧客名,メール\n株式会社山田デザイン,yamada@example.jp\n"),
        ("gb18030", "客户名称,邮箱\n北京设计有限公司,bj@example.cn\n"),
    ],
    ids=lambda text: text[:12],
)
def test_a_table_before_unicode_keeps_its_letters(encoding, text):
    table = tabular.read(text.encode(encoding))
    assert table.text == text
