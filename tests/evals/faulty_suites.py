"""Suite files: a good one, and one for every fault with the line and words it is told with."""

GOOD = """\
name: kb-retrieval-en
task: retrieval
dataset: ../datasets/kb_en
metrics: [recall@5, ndcg@10, wer]
gates:
  recall@5: ">= 0.85"
  wer: "< 1.5e-1"
baseline: runs/kb.json
settings:
  COPILOT_LLM__MODEL: 1.10
  llm.local: yes
  Embedder:
    query_prefix: ""
    threads: 4
  copilot_conversations__support_addresses: [a@example.com, 2, true]
description: English articles
"""

START = "name: a\ntask: retrieval\ndataset: ../datasets/kb_en\n"
TOP = f"{START}metrics: [recall@5, wer, judge]\n"
"""Four lines without a fault."""


FAULTS = {
    # What the file is not.
    "empty": ("", 1, "The file is empty. Write `name:`"),
    "only a comment": ("# nothing\n", 1, "The file is empty."),
    "a list": ("\n- a\n", 2, "not a mapping. Write `name:`"),
    "not UTF-8": (b"name: a\ntask: \xe4\n", 2, "Save the file as UTF-8."),
    "UTF-16": (b"\xff\xfe" + "name: a".encode("utf-16-le"), 1, "Save the file as UTF-8."),
    "a control character": ("name: a\ntask: \x07\n", 2, "(U+0007) stands here. Take it out."),
    "an open quote": (f'{TOP}description: "never closed\n', 5, "open bracket or quote"),
    "an open bracket": ("name: a\nmetrics: [a,\nb\n", 2, "open bracket or quote"),
    "indented once too often": ("name: a\n  task: b\n", 2, "not indented like the others"),
    "two colons": ("name: a: b\n", 1, "holds a colon stands in quotes"),
    "a tab": ("name: a\n\ttask: b\n", 2, "Use spaces where the line has tabs."),
    "two documents": (f"{TOP}---\nname: b\n", 5, "This is not YAML"),
    "an impossible escape": ('name: a\ntask: "\\U11111111"\n', 2, "mistyped escape"),
    "half a character": ('name: a\ntask: "\\ud800"\n', 2, "Write the character itself."),
    "an anchor": ("name: &a b\ntask: *a\n", 1, "Anchors (&) and aliases (*) are not read."),
    "an alias": ("name: b\nmetrics: [*a]\n", 2, "Write the value out"),
    "a tag": ("name: !!python/name:os.system x\n", 1, "Tags such as `tag:yaml.org,2002:python"),
    "too deep": ("a: 1\nb: " + "[" * 100_000, 2, "levels of nesting. Write it flatter."),
    # Keys.
    "an unknown key": (f"{START}metric: [wer]\n", 4, "`metric` is not a key of a suite. Did you "),
    "suggested": (f"{START}metric: [wer]\n", 4, "Did you mean `metrics`?"),
    "wrong case": (f"{TOP}Gates: {{}}\n", 5, "Did you mean `gates`?"),
    "like none": (f"{TOP}xyz: 1\n", 5, "Known keys: name, task, dataset, metrics, gates,"),
    "a key twice": (f"{TOP}name: b\n", 5, "the first is in line 1. Keep one of them."),
    "a gate twice": (
        f'{TOP}gates:\n  wer: "< 1"\n  wer: "< 2"\n',
        7,
        "`wer` stands here twice in `gates`",
    ),
    "a number as key": (f"{TOP}1: x\n", 5, "A key is not text."),
    "a list as key": (f"{TOP}? [a]\n: x\n", 5, "A key is not text."),
    "one missing": ("# first\nname: a\ntask: figures\ndataset: .\n", 2, "Add `metrics: ["),
    "all missing": ("description: a\n", 1, "`name`, `task`, `dataset`, `metrics` are missing."),
    # Texts.
    "no name": (TOP.replace("name: a", "name:"), 1, "`name` is empty."),
    "a number for a name": (TOP.replace("name: a", "name: 12"), 1, '`name: "12"`'),
    "a list for a name": (TOP.replace("name: a", "name: [a]"), 1, "Write one text: `name: …`."),
    "a name that is a path": (
        TOP.replace("name: a", "name: ../Käyttö 1"),
        1,
        "Write `name: Kaytto-1`.",
    ),
    "a hidden name": (TOP.replace("name: a", "name: .a"), 1, "Write `name: a`."),
    "a long name": (TOP.replace("name: a", f"name: {'a' * 101}"), 1, "at most 100"),
    "a description that is a list": (f"{TOP}description: [a]\n", 5, "Write one text"),
    # Task and dataset.
    "an unknown task": (TOP.replace("retrieval", "retreival"), 2, "Did you mean `retrieval`?"),
    "a task in capitals": (TOP.replace("retrieval", "Retrieval"), 2, "Did you mean `retrieval`?"),
    "a task like none": (TOP.replace("retrieval", "zzz"), 2, "Tasks: retrieval, summary,"),
    "no dataset": (TOP.replace("kb_en", "kb_em"), 3, "Did you mean `../datasets/kb_en`?"),
    "a dataset of no name": (TOP.replace("../datasets/kb_en", '"a\\0b"'), 3, "no dataset at"),
    "a dataset of 5,000 letters": (
        TOP.replace("../datasets/kb_en", "a" * 5_000),
        3,
        "A path is relative to the suite's folder",
    ),
    # Metrics.
    "no metrics": (f"{START}metrics: []\n", 4, "`metrics` is empty. Name what to measure"),
    "nothing": (f"{START}metrics:\n", 4, "`metrics` is empty."),
    "a text": (f"{START}metrics: recall@5, wer\n", 4, "Write `metrics: [recall@5, wer]`."),
    "a mapping": (f"{START}metrics: {{wer: 1}}\n", 4, "`metrics` is not a list."),
    "an unknown metric": (
        f"{START}metrics:\n  - wer\n  - recal@5\n",
        6,
        "The task retrieval has no metric `recal@5`. Did you mean `recall@5`?",
    ),
    "a metric like none": (f"{START}metrics: [zzzz]\n", 4, "It has recall@5, recall@10,"),
    "a number as metric": (f"{START}metrics:\n  - 5\n", 5, "A metric's name is a text."),
    "a metric twice": (f"{START}metrics:\n- wer\n- judge\n- wer\n", 7, "`wer` is listed twice."),
    # Gates.
    "a list of gates": (f'{TOP}gates:\n  - wer: "< 1"\n', 6, 'Write `gates: {recall@5: "…"}`.'),
    "unquoted": (f"{TOP}gates:\n  recall@5: >= 0.85\n", 6, 'in quotes, as in `recall@5: ">='),
    "unquoted in braces": (f"{TOP}gates: {{recall@5: >= 0.85}}\n", 5, "A bound stands in quotes"),
    "not listed": (f'{TOP}gates:\n  ndcg@10: ">= 0.2"\n', 6, "Add it to `metrics`."),
    "nearly listed": (f'{TOP}gates:\n  recal@5: ">= 0.2"\n', 6, "Did you mean `recall@5`?"),
    "wrong way round": (f'{TOP}gates: {{wer: "<= 1",\n wer2: x}}\n', 6, "Did you mean `wer`?"),
    "wrong way": (f'{TOP}gates: {{wer: ">= 0.2"}}\n', 5, 'Write `wer: "<= 0.2"`.'),
    "the other wrong way": (f'{TOP}gates: {{recall@5: "< 0.2"}}\n', 5, '`recall@5: ">= 0.2"`'),
    "a judge alone": (f'{TOP}gates:\n  judge: ">= 0.5"\n', 5, "Only a model's judgement"),
    "a baseline of a judge alone": (
        f"{START}metrics: [judge]\nbaseline: runs/kb.json\n",
        5,
        "Add a measured metric to `metrics`.",
    ),
    # Baseline.
    "no baseline": (f"{TOP}baseline: runs/none.json\n", 5, "or leave `baseline` out."),
    "not a run": (f"{TOP}baseline: runs/kb.txt\n", 5, "those are .json files."),
    "a folder": (f"{TOP}baseline: runs\n", 5, "those are .json files."),
    # Settings.
    "settings in a list": (f"{TOP}settings:\n- a\n", 6, "Write `settings: {COPILOT_LLM__MODEL"),
    "a setting without value": (
        f"{TOP}settings:\n  llm:\n    model:\n",
        7,
        '`model` has no value. Give it one, `""` for an empty text',
    ),
    "no name of a setting": (f"{TOP}settings:\n  l-m: 1\n", 6, "Write it like `COPILOT_LLM__"),
    "twice in two notations": (
        f"{TOP}settings:\n  llm.model: a\n  COPILOT_LLM__MODEL: b\n",
        7,
        "COPILOT_LLM__MODEL is given twice. Keep one of them.",
    ),
    "a secret": (
        f"{TOP}settings:\n  llm: {{model: a,\n    api_key: x}}\n",
        7,
        "Set it in the environment or in `.env`: COPILOT_LLM__API_KEY=….",
    ),
    "a password in a URL": (
        f"{TOP}settings: {{database.url: 'postgresql://u:secret@db/x'}}\n",
        5,
        "COPILOT_DATABASE__URL is a secret",
    ),
    "an unknown setting": (
        f"{TOP}settings:\n  llm.model: a\n  lln.model: a\n",
        7,
        "There is no setting COPILOT_LLN__MODEL. Correct it or leave it out.",
    ),
    "an unusual value": (f"{TOP}settings:\n  llm.model: [2024-01-01]\n", 6, "into quotes."),
    # The first of several.
    "the first is told": (
        "metrics: [zzzz]\nname: ../a\ntask: retrieval\ndataset: none\n",
        1,
        "has no metric",
    ),
}

