"""The matrix: names and values to settings, every combination, in a table's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.evals.matrix import ALIASES, label, parse_matrix
from copilot.kernel.errors import ConfigurationError


def test_every_combination_is_made_the_last_name_fastest() -> None:
    variants = parse_matrix(["model=a,b", "prompt=x,y"])
    assert variants == [
        {"COPILOT_LLM__MODEL": "a", "COPILOT_PROMPTS__FOLDER": "x"},
        {"COPILOT_LLM__MODEL": "a", "COPILOT_PROMPTS__FOLDER": "y"},
        {"COPILOT_LLM__MODEL": "b", "COPILOT_PROMPTS__FOLDER": "x"},
        {"COPILOT_LLM__MODEL": "b", "COPILOT_PROMPTS__FOLDER": "y"},
    ]
    assert [label(variant, variants) for variant in variants] == [
        "model=a prompt=x",
        "model=a prompt=y",
        "model=b prompt=x",
        "model=b prompt=y",
    ]


def test_no_matrix_is_one_variant_that_changes_nothing() -> None:
    assert parse_matrix([]) == [{}]
    assert label({}, [{}]) == ""


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        *ALIASES.items(),
        ("Model", "COPILOT_LLM__MODEL"),
        ("COPILOT_EMBEDDER__QUERY_PREFIX", "COPILOT_EMBEDDER__QUERY_PREFIX"),
        ("embedder__query_prefix", "COPILOT_EMBEDDER__QUERY_PREFIX"),
        ("embedder.query_prefix", "COPILOT_EMBEDDER__QUERY_PREFIX"),
        ("copilot_data_dir", "COPILOT_DATA_DIR"),
    ],
)
def test_a_name_is_an_alias_or_a_setting_in_any_notation(name: str, setting: str) -> None:
    assert parse_matrix([f"{name}= a , b=c "]) == [{setting: "a"}, {setting: "b=c"}]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["model"], "write name=value,value such as model=a,b"),
        (["=a"], "write name=value,value"),
        ([""], "write name=value,value"),
        (["model="], "empty value"),
        (["model=a,,b"], "write model=a,b with a value on both sides"),
        (["model=a,"], "empty value"),
        (["modle=a"], "Did you mean `model`?"),
        (["zzz=a"], "Write one of model, prompt, embedder"),
        (["llm-model=a,b"], "knows no 'llm-model'"),
        (["käyttö=a"], "knows no 'käyttö'"),
        (["model=a,a"], "gives model=a twice"),
        (["model=a", "llm.model=b"], "write its values together, model=a,b."),
        (["llm.api_key=a"], "COPILOT_LLM__API_KEY is a secret"),
        (["database.url=postgresql://u:p@h/d"], "is a secret"),
        (["model=1,2,3,4,5,6,7,8,9", "prompt=1,2,3,4,5,6,7,8"], "9 × 8 = 72 variants"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_write(args: list[str], told: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_matrix(args)
    assert told in raised.value.detail


@pytest.mark.parametrize(
    "arg", ["llm.api_key=sk-very-secret,", "llm.base_url=https://sk-very-secret@models.example/v1"]
)
def test_a_secret_is_refused_without_showing_it(arg: str) -> None:
    with pytest.raises(ConfigurationError, match="is a secret") as raised:
        parse_matrix([arg])
    assert "very-secret" not in raised.value.detail


def test_sixty_four_variants_are_run() -> None:
    eight = ",".join("12345678")
    assert len(parse_matrix([f"model={eight}", f"prompt={eight}"])) == 64


def test_a_huge_matrix_is_refused_without_being_built() -> None:
    many = ",".join(str(number) for number in range(1_000))
    with pytest.raises(ConfigurationError, match="at most 64"):
        parse_matrix([f"{name}={many}" for name in ALIASES])


def test_a_label_leaves_out_what_does_not_differ() -> None:
    variants = parse_matrix(["model=a,b", "llm.context_tokens=8000"])
    assert [label(variant, variants) for variant in variants] == ["model=a", "model=b"]
    (alone,) = parse_matrix(["llm.context_tokens=8000"])
    assert label(alone, [alone]) == "llm.context_tokens=8000"


def test_long_paths_are_told_by_their_end_where_that_tells_them_apart() -> None:
    apart = parse_matrix(["prompt=/home/qa/prompts/released/,/home/qa/prompts/candidate"])
    assert [label(one, apart) for one in apart] == ["prompt=released", "prompt=candidate"]
    alike = parse_matrix(["prompt=/home/qa/released/prompts,/home/qa/candidate/prompts"])
    assert [label(one, alike) for one in alike] == [
        "prompt=/home/qa/released/prompts",
        "prompt=/home/qa/candidate/prompts",
    ]


@given(st.lists(st.text(max_size=20) | st.from_regex(r"[a-z._]{1,8}=[a-z,]{1,6}"), max_size=3))
def test_any_arguments_are_a_matrix_or_told(args: list[str]) -> None:
    try:
        variants = parse_matrix(args)
    except ConfigurationError:
        return
    labels = [label(variant, variants) for variant in variants]
    assert len(set(labels)) == len(variants)
