"""Search within words, for scripts that leave no space to tell where a word begins."""

import re

from models.base import is_postgresql
from models.full_text import SOURCES, words
from models.proxy import db

UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
"""Letters of scripts that leave no space between words: Thai, Lao, Burmese, Khmer, kana, Han."""


def ids(owner_id: int, typed: str, at_most: int, kind: str = "") -> dict[str, list[int]]:
    """As full_text.ids, by what stands anywhere within a word, where a script has no space that
    would tell where words begin. They have no case. Read from the rows themselves.
    """
    wanted = words(typed)
    if not any(map(UNSPACED.search, wanted)):
        return {}
    sign = "%s" if is_postgresql() else "?"
    found = {}
    for each in [kind] if kind else SOURCES:
        source = SOURCES[each]
        holds = f" AND ({source.text()}) LIKE {sign}" * len(wanted)
        query = (
            f"SELECT it.id FROM {source.table} AS it {source.joins} WHERE ({source.when})"
            f" AND {source.owner} = {sign}{holds} ORDER BY it.id DESC LIMIT {sign}"
        )
        given = (owner_id, *(f"%{word}%" for word in wanted), at_most)
        if rows := db.execute_sql(query, given).fetchall():
            found[each] = [int(row[0]) for row in rows]
    return found
