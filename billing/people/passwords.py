"""What may be a password: 10 to 128 characters, none that everybody tries first."""

from functools import lru_cache
from pathlib import Path
from unicodedata import normalize

from billing.refusals import PasswordCommon, PasswordTooLong, PasswordTooShort

SHORTEST, LONGEST = 10, 128
COMMON = Path(__file__).with_name("common_passwords.txt")
OWN_NAME = "milepost"


def normal(password: str) -> str:
    """One form for what keyboards spell in several ways (NFKC, as NIST SP 800-63B asks)."""
    return normalize("NFKC", password)


def check(password: str, email: str) -> None:
    """Refuse PasswordTooShort, PasswordTooLong, and PasswordCommon for what is guessed first."""
    spelled = normal(password)
    if len(spelled) < SHORTEST:
        raise PasswordTooShort(shortest=SHORTEST)
    if len(spelled) > LONGEST:
        raise PasswordTooLong(longest=LONGEST)
    if _is_common(spelled.casefold(), email.casefold()):
        raise PasswordCommon


def _is_common(spelled: str, email: str) -> bool:
    bare = spelled.strip("0123456789 !?.-_#@$*")
    own = {email, email.partition("@")[0], OWN_NAME}
    return spelled in _common() or spelled == email or bare in own or len(set(spelled)) < 3


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    lines = COMMON.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))
