"""`make translations`: bring catalogues up to date, compile them, name what is not said yet."""

import sys

from translations.catalogues import as_compiled, as_text, languages, source, updated


def main() -> None:
    """Languages come from the catalogues there are, and from the arguments: new ones."""
    for language in sorted({*languages(), *sys.argv[1:]}):
        catalogue, place = updated(language), source(language)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(as_text(catalogue))
        place.with_suffix(".mo").write_bytes(as_compiled(catalogue))
        missing = [each for each in catalogue if each.id and not _is_said(each.string)]
        print(f"{language}: {len(catalogue)} sentences, {len(missing)} not said yet")
        for each in missing:
            print(f"  {each.id!r}")


def _is_said(words: str | tuple[str, ...] | list[str]) -> bool:
    return all(words) if isinstance(words, (tuple, list)) else bool(words)


if __name__ == "__main__":
    main()
