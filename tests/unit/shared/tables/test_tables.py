"""What a table is, and its rows, whatever program wrote it."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest

from shared.storage.formats import CSV, JSONL, Format
from shared.tables.looking import look
from shared.tables.reading import read_rows
from shared.tables.refusal import NotATable
from shared.tables.rows import Row, RowProblem
from tests.unit.shared.tables import xlsx

TEA = "name,price\nAssam,9.99\n"


def looked(content: bytes) -> tuple[Format, dict[str, Any], io.BytesIO]:
    source, target = io.BytesIO(content), io.BytesIO()
    found, facts, rewritten = look(source, target)
    return found, facts, target if rewritten else source


def rows(content: bytes, after: int = 0) -> list[Row | RowProblem]:
    _, facts, file = looked(content)
    return list(read_rows(file, facts, after))


def cells(content: bytes) -> list[dict[str, str]]:
    return [dict(row.cells) for row in rows(content) if isinstance(row, Row)]


def problems(content: bytes) -> list[tuple[int, str, str]]:
    return [(each.number, each.column, each.code) for each in rows(content) if isinstance(each, RowProblem)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_may_have_any_delimiter(delimiter: str) -> None:
    content = f'name{delimiter}price\n"As{delimiter}sam"{delimiter}9.99\n'.encode()

    assert looked(content)[1]["delimiter"] == delimiter
    assert cells(content) == [{"name": f"As{delimiter}sam", "price": "9.99"}]


@pytest.mark.parametrize(
    ("codec", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found_and_recorded(codec: str, found: str) -> None:
    content = "name,price\nCafé crème,9.99\nTea,8\n".encode(codec)

    assert looked(content)[1] == {"rows": 2, "columns": ["name", "price"], "encoding": found, "delimiter": ","}
    assert cells(content)[0] == {"name": "Café crème", "price": "9.99"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name,price\n\x81\x8d,9\n", "none of UTF-8, UTF-16 and Windows-1252"),
        ("name\nTea\n".encode("utf-32"), "UTF-32"),
        (b"\xef\xbb\xbfname\n\xff\n", "begins like UTF-8"),
        (b"name,name\nTea,Tee\n", "heading 'name' twice, in columns 1 and 2"),
        (b"name,,price\nTea,x,9\n", "no heading in column 2"),
        (b"\n\n", "no headings"),
        (b"name,price\n", "no rows"),
        (b"@name\nTea\n", "none may begin with @"),
        (b"na\x00me\nTea\n", "heading in column 1 that contains a NUL"),
        (b"PK\x03\x04nonsense", "damaged ZIP"),
        (",".join(f"c{n}" for n in range(501)).encode() + b"\n1\n", "501 columns; 500 at most"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(NotATable, match=reason):
        looked(content)


def test_quotes_and_line_breaks_in_cells_are_data() -> None:
    content = b'name,claim\r\n"Tea ""best""","first\r\nsecond"\r\nCoffee,5" cup\r\n'

    assert cells(content) == [
        {"name": 'Tea "best"', "claim": "first\r\nsecond"},
        {"name": "Coffee", "claim": '5" cup'},
    ]


def test_a_formula_is_data_and_kept() -> None:
    content = b"name,price\n=1+1,+9\n@SUM(A1),-9\n"

    assert cells(content) == [{"name": "=1+1", "price": "+9"}, {"name": "@SUM(A1)", "price": "-9"}]


def test_rows_are_numbered_as_people_count_and_blank_ones_are_left_out() -> None:
    content = b"name\nAssam\n\n,\nCeylon\n".replace(b",", b"")

    assert [row.number for row in rows(content)] == [1, 4]
    assert looked(content)[1]["rows"] == 4


def test_short_rows_are_filled_up_and_long_ones_are_a_problem_of_that_row() -> None:
    content = b"name,price\nAssam\nCeylon,8,extra\nDarjeeling,7,,\n"

    assert cells(content) == [{"name": "Assam", "price": ""}, {"name": "Darjeeling", "price": "7"}]
    assert problems(content) == [(2, "", "too_many_cells")]


def test_a_nul_and_control_characters_are_problems_of_their_cells() -> None:
    content = b"name,price\nAs\x00sam,9\nCeylon,8\x07\nAll\x01,bad\x02\nGood,1\n"

    assert problems(content) == [
        (1, "name", "control_character"),
        (2, "price", "control_character"),
        (3, "name", "control_character"),
        (3, "price", "control_character"),
    ]
    assert cells(content) == [{"name": "Good", "price": "1"}]