BOUNDS = {
    "0.85": 'does not say whether it is a least or a most. Write `recall@5: ">= 0.85"`.',
    "85": 'Write `recall@5: ">= 0.85"`.',
    '"=> 0.85"': 'Write `recall@5: ">= 0.85"`.',
    '"0.85"': 'Write `recall@5: ">= 0.85"`.',
    '"≥ 0,85"': 'Write `recall@5: ">= 0.85"`.',
    '">= 85%"': 'Write `recall@5: ">= 0.85"`.',
    '"== 1"': 'Write `recall@5: ">= 1"`.',
    "high": "The gate `high` is not a bound. Write `recall@5:",
    '">= nan"': "is not a bound",
    '">= 1e999"': "is not a bound",
    '">= ٠"': "is not a bound",
    '""': "is not a bound",
    "": "is not a bound",
    "[0.85]": "is not a bound",
    "true": "does not say",
    '">= 85"': "goes from 0 to 1, so the gate `>= 85` is no use. Did you mean 0.85? Write",
    '">= 850"': "Choose a threshold in that range.",
    '">= -0.1"': "Choose a threshold in that range.",
    '"> 1"': 'can never be > 1. Write `recall@5: ">= 1"`.',
    '"<= 0.5"': "better the higher it is, and the gate `<= 0.5` asks for at most that.",
}
