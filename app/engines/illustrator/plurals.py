"""From a plural to what it may be the plural of. Several guesses do no harm: only known words count.

The irregular ones ("geese", "leaves", "cacti") come from inflect, once, when the art index is built: the library
takes two seconds to load, which no first picture should wait for.
"""

from collections.abc import Iterable, Iterator


def singulars(phrase: str, irregular: dict[str, str]) -> Iterator[str]:
    """What the phrase may be the plural of, by its last word; nothing when that is no plural."""
    head, _, last = phrase.rpartition(" ")
    for word in [irregular[last]] if last in irregular else _guesses(last):
        yield f"{head} {word}".strip()


def irregulars(phrases: Iterable[str]) -> dict[str, str]:
    """The plurals of these phrases' last words that no rule here would lead back."""
    import inflect

    english = inflect.engine()
    found = {}
    for word in sorted({phrase.rpartition(" ")[2] for phrase in phrases}):
        if len(word) > 2 and word.isascii() and word.isalpha() and not english.singular_noun(word):
            plural = english.plural_noun(word)
            if plural != word and word not in _guesses(plural):
                found[plural] = word
    return found


def _guesses(word: str) -> list[str]:
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return []
    guesses = [word[:-1]]
    if word.endswith("ies"):
        guesses.append(word[:-3] + "y")
    elif word.endswith("es"):
        guesses.append(word[:-2])
    return guesses
