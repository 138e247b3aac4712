"""What is said was said, and what is made up is dropped, in many languages."""

from collections.abc import Sequence
from itertools import count

import pytest

from copilot.speech.invented import echoes, is_invented, without_rounds
from copilot.speech.transcriber import Utterance

SURE = {"level_db": -25.0, "no_speech": 0.01, "mean_log_probability": -0.2, "compression": 1.2}
UNSURE = SURE | {"no_speech": 0.5, "mean_log_probability": -0.7}

VIDEO_PHRASES = [
    "Thanks for watching!",
    "Thank you so much for watching. Please subscribe to my channel.",
    "Don't forget to like and subscribe!",
    "See you in the next video.",
    "Subtitles by the Amara.org community",
    "Kiitos kun katsoit!",
    "Kiitos katsomisesta.",
    "Aitäh vaatamast!",
    "Tack för att ni tittade!",
    "Tack för att du har tittat.",
    "Takk for at du så på!",
    "Tak fordi I så med.",
    "Vielen Dank fürs Zuschauen.",
    "Untertitelung des ZDF, 2020",
    "Untertitel im Auftrag des ZDF für funk, 2017",
    "Untertitel der Amara.org-Community",
    "Bedankt voor het kijken!",
    "Ondertitels ingediend door de Amara.org gemeenschap",
    "Merci d'avoir regardé cette vidéo !",
    "Sous-titrage Société Radio-Canada",
    "Sous-titres réalisés par la communauté d'Amara.org",
    "¡Gracias por ver el video!",
    "Suscríbete al canal.",
    "Subtítulos realizados por la comunidad de Amara.org",
    "Grazie per la visione.",
    "Iscrivetevi al nostro canale!",
    "Sottotitoli creati dalla comunità Amara.org",
    "Obrigado por assistir!",
    "Inscreva-se no canal.",
    "Legendas pela comunidade Amara.org",
    "Субтитры сделал DimaTorzok",
    "Редактор субтитров А.Семкин Корректор А.Егорова",
    "Спасибо за просмотр!",
    "Продолжение следует...",
    "Дякую за перегляд!",
    "Dzięki za oglądanie!",
    "Napisy stworzone przez społeczność Amara.org",
    "Abone olmayı unutmayın.",
    "اشتركوا في القناة",
    "ご視聴ありがとうございました",
    "チャンネル登録をお願いいたします。",
    "시청해주셔서 감사합니다!",
    "MBC 뉴스 이덕영입니다.",
    "感谢观看",
    "請不吝點贊訂閱轉發打賞支持明鏡與點點欄目",
    "字幕由Amara.org社区提供",
]

CREDITS = [
    "Subtitles by John Smith",
    "Transcription by ESO; translation by",
    "Suomennos: Matti Meikäläinen",
    "Tekstitys: Yle",
    "Textning: Anna Andersson, SVT",
    "Undertekster av Ai-Media",
    "Danske tekster: Jesper Buhl",
    "Untertitel von Stephan Fuchs",
    "Legendas: João",
    "Субтитры создавал DimaT",
    "字幕志愿者 杨茜茜",
]

SAID = [
    "Thank you.",
    "Kiitos.",
    "Bye bye.",
    "Okay, thank you very much, bye.",
    "Thank you for watching over my order.",
    "Your thanks for watching mail never reached me.",
    "I want to unsubscribe, but the button says like and subscribe.",
    "I would like to subscribe to the monthly coffee delivery.",
    "The subtitles by default are off on my television.",
    "Haluaisin tilata kanavapaketin ja tekstityksen.",
    "Tekstitys puuttuu elokuvasta kokonaan.",
    "Untertitel fehlen im ganzen Film.",
    "Undertexter fungerar inte på min tv.",
    "Subtítulos en español no hay.",
    "Elokuvan suomennos puuttuu, haluan rahani takaisin.",
    "Kiitos kun autoitte minua.",
    "Kiitos kun katsoit tuon tilauksen minulle.",
    "Tack för att du tittade på min beställning.",
    "Ich brauche die Untertitel für den Film, den ich gekauft habe.",
    "Merci d'avoir regardé ma commande.",
    "Gracias por ver mi pedido tan rápido.",
    "I ordered the film on Amara in organic cotton.",
    "Спасибо за помощь.",
    "ありがとうございます。",
    "감사합니다.",
    "谢谢。",
    "Hello? Hello? Hello?",
    "No, no, no, no.",
    "It is four four four four, zero zero zero zero.",
    "Hahahaha, yes.",
    "Hmmmmm.",
    "My number is 000000000000.",
    "joo joo joo joo, ymmärrän kyllä",
]


