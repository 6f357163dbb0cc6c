"""One page, whatever the data: no network, no stray NaN, nothing a name can break."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report_cases import CASES, HOSTILE
from report_made_up_shop import METHODS

import lifeworth.report
from lifeworth.report.page import render

ROOM = Path(lifeworth.report.__file__).parent
STRAY = re.compile(r"\b(nan|NaN|None|inf|Infinity|undefined|null|True|False)\b")


class Words(HTMLParser):
    """The text and the attribute values of a page, without its scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.inside = tag
        self.tags.append((tag, dict(attrs)))
        self.words += [value or "" for name, value in attrs if name in ("aria-label", "style", "title")]

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def figures(page: str) -> dict:
    def refuse(word):
        raise AssertionError(f"{word} in the figures")

    [text] = re.findall(r'<script type="application/json" id="figures">(.*?)</script>', page, re.S)
    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("case", CASES)
def test_no_case_leaves_a_stray_word_or_figure(page, case):
    read = Words(page(case))
    assert not STRAY.findall(read.text), [m.group() for m in STRAY.finditer(read.text)]
    for chart in figures(page(case))["charts"].values():
        assert not STRAY.findall(" ".join(map(str, chart.get("says", []))))
    assert len(page(case).encode()) < 2_000_000


@pytest.mark.parametrize("case", CASES)
def test_every_chart_has_a_name_and_its_numbers_as_a_table(page, case):
    read = Words(page(case))
    drawn = [attrs for tag, attrs in read.tags if tag == "div" and "data-chart" in attrs]
    assert all(attrs["role"] == "img" and len(attrs["aria-label"]) > 20 for attrs in drawn)
    assert {attrs["data-chart"] for attrs in drawn} == set(figures(page(case))["charts"])
    behind = page(case).count("<summary>The numbers behind this chart</summary>")
    lists_that_say_nothing = 4 if "no signal" in case else 0
    assert behind == len(drawn) and page(case).count("<details>") - behind <= 4 + lists_that_say_nothing


def test_the_page_forbids_all_network_and_every_other_script(page):
    html = page("usual")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'") and "script-src 'sha256-" in policy
    assert "unsafe-inline" not in re.sub(r"style-src-attr 'unsafe-inline'", "", policy)
    scripts = re.findall(r"<script>(.*?)</script>", html, re.S)
    assert len(scripts) == 2
    for script in scripts:
        assert f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy
    attributes = {name for _, attrs in Words(html).tags for name in attrs}
    assert not [name for name in attributes if name.startswith("on") or name in ("src", "srcset", "action")]
    links = [attrs["href"] for _, attrs in Words(html).tags if "href" in attrs]
    assert links and all(link.startswith("#") for link in links)


def test_hostile_names_stay_text(page):
    html = page("hostile")
    tags = [tag for tag, _ in Words(html).tags]
    assert tags.count("script") == 3 and "img" not in tags and "svg" not in tags
    text = Words(html).text
    assert HOSTILE[0] in text and "🦄 Zoë O'Brien & Söhne" in text and "{{ 7*7 }}${7*7}<!--" in text
    assert "xxx…xxx" in text


