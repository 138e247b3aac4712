"""What Whisper says into noise: the phrases of subtitles, in the languages they are known of.

From public reports (issue 2660 of ggml-org/whisper.cpp, issues 155 and 617 of Vexa-ai/vexa among
them) and from what stands under broadcasters' videos. All are matched against lower-case words with
single blanks between them and no punctuation.
"""

import re

NEVER_SAID = re.compile(
    r"\bamara org\b|\bdimatorzok\b|\bdima torzok\b|\bcastingwords\b"
    r"|^untertitel(ung)? (des zdf|im auftrag des zdf|von stephanie geiges)"
    r"|^untertitelung (des )?(ard|wdr|ndr|br|swr)\b|^swr \d{4}$"
    r"|^sous titrage (société radio canada|st ?501|fr)"
    r"|^редактор субтитров|^корректор \w+ \w+$"
    r"|^字幕(由|志愿者|製作|制作|by)|^(中文)?字幕(提供|製作|制作)|^mbc 뉴스 \w+입니다"
    r"|^请不吝点赞|^請不吝點贊",
)
"""Names that stand under videos and in no call; the second words are those of broadcasters."""

_THANKS = (
    # English
    r"(thank you|thanks)( so much| very much)? for (watching|viewing)( (this|my|the) videos?)?"
    r"|(please )?(don't forget to |remember to )?(like( and|,)? )?(comment and )?subscribe"
    r"( to (my|our|the) channel)?( for more( videos)?)?"
    r"|(i'll |i will )?see you (guys )?in the next (video|one|episode)"
    # Finnish, Estonian
    r"|kiitos( paljon)?,? (kun|että) katso(it|itte)|kiitos katsomisesta|kiitos katselusta"
    r"|(nähdään|tavataan) (seuraavassa|ensi) (videossa|videolla)|tilaa(kaa)? kanava"
    r"|aitäh,? (et )?vaatasite?|aitäh vaatamast|täname vaatamast"
    # Swedish, Norwegian, Danish
    r"|tack för att (du|ni) (har )?(tittat|tittade|kollade)|tack för titten"
    r"|takk for at (du|dere) (så|ser|har sett)( på)?( på)?|takk for meg og takk for at du så på"
    r"|tak fordi (du|i) (så|kiggede|har set)( med)?|tak for at se med"
    # German, Dutch
    r"|(vielen )?(dank|danke)( schön)? (fürs|für das|für's) (zuschauen|zusehen)"
    r"|bis zum nächsten video|(bedankt|dank je( wel)?) voor het kijken"
    r"|(vergeet niet te )?abonneer( je)? op (dit|mijn|ons) kanaal"
    # French, Spanish, Italian, Portuguese
    r"|merci d'avoir regardé( cette vidéo| la vidéo)?|abonnez vous( à la chaîne)?"
    r"|(muchas )?gracias por ver( el| este)?( video| vídeo)?"
    r"|suscríbete( al canal| a mi canal)?|(no olvides )?suscribirte( al canal)?"
    r"|grazie (per|di) (la visione|aver guardato)( il video)?|iscrivetevi al (mio |nostro )?canale"
    r"|(obrigad[oa] )?(por|por ter) assisti(r|do)( (o|este|ao) vídeo)?"
    r"|inscreva se no (nosso |meu )?canal"
    # Russian, Ukrainian, Polish
    r"|(спасибо|благодарю) за (просмотр|внимание к видео)|подписывайтесь на (наш |мой )?канал"
    r"|дякую за перегляд|дзякуй за прагляд|продолжение следует"
    r"|dzięki za (oglądanie|uwagę i oglądanie)|dziękuję za (oglądanie|obejrzenie)"
    r"|(zapraszam(y)? do )?subskryb(uj|owania)( kanału| kanał)?"
    # Turkish, Arabic
    r"|izlediğiniz için (teşekkürler|teşekkür ederim)|abone olmayı unutmayın"
    r"|اشتركوا في القناة|شكرا (على|للمشاهدة)( المشاهدة)?"
    # Japanese, Korean, Chinese
    r"|(最後まで)?ご[視覧]聴?(いただき)?(誠に)?ありがとうございま(した|す)"
    r"|チャンネル登録(を)?(よろしく)?お願い(いた|致)?します|次の動画でお会いしましょう"
    r"|시청해 ?주셔서 감사합니다|구독과? 좋아요 ?(부탁드립니다)?|다음 (영상|비디오)에서 만나요"
    r"|(感谢|感謝|谢谢|謝謝)(您的|大家的?|你的)?(观看|觀看|收看|收听|收聽)"
    r"|(请|請)?(订阅|訂閱)(我的|我们的)?(频道|頻道)"
)
VIDEO_PHRASES = re.compile(rf"(?:{_THANKS})(?: (?:{_THANKS}))*")
"""What people say in videos and not on the phone, as a whole utterance."""

BY_SOMEBODY = re.compile(
    r"(subtitles?|captions?|subtitled|captioned|transcribed|transcripts?|transcription)"
    r"( made| provided| edited| created)? by( \S+){1,6}"
    r"|(suomennos|tekstitys|käännös( ja tekstitys)?|subtiitrid|tõlge)( \S+){0,5}"
    r"|(undertexter|undertextning|textning|svensktextning|undertekst(er|et)?"
    r"|danske tekster|teksting|tekstet)( av| af| från)?( \S+){0,5}"
    r"|untertitel(ung)? (von|der|des|im auftrag)( \S+){1,5}"
    r"|(ondertitel(s|ing)?|ondertiteld) (van|door|ingediend door)( \S+){1,5}"
    r"|sous titr(es|age)( réalisés?)?( par)?( \S+){0,6}"
    r"|subt[ií]tulos( (por|realizados por))?( \S+){0,5}|legendas?( (por|pela|de))?( \S+){0,4}"
    r"|sottotitoli( (creati|a cura|e revisione))?( \S+){0,6}"
    r"|субтитры( (сделал|создавал|подготовил|делал))?( \S+){0,4}|субтитри( \S+){0,3}"
    r"|napisy( (stworzone|wykonane))?( \S+){0,5}|tłumaczenie( \S+){1,4}"
    r"|altyazı( \S+){0,3}|字幕\S*( \S+){0,3}|자막( \S+){0,3}"
)
"""Credits with a name behind: a sentence may begin like this, so only where the model doubts."""