@pytest.mark.parametrize("text", VIDEO_PHRASES)
def test_phrases_of_videos_are_dropped_however_sure_the_model_is(text: str) -> None:
    assert is_invented(text, **SURE)


@pytest.mark.parametrize("text", CREDITS)
def test_credits_are_dropped_where_the_model_doubts(text: str) -> None:
    assert is_invented(text, **UNSURE)


@pytest.mark.parametrize("text", SAID)
def test_what_people_say_is_kept(text: str) -> None:
    assert not is_invented(text, **SURE)


@pytest.mark.parametrize("text", [text for text in SAID if "subtitles by" not in text.lower()])
def test_and_is_kept_where_the_model_doubts_a_little(text: str) -> None:
    assert not is_invented(text, **UNSURE)


@pytest.mark.parametrize(
    "text",
    [
        "thank you very much " * 6,
        "so I went to the and then I said " + "and I said that " * 12,
        "hahahahahahahahahahahahaha",
        "Aaaaaaaaaaaaaaaaaa",
        "ありがとうございましたありがとうございましたありがとうございましたありがとうございました",
        "Tilaus" * 5,
    ],
)
def test_circles(text: str) -> None:
    assert is_invented(text, **SURE)


@pytest.mark.parametrize(
    ("text", "seconds", "invented"),
    [
        ("Hello, your order has been sent today.", 0.4, True),
        ("Hello, your order has been sent today.", 1.5, False),
        ("yes", 0.05, False),
        ("Epäjärjestelmällistyttämättömyydellänsäkään", 2.0, False),
    ],
)
def test_more_than_a_voice_can_say(text: str, seconds: float, invented: bool) -> None:
    assert is_invented(text, **SURE, seconds=seconds) is invented


NAMES = ["Kettle 3000", "Rovaniemi", "Aino mug", "LumiPad"]


@pytest.mark.parametrize(
    ("text", "echoed"),
    [
        ("Kettle 3000, Rovaniemi, Aino mug, LumiPad", True),
        ("Rovaniemi, Aino mug", True),
        ("LumiPad, Rovaniemi, Kettle 3000.", True),
        ("LumiPad LumiPad LumiPad", True),
        ("Kettle 3000", False),
        ("Rovaniemi.", False),
        ("Aino mug, Rovaniemi", False),
        ("A Kettle 3000 to Rovaniemi", False),
        ("It is the Kettle 3000, not the Aino mug.", False),
        ("", False),
    ],
)
def test_names_that_were_told_and_not_said(text: str, echoed: bool) -> None:
    assert echoes(text, NAMES) is echoed
    assert is_invented(text, **SURE, vocabulary=NAMES) is echoed
    assert not echoes(text, [])


def utterances(texts: Sequence[str]) -> list[Utterance]:
    at = count()
    return [Utterance(float(next(at)), float(next(at)), text, 0.9, []) for text in texts]


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (["I will check it."] * 4, ["I will check it."]),
        (["I will check it.", "i will check it", "I will check it!"], ["I will check it."]),
        (["I will check it."] * 2, ["I will check it."] * 2),
        (["Yes."] * 5, ["Yes."] * 5),
        (["Hello?"] * 3, ["Hello?"] * 3),
        (["注文はまだ届いていません"] * 3, ["注文はまだ届いていません"]),
        (["One.", "I will check it.", "Two."] * 3, ["One.", "I will check it.", "Two."] * 3),
    ],
)
def test_sentences_that_go_round_in_circles(texts: list[str], kept: list[str]) -> None:
    assert [one.text for one in without_rounds(utterances(texts))] == kept