@pytest.mark.parametrize("case", CASES)
def test_headings_ids_and_landmarks_are_in_order(page, case):
    tags = Words(page(case)).tags
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    names = [tag for tag, _ in tags]
    assert names.count("h1") == 1 and names.count("main") == 1
    assert all(attrs["href"][1:] in ids for tag, attrs in tags if tag == "a")


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("usual", "Your 600 customers will bring about"), ("one customer", "Your one customer will bring about"), ("nobody", "There are no customers"),
        ("no costs", "of revenue in the twelve months"), ("twelve million lost", "will cost you about"), ("worth nothing", "should bring no more profit"),
        ("usual", "2.9 % too low on net revenue"), ("no proof", "could not be tested"), ("no costs", "This is revenue, not profit"),
        ("no costs", "product file with unit_cost"), ("no costs", "do not say which currency"), ("twelve million lost", "€12 million"),
        ("a rival won", "Read this first: a simple rule, “rate so far”, did better than every model here, so it is used"), ("nobody repeats", "CHF"), ("huge", "$120 trillion"),
        ("usual", "inside its range of"), ("wholesaler", "10.9 % too high on net revenue: it said £1.81 M, and £1.63 M came, which lay outside its range of £1.7 M … £1.93 M"),
        ("wholesaler", "The total fell outside our 80 % range"), ("wholesaler", "235,287 rows with £2.57 M name no customer"), ("wholesaler", "Postage"),
        ("wholesaler", "1 cancellation or refund took £120 back"), ("all alike", "after one purchase the model cannot tell"), ("all alike", "most likely £0"),
        ("all alike", "share about the same expected value"), ("no money", "The files hold no money"), ("no money", "Nothing was earned in the 91 days"),
        ("one customer", "one customer, who brings all of the expected profit"), ("usual", "taken as independent"),
        ("usual", "Over 8 such days it was off by"), ("usual", "What came lay inside our 80 % range for the total on"),
        ("usual", "A blend of 3 methods"), ("usual", "Two-stage on purchase model: ranks customers no better than chance"),
        ("usual", "4 other checks found nothing"), ("usual", "1 check had too little to go on"), ("usual", "Season: Repeat orders peak in November"),
        ("season", "Last year at this season customers brought 44 % more than their usual pace, which is what the purchase model knows; 97 % of that is expected back. In all, today’s total is raised by 42 %."),
        ("season", "About ± 6 % of the total in two forecasts of three"), ("season", "1 column of your customer list was left out: “last_contact”"),
        ("second run", "The base lost £280 since the last run (2.8 %)"), ("second run", "From £10 k on 1 Jun 2025 to £9.7 k now"),
        ("second run", "Both earlier predictions came true"), ("second run", "purchases, first 56 days"), ("second run", "asks for your attention"),
        ("alarm", "Alarm: In the week of 18 Aug 2025 it became clear that known customers buy fewer times than the forecast of 1 May 2025 said"),
        ("alarm", "1 of 2 earlier predictions did not come true as said"), ("not comparable", "they differ in horizon (90 days then, 365 days now)"),
        ("no signal", "Every method: none did clearly better than “cohort mean”"), ("fast", "Purchase model alone"), ("fast", "3 past days from"), ("usual", "Thirteen weeks were tested, and the purchase model carries"),
        ("no proof", "One model, not compared with any other"), ("tables missing", "lifeworth was better than the simple rules on"),
    ],
)  # fmt: skip
def test_the_page_says(page, case, sentence):
    assert sentence in " ".join(Words(page(case)).text.split())


def test_a_rival_that_won_is_said_before_the_headline(page):
    html = page("a rival won")
    assert html.index("Read this first") < html.index("<h1")
    assert "Read this first" not in page("usual")


@pytest.mark.parametrize("case", ["no signal", "no signal in revenue"])
def test_no_signal_is_said_first_and_wherever_single_customers_are_listed_by_value(page, case):
    words = "No signal: these customers cannot be told apart"
    html = page(case)
    assert html.index(words) < html.index("<h1") < html.index(words, html.index("<h1")) < html.index('class="tiles"')
    cards = re.findall(r'<figure id="card-(\w+)"(.*?)</figure>', html, re.S)
    valued = [(key, card) for key, card in cards if 'class="worth' in card or key in ("spenders", "distribution")]
    assert {key for key, _ in valued} >= {"most_valuable", "gone_quiet", "merely_spend", "spenders", "distribution"}
    assert not [key for key, card in valued if "cannot be told apart" not in card]
    tiles = html.split('class="tiles"')[1].split("</dl>")[0]
    assert 0 < tiles.count("<dt>") < 4 and "not known" not in tiles and "half of the value" not in tiles
    assert words not in page("usual") and words not in page("a rival won")


@pytest.mark.parametrize("case", CASES)
def test_what_moved_is_only_shown_where_there_was_an_earlier_run(page, case):
    earlier = case in ("second run", "alarm", "not comparable", "hostile")
    assert ('<section id="moved"' in page(case)) == earlier


def test_the_bars_of_what_moved_end_at_the_change(page):
    rows = figures(page("second run"))["charts"]["moved"]["rows"]
    assert [row["name"] for row in rows][:3] == ["New customers", "Kept customers", "Customers who stayed away"]
    assert (rows[-1]["from"], rows[-1]["to"]) == (-280, 0)
    assert rows[-2]["from"] == -280 and all(row["from"] <= row["to"] for row in rows)


def test_every_column_and_every_method_of_the_league_is_explained(page):
    [card] = re.findall(r'<figure id="card-league"(.*?)</figure>', page("usual"), re.S)
    shown, explained = card.split("What each method does</summary>")
    for column in ("Off by", "Ranking", "Best tenth", "Mean miss", "Range held"):
        assert f">{column}</th>" in shown and f"<dt>{column}</dt>" in shown
    cells = re.findall(r'<td role="cell" class="why">(.*?)</td>', explained)
    assert len(cells) == len(METHODS) and all(len(cell) > 20 for cell in cells)


