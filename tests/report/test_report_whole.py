"""The report of a whole run: every chapter, every link leads somewhere, nothing sticks out, nothing is no word and no number."""

import re
import shutil

import pytest
from test_report_browser import ARGUMENTS, CLIPPED_TEXT, EMPTY_CHARTS

CHAPTERS = (
    "worth segments personas customers money margins products cohorts acquisition prospects retention experiments health equity trust data method"
).split()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    from lifeworth.delivery.cli.demo import demo

    folder = tmp_path_factory.mktemp("demo")
    demo(folder / "shop", customers=1_500, quiet=True)
    return folder / "shop" / "result" / "report.html"


@pytest.fixture(scope="module")
def text(report):
    page = report.read_text(encoding="utf-8")
    return re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)


def test_every_chapter_has_something_to_say(text):
    assert re.findall(r'<section id="([^"]+)" class="part', text) == CHAPTERS
    for chapter in CHAPTERS:
        assert f'<a href="#{chapter}">' in text


def test_every_link_leads_somewhere_on_the_page(text):
    places = set(re.findall(r'id="([^"]+)"', text))
    assert {link for link in re.findall(r'href="#([^"]+)"', text)} <= places
    assert not re.findall(r'href="(?!#)', text)


def test_nothing_is_no_word_and_no_number(text):
    words = re.sub(r"<[^>]+>", "\n", text).replace("\xa0", " ")
    assert not re.findall(r"(?<![A-Za-z])(?:nan|NaN|None(?=\n)|null|inf|undefined)(?![A-Za-z])", words)
    assert "{{" not in words and "%}" not in words
    assert not re.findall(r"\b\w+\(\)|<bound|object at 0x", words)


def test_what_to_do_first_has_its_range_and_its_chapter(text):
    [first] = re.findall(r'<section class="findings actions".*?</section>', text, re.DOTALL)
    lines = re.findall(r"<dt><b>(.*?)</b> <span>(.*?)</span></dt><dd>(.*?)</dd>", first)
    assert 1 <= len(lines) <= 3
    for stake, ranged, words in lines:
        assert "€" in stake and "80 % range €" in ranged.replace("\xa0", " ")
        assert re.search(r'<a href="#(margins|acquisition|retention)">', words)


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 820, 1280])
def test_nothing_sticks_out_at_any_width(report, width):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        tab = browser.new_page(viewport={"width": width, "height": 900})
        told = []
        tab.on("console", lambda message: told.append(message.text))
        tab.on("pageerror", lambda error: told.append(str(error)))
        tab.goto(f"{report.as_uri()}#everything")
        tab.wait_for_timeout(600)
        assert told == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert tab.evaluate(EMPTY_CHARTS) == []
        assert tab.evaluate(CLIPPED_TEXT) == []
        browser.close()
