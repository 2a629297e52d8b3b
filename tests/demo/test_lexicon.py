"""Size of the lexicon; known answers for words that a rule could get wrong."""

import pytest

from xling.demo import LANGUAGES
from xling.demo.gold import concepts
from xling.demo.lexicon import class_adjectives, lexicon

NOUNS, VERBS = lexicon().nouns, lexicon().verbs


@pytest.mark.parametrize("language", LANGUAGES)
def test_lexicon_is_large_enough(language: str) -> None:
    column = LANGUAGES.index(language)
    lemmas = {
        kind: {cells[0][column][0] for category, _, cells in concepts() if category == kind}
        for kind in ("noun", "verb", "adjective", "adverb")
    }
    sizes = {kind: len(words) for kind, words in lemmas.items()}
    assert len(set().union(*lemmas.values())) >= 450
    assert sizes["noun"] >= 250
    assert sizes["verb"] >= 90
    assert sizes["adjective"] >= 80
    assert sizes["adverb"] >= 30


@pytest.mark.parametrize(
    ("infinitive", "tense", "forms"),
    [
        ("build", "past", "construí construyó construimos construyeron"),
        ("read", "past", "leí leyó leímos leyeron"),
        ("hear", "present", "oigo oye oímos oyen"),
        ("follow", "present", "sigo sigue seguimos siguen"),
        ("give", "past", "di dio dimos dieron"),
        ("see", "imperfect", "veía veía veíamos veían"),
        ("go", "imperfect", "iba iba íbamos iban"),
        ("have", "future", "tendré tendrá tendremos tendrán"),
        ("look for", "past", "busqué buscó buscamos buscaron"),
        ("pay", "past", "pagué pagó pagamos pagaron"),
        ("organize", "past", "organicé organizó organizamos organizaron"),
        ("smell", "present", "huelo huele olemos huelen"),
    ],
)
def test_spanish_conjugation(infinitive: str, tense: str, forms: str) -> None:
    assert getattr(VERBS[infinitive].spanish, tense) == tuple(forms.split())


@pytest.mark.parametrize(
    ("key", "polite"),
    [
        ("gather", "recoja"), ("translate", "traduzca"), ("follow", "siga"), ("close", "cierre"),
        ("celebrate", "celebre"), ("play", "toque"), ("pay", "pague"), ("cross", "cruce"),
        ("correct", "corrija"), ("give", "dé"), ("measure", "mida"),
    ],
)  # fmt: skip
def test_spanish_polite_command(key: str, polite: str) -> None:
    assert VERBS[key].spanish.polite == polite


@pytest.mark.parametrize(
    ("key", "genitive"),
    [
        ("lion", "Löwen"), ("house", "Hauses"), ("car", "Autos"), ("cat", "Katze"),
        ("tree", "Baumes"), ("boy", "Jungen"), ("lake", "Sees"), ("prison", "Gefängnisses"),
        ("fire", "Feuers"), ("secret", "Geheimnisses"),
    ],
)  # fmt: skip
def test_german_genitive(key: str, genitive: str) -> None:
    assert NOUNS[key].german[0][3] == genitive


def test_every_verb_has_plausible_spanish_endings() -> None:
    for verb in VERBS.values():
        forms = verb.spanish
        assert forms.present[2].endswith("mos"), verb.key
        assert forms.past[3].endswith("ron"), verb.key
        assert forms.imperfect[2].endswith(("ábamos", "íamos", "íbamos")), verb.key
        assert forms.gerund.endswith(("ando", "iendo", "yendo")), verb.key
        assert forms.future[0].endswith("ré"), verb.key


def test_tables_name_words_that_exist() -> None:
    entries = lexicon()
    classes = frozenset().union(*(noun.classes for noun in entries.nouns.values()))
    for verb in entries.verbs.values():
        for selector in (verb.subjects, verb.objects, verb.recipients, verb.places, verb.tools):
            for name, weight in selector:
                assert weight > 0
                known = name[1:] in classes if name.startswith("@") else name in entries.nouns
                assert known, (verb.key, name)
        assert set(verb.manner) <= set(entries.adverbs), verb.key
        assert {name for name, _ in verb.places} <= set(entries.places), verb.key
    for noun in entries.nouns.values():
        assert set(noun.adjectives) <= set(entries.adjectives), noun.key
    assert set(entries.places) <= set(entries.nouns)
    assert set(class_adjectives()) <= classes
