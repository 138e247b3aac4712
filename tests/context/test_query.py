from copilot.context.query import build_query, identifiers_in
from tests.summaries.threads import KETTLE, LAMP, conversation


def test_the_ask_without_greetings_and_signatures() -> None:
    thread = conversation(KETTLE, subject="VS: Rikkinäinen vedenkeitin")
    query = build_query(thread).text
    assert query.startswith("Rikkinäinen vedenkeitin")
    assert "Voitteko lähettää oikean johdon" in query
    assert any("Kansi on rikki" in one.text for one in build_query(thread).asked)
    assert not any(word in query for word in ("Hei", "Terveisin", "Pirjo", "Kiitos", "Olemme"))
    assert len(query) <= 700


def test_identifiers_are_kept() -> None:
    parts = build_query(conversation(LAMP)).asked
    assert any("UK-7781".lower() in one.text.lower() for one in parts)
    assert identifiers_in(conversation(KETTLE)) == {"KK20418", "JJFI62010004455"}


def test_something_is_searched_for_whatever_was_said() -> None:
    assert build_query(conversation([("customer", "Kiitos!")])).text == "Kiitos!"
    assert build_query(conversation([], subject="Re: Lamppu")).text == "Lamppu"
    assert build_query(conversation([])).text == ""
    assert len(build_query(conversation([("customer", "rikki " * 5000)])).text) <= 700