def test_weights_of_a_situation_add_up(page):
    [card] = re.findall(r'<figure id="card-chosen"(.*?)</figure>', page("usual"), re.S)
    table = card.split("<tbody")[1].split("</tbody>")[0]
    rows = [[float(v) for v in re.findall(r'data-v="([\d.]+)"', row)] for row in table.split("<tr")[1:]]
    assert len(rows) == 3 and [sum(column) for column in zip(*rows, strict=True)] == pytest.approx([100] * 4)


def test_what_has_a_card_of_its_own_is_not_noted_again():
    answers = CASES["season"]()
    said = answers.fit.warnings[0].sentence
    warned = replace(answers, facts=replace(answers.facts, warnings=(said, "Something else.")))
    html = render(warned)
    assert html.count("Repeat orders peak in November") == 1 and "Note: Something else." in html


def test_without_costs_nothing_is_called_profit(page):
    headings = re.findall(r"<h[1-3][^>]*>(.*?)</h[1-3]>", page("no costs"))
    assert not [heading for heading in headings if "profit" in heading.lower() and "not profit" not in heading]


@pytest.mark.parametrize("case", ["no costs", "wholesaler", "no money"])
def test_without_costs_profit_is_only_named_as_not_known(page, case):
    text = " ".join(Words(page(case)).text.split())
    named = {text[max(0, m.start() - 40) : m.end() + 15] for m in re.finditer("profit", text, re.I)}
    assert not [words for words in named if not re.search("not profit|as profit is not known|To see profit", words)]
    assert not re.search("profit", str(figures(page(case))["charts"]), re.I)


@pytest.mark.parametrize("case", CASES)
def test_no_list_is_certain_of_somebody_who_bought_once(page, case):
    assert "simply added up" not in page(case)
    if case in ("all alike", "nobody repeats"):
        assert '<td role="cell" class="number wideonly">–</td>' in page(case)
        assert (
            '<td role="cell" class="number wideonly">100\u00a0%</td>'
            not in page(case).split('id="data"')[0].split('id="customers"')[1]
        )


def test_the_same_answers_give_the_same_page(page):
    assert render(CASES["no proof"]()) == page("no proof")


def test_vendored_files_are_the_ones_that_were_checked():
    listed = [line.split() for line in (ROOM / "vendor" / "CHECKSUMS").read_text().splitlines()]
    assert {name for _, name in listed} == {path.name for path in (ROOM / "vendor").iterdir()} - {"CHECKSUMS"}
    for digest, name in listed:
        assert sha256((ROOM / "vendor" / name).read_bytes()).hexdigest() == digest, name
    assert "</script" not in (ROOM / "vendor" / "echarts.common.min.js").read_text().lower()


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _themes() -> list[dict[str, str]]:
    css = (ROOM / "static" / "page.css").read_text()
    blocks = re.findall(r":root\{(--.*?)\}", css, re.S)
    found = [dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", block)) for block in blocks]
    return [
        {name: c if len(c) == 7 else "#" + "".join(x * 2 for x in c[1:]) for name, c in theme.items()}
        for theme in found
        if "ink" in theme
    ]


@pytest.mark.parametrize("theme", range(3))
@pytest.mark.parametrize("text", ["ink", "dim", "faint", "worth", "revenue", "cost", "loss"])
@pytest.mark.parametrize("ground", ["paper", "wash"])
def test_text_can_be_read_on_every_ground_in_light_dark_and_print(theme, text, ground):
    colours = _themes()[theme]
    high, low = sorted((_luminance(colours[text]), _luminance(colours[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize("theme", range(3))
@pytest.mark.parametrize("ground", ["h1", "h2", "h3", "h4", "h5", "loss-2"])
def test_heat_cells_can_be_read(theme, ground):
    colours = _themes()[theme]
    high, low = sorted((_luminance(colours["ink"]), _luminance(colours[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_proof_and_method_say_the_same_of_todays_total(page):
    said = " ".join(Words(page("season")).text.split())
    assert said.count("In all, today’s total is raised by 42 %.") == 2 and "Why: see Method" in said


def test_the_league_says_how_far_ahead_and_on_how_many_days(page):
    league = page("usual").split('id="card-league"')[1].split("</table>")[0]
    assert "Days ahead" in league and "Past days" in league
