"""Finds the words of a vocabulary in a text, however they are disguised.

A trie of the vocabulary is walked from the beginning of every word. A character goes along every letter that it can
be read as; a letter that repeats the one before, and what stands between letters, can be passed over. So "p0rn",
"pooorn", "p.o.r.n" and "p o r n" lead to the same leaf, and ordinary text falls off the trie after a few letters.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from app.moderation.letters import ANY, DIGITS, readings
from app.moderation.text import Word, humps, kind_of, words
from app.moderation.vocabulary import BEGINNING, Edges, Node, Vocabulary

HISSES = "sxzho"  # letters whose plural ends in -es
SHORTEST_PART = 4  # letters of a word that is written together with another
SHORTEST_JOINED = 5  # letters of a word broken apart by spaces
SHORTEST_DISGUISED = 3  # letters of a word worth disguising
SHORTEST_STARRED = 3  # letters of a word with one that nobody knows
JOINS_NOTHING = "'/\""  # signs that stand between words, and inside one only when every letter stands alone
PAUSES = (".", ",", ";", ":", "")
WORDS_REMEMBERED = 20_000
MOST_STEPS = 500  # of one walk: a wall of signs must not cost more than a text


class Step(NamedTuple):
    """Where a walk is: in the trie and in the text, after which letter, and past how many that nobody knows."""

    node: Node
    place: int
    last: str
    unknown: int = 0


@dataclass(frozen=True)
class Reading:
    """The words of a vocabulary in a text: from a place, the word and the place where the next one begins."""

    starts: list[int]
    edges: Edges = field(default_factory=lambda: defaultdict(set))

    def skip(self, place: int, most: int) -> list[int]:
        """This place and those up to so many words further."""
        first = bisect_left(self.starts, place)
        return [place, *(one for one in self.starts[first : first + most + 1] if one != place)]

    def without(self, spans: Iterable[tuple[int, int]]) -> "Reading":
        """The same with nothing read inside some spans."""
        left = Reading(self.starts)
        hidden = [(start, end) for start, end in spans]
        for place, found in self.edges.items():
            if not any(start <= place < end for start, end in hidden):
                left.edges[place] = found
        return left


def read(vocabulary: Vocabulary, text: str) -> Reading:
    """All words of the vocabulary in a plain text."""
    return Reader(vocabulary, text).read()


def read_word(vocabulary: Vocabulary, word: str) -> Edges:
    """Of one word by itself, remembered."""
    edges = vocabulary.remembered.get(word)
    if edges is None:
        if len(vocabulary.remembered) >= WORDS_REMEMBERED:
            vocabulary.remembered.clear()
        edges = vocabulary.remembered[word] = dict(read(vocabulary, word).edges)
    return edges


class Reader:
    """One text being read."""

    def __init__(self, vocabulary: Vocabulary, text: str) -> None:
        self.vocabulary = vocabulary
        self.written = text
        self.text = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
        self.kinds = [kind_of(char) for char in self.text]
        self.words = words(text)
        self.starts = [word.start for word in self.words]
        self.ends = {place: word.end for word in self.words for place in range(word.start, word.end)}
        self.reading = Reading(self.starts)

    def read(self) -> Reading:
        for word in self.words:
            if self._stands_alone(word):
                self._take_over(word)
            else:
                self._read_word(word)
        return self.reading

    def _read_word(self, word: Word) -> None:
        for begin in (word.start, *humps(self.written, word)):
            self._read_from(begin, begin, word)
        if word.start and self.kinds[word.start - 1] == "sign" and len(readings(self.text[word.start - 1])) > 1:
            self._read_from(word.start - 1, word.start, word)
        if meant := self.vocabulary.misspelt(self.text[slice(*word)]):
            self._note(meant, word.start, word.end, word)

    def _stands_alone(self, word: Word) -> bool:
        """Whether nothing around a word can be part of it. Then it reads as it does anywhere."""
        written = self.written[slice(*word)]
        if len(self.words) == 1 or not (written.islower() or written.istitle()):
            return False
        if word.start and not self.text[word.start - 1].isspace():
            return False
        behind = self.text[word.end : word.end + 2]
        if behind[:1] in PAUSES:
            return behind[1:] in ("", " ")
        return behind[:1] == " " and not self._may_join(word.end)

    def _take_over(self, word: Word) -> None:
        """What the word reads as, known from elsewhere."""
        after = self._next(word.end)
        for offset, found in read_word(self.vocabulary, self.text[slice(*word)]).items():
            edges = {(entry, word.start + end if word.start + end < word.end else after) for entry, end in found}
            self.reading.edges[word.start + offset] |= edges

    def _read_from(self, begin: int, place: int, word: Word) -> None:
        for entry, end in self._walk(begin):
            if self._believable(begin, end, entry):
                self._note(entry, place, end, word)

    def _note(self, entry: str, place: int, end: int, word: Word) -> None:
        """An edge to where the next word begins: the end of this one, or within it where words are written together."""
        if self._at_end(end):
            self.reading.edges[place].add((entry, self._next(end)))
        elif entry.endswith(BEGINNING):
            self.reading.edges[place].add((entry, self._next(self._end_of_word(end))))
        elif end in humps(self.written, word):
            self.reading.edges[place].add((entry, end))
        elif end - place >= SHORTEST_PART and self._is_compound(word) and self._is_rest(end, self._end_of_word(end)):
            self.reading.edges[place].add((entry, end))
            self._read_from(end, end, word)

    def _is_compound(self, word: Word) -> bool:
        """Whether a word may be two that are written together: it is none by itself."""
        written = self.text[slice(*word)]
        return written not in self.vocabulary.ordinary and not self._is_entry(*word)

    def _is_rest(self, begin: int, end: int) -> bool:
        """Whether the rest of a word is a word of its own."""
        return end - begin >= SHORTEST_PART and self.text[begin:end] in self.vocabulary.parts

    def _is_entry(self, begin: int, end: int) -> bool:
        node: Node | None = self.vocabulary.root
        for place in range(begin, end):
            node = node.next.get(self.text[place]) if node else None
        return node is not None and node.word is not None

    def _walk(self, begin: int) -> Iterator[tuple[str, int]]:
        """Entries on the way, each with the place behind its last letter."""
        stack, seen = [Step(self.vocabulary.root, begin, "")], set()
        for _ in range(MOST_STEPS):
            if not stack:
                return
            step = stack.pop()
            node = step.node
            if (node, step.place) in seen:
                continue
            seen.add((node, step.place))
            for entry in (node.word, node.beginning):
                if entry is not None and (not step.unknown or len(entry) >= SHORTEST_STARRED):
                    yield entry, step.place
            if step.place < len(self.text) and node.next:
                stack.extend(self._steps(step, begin))

    def _steps(self, step: Step, begin: int) -> Iterator[Step]:
        node, place, last, unknown = step
        char, kind = self.text[place], self.kinds[place]
        if kind in ("letter", "ideograph") or len(readings(char)) > 1:
            for letter in readings(char):
                if letter in node.next:
                    yield Step(node.next[letter], place + 1, letter, unknown)
                if letter == last and place > begin:
                    yield Step(node, place + 1, last, unknown)
        if place > begin and (kind == "sign" or (kind == "space" and self._may_join(place))):
            yield Step(node, place + 1, "", unknown)
        if char in ANY and place > begin and not unknown and not self._at_end(place + 1):
            yield from (Step(child, place + 1, letter, 1) for letter, child in node.next.items())

    def _may_join(self, space: int) -> bool:
        """Whether a word may go on behind this space: beside it stands what is no word by itself."""
        before = self.text[:space].rpartition(" ")[2]
        after = self.text[space + 1 : space + 1 + SHORTEST_JOINED].partition(" ")[0]
        return self._is_odd(before) or self._is_odd(after) or after == ""

    def _is_odd(self, piece: str) -> bool:
        return len(piece) < SHORTEST_JOINED and (len(piece) == 1 or piece not in self.vocabulary.common)

    def _believable(self, begin: int, end: int, entry: str) -> bool:
        """Whether somebody meant this word, and did not just write others that happen to spell it."""
        span = self.text[begin:end]
        if span == entry or span == entry.removesuffix(BEGINNING):
            return True
        if len(entry) < SHORTEST_DISGUISED or not _letters_enough(span, entry) or _one_letter_twice(span, entry):
            return False
        pieces = span.split()
        letters = [letter for piece in pieces for letter in self._split(piece)]
        if all(len(letter) == 1 for letter in letters):
            return len(letters) >= 3 or len(letters) == len(span) or not ANY.isdisjoint(span)
        if any(sign in span for sign in JOINS_NOTHING):
            return False
        return len(pieces) == 1 or self._broken(pieces, end)

    def _broken(self, pieces: list[str], end: int) -> bool:
        """A word with spaces in it: one of its pieces is no word by itself, and nothing but letters is disguised."""
        if sum(map(len, pieces)) < SHORTEST_JOINED or not all(piece.isalpha() for piece in pieces):
            return False
        if not self._at_end(end):
            return False
        return any(len(piece) < SHORTEST_JOINED and piece not in self.vocabulary.common for piece in pieces)

    def _split(self, piece: str) -> list[str]:
        """Into the rows of letters between signs."""
        split = "".join(char if kind_of(char) != "sign" or len(readings(char)) > 1 else " " for char in piece)
        return split.split()

    def _at_end(self, place: int) -> bool:
        """Whether no letter follows, or only those of a plural."""
        if place >= len(self.text) or self.kinds[place] != "letter" or self.kinds[place - 1] == "ideograph":
            return True
        rest = self.text[place : self._end_of_word(place)]
        return rest == "s" or (rest == "es" and self.text[place - 1] in HISSES)

    def _end_of_word(self, place: int) -> int:
        return self.ends.get(place, place)

    def _next(self, end: int) -> int:
        """Where the word after this place begins; the end of the text when none does."""
        place = self._end_of_word(end) if end and self.kinds[end - 1] == "letter" else end
        index = bisect_left(self.starts, place)
        return self.starts[index] if index < len(self.starts) else len(self.text)


def _letters_enough(span: str, entry: str) -> bool:
    """Whether digits are the smaller part of what they disguise: a road called A55 is none."""
    shown = [char for char in span if not char.isspace()]
    digits = sum(char in DIGITS for char in shown) - sum(char in DIGITS for char in entry)
    letters = sum(char.isalpha() for char in shown)
    if digits <= 0:
        return letters > 0
    return letters > 0 and digits * 2 <= len(shown) + (1 if len(shown) > 4 else 0)


def _one_letter_twice(span: str, entry: str) -> bool:
    """Whether all that is repeated is one letter, once: "seeks" is not "seks"."""
    return span.isalpha() and len(span) == len(entry.removesuffix(BEGINNING)) + 1 and len(span) <= SHORTEST_JOINED