@pytest.mark.parametrize("quote", ['"', ""])
def test_a_cell_of_ten_megabytes_is_a_problem_of_that_cell_and_is_not_kept(quote: str) -> None:
    huge = b"x" * 10_000_000
    content = b"name,claim,price\nAssam,a,1\nCeylon," + quote.encode() + huge + quote.encode() + b",2\nDarjeeling,c,3\n"
    _, facts, file = looked(content)

    tracemalloc.start()
    found = list(read_rows(file, facts))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert [(each.number, type(each)) for each in found] == [(1, Row), (2, RowProblem), (3, Row)]
    assert found[1] == RowProblem(
        2, "claim", "too_long", "has more than 10,000 characters, which is the most that a cell may have"
    )
    assert peak < 8_000_000


def test_a_quotation_mark_that_is_never_closed_takes_the_rest_as_its_cell() -> None:
    content = b'name,price\nAssam,1\n"Ceylon,2\n' + b"Darjeeling,3\n" * 200_000

    assert problems(content) == [(2, "name", "too_long")]
    assert cells(content) == [{"name": "Assam", "price": "1"}]


def test_reading_goes_on_behind_any_row() -> None:
    content = b"n\n" + b"".join(b'"a\n%d"\n' % number for number in range(1, 51))

    assert rows(content, after=30) == rows(content)[30:]


def test_json_lines_are_a_table() -> None:
    lines = [{"name": "Assam", "price": 9.99, "new": True}, {"name": "Ceylon", "stock": None, "count": 12}]
    content = "\n".join(json.dumps(line) for line in lines).encode() + b"\n\n"

    found, facts, _ = looked(content)

    assert found is JSONL
    assert facts == {"rows": 2, "columns": ["name", "price", "new", "stock", "count"], "encoding": "utf-8"}
    assert cells(content)[0] == {"name": "Assam", "price": "9.99", "new": "true", "stock": "", "count": ""}
    assert cells(content)[1] == {"name": "Ceylon", "price": "", "new": "", "stock": "", "count": "12"}


def test_bad_lines_of_json_spoil_only_themselves() -> None:
    content = b"\n".join(
        (b'{"name": "Assam"}', b'{"name": ', b"[1]", b'{"name": {"a": 1}}', b'{"name": "a\\u0000"}', b'{"name": "Z"}')
    )

    assert problems(content) == [
        (2, "", "not_json"),
        (3, "", "not_an_object"),
        (4, "name", "not_a_cell"),
        (5, "name", "control_character"),
    ]
    assert [row["name"] for row in cells(content)] == ["Assam", "Z"]


def test_a_spreadsheet_is_read_as_people_see_it() -> None:
    content = xlsx.workbook(
        [
            [xlsx.text("name"), xlsx.text("price"), xlsx.text("count"), xlsx.text("since"), xlsx.text("new")],
            [xlsx.text('Tea, "black"'), xlsx.number("9.9900000000000002"), xlsx.number("12"), xlsx.number("45000", 1)],
            [xlsx.text("=1+1"), xlsx.formula("B2*2", "0.30000000000000004"), xlsx.number("1E+20"), xlsx.text("")],
            [],
            [xlsx.text("Coffee"), xlsx.number("-3"), xlsx.number("0.5"), xlsx.text(""), xlsx.boolean(True)],
        ]
    )

    found, facts, _ = looked(content)

    assert found is CSV
    assert facts["sheet"] == "Products"
    assert [row.number for row in rows(content)] == [1, 2, 4]
    assert cells(content) == [
        {"name": 'Tea, "black"', "price": "9.99", "count": "12", "since": "2023-03-15", "new": ""},
        {"name": "=1+1", "price": "0.3", "count": "100000000000000000000", "since": "", "new": ""},
        {"name": "Coffee", "price": "-3", "count": "0.5", "since": "", "new": "true"},
    ]


def test_a_damaged_spreadsheet_is_refused() -> None:
    content = xlsx.workbook([[xlsx.text("name")], [xlsx.text("Tea")]])

    with pytest.raises(NotATable, match=r"XLSX|ZIP"):
        looked(content[: len(content) // 2])
