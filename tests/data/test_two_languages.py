from xling.data.two_languages import TwoLanguages

ENGLISH = ["The weather is nice today.", "I would like something to drink.", "Where is the house?"]
GERMAN = ["Das Wetter ist heute schön.", "Ich möchte etwas trinken.", "Wo ist das Haus?"]


def test_sentences_read_like_their_language() -> None:
    guess = TwoLanguages.learned(ENGLISH, GERMAN)
    assert guess.score("The house is there.") > 0.2
    assert guess.score("Das Haus ist schön.") < -0.2


def test_swapped_texts_swap_the_sign() -> None:
    one, other = TwoLanguages.learned(ENGLISH, GERMAN), TwoLanguages.learned(GERMAN, ENGLISH)
    assert abs(one.score(ENGLISH[0]) + other.score(ENGLISH[0])) < 1e-9


def test_short_sentences_and_unknown_letters_are_not_judged() -> None:
    guess = TwoLanguages.learned(ENGLISH, GERMAN)
    assert guess.score("Is it?") == 0
    assert guess.score("12 345 678 901") == 0
    assert guess.score("зеркало и окно") == 0
