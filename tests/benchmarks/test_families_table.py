from tests.benchmarks import report
from tests.benchmarks.families.table import as_table
from tests.benchmarks.figure import Figure, at_most


def test_a_family_is_one_row_and_a_missed_goal_is_bold() -> None:
    figures = [
        Figure("text", "text: load", 0.25, "s"),
        Figure("text", "text: a sample at batch 1", 0.1234567, "s"),
        Figure("text", "text: samples a second at batch 1", 8.1, "/s"),
        Figure("text", "text: samples a second at batch 2", 12, "/s"),
        Figure("text", "text: batch of 2 against alone", 0, goal=at_most(0)),
        Figure("text", "text: callbacks' share of a batch", 2.5, "%", at_most(2)),
        Figure("gan", "gan: load", 1, "s"),
    ]
    _, _, text, gan, _, below, *_ = as_table(report.as_json(figures), "make it").splitlines()

    assert text == "| text | 0.25 | – | 0.123 | – | – | – | 12 | 0 | **2.5** |"
    assert gan.startswith("| gan | 1 |")
    assert below.endswith("`make it`.")
