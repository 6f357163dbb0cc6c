"""The page in a real browser: quiet console, no network, readable at phone width and by keyboard."""

import shutil

import pytest
from report_cases import CASES

pytestmark = pytest.mark.browser
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
).split()
EMPTY_CHARTS = """() => [...document.querySelectorAll('[data-chart]')].filter(box => {
    const marks = box.querySelectorAll('svg path[fill]:not([fill="none"]):not([fill="transparent"]), svg path[stroke]:not([stroke="none"])');
    return marks.length < 2 || box.clientHeight < 150;
}).map(box => box.dataset.chart)"""
UNSAID = """() => [...document.querySelectorAll('.scroll')].filter(box => box.clientWidth && (box.scrollWidth > box.clientWidth + 1) !==
    (box.previousElementSibling.textContent.startsWith('scroll sideways') && box.previousElementSibling.getClientRects().length > 0)).map(box => box.getAttribute('aria-label'))"""
CLIPPED_TEXT = """() => [...document.querySelectorAll('[data-chart]')].flatMap(box => {
    const frame = box.getBoundingClientRect();
    return [...box.querySelectorAll('svg text')].map(text => [text.textContent, text.getBoundingClientRect()])
        .filter(([words, at]) => words && at.width && (at.left < frame.left - 2 || at.right > frame.right + 2 || at.top < frame.top - 2 || at.bottom > frame.bottom + 2))
        .map(([words]) => `${box.dataset.chart}: ${words}`);
})"""


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    with sync_api.sync_playwright() as play:
        launched = play.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def opened(browser, page, tmp_path):
    contexts = []

    def open_page(case, width=1280, at="everything", **options):
        file = tmp_path / f"{len(contexts)}.html"
        file.write_text(page(case), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.told = []
        tab.on("console", lambda message: tab.told.append(message.text))
        tab.on("pageerror", lambda error: tab.told.append(str(error)))
        tab.on(
            "request",
            lambda request: None if request.url.split("#")[0] == file.as_uri() else tab.told.append(request.url),
        )
        tab.goto(f"{file.as_uri()}#{at}" if at else file.as_uri())
        tab.wait_for_timeout(150)
        return tab

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("case", CASES)
def test_the_console_is_quiet_and_every_chart_is_drawn(opened, case):
    tab = opened(case)
    assert tab.told == []
    assert tab.evaluate(EMPTY_CHARTS) == []
    assert tab.evaluate("window.pwned") is None


@pytest.mark.parametrize(
    "case", ["usual", "no costs", "hostile", "twelve million lost", "huge", "a rival won", "no signal", "second run"]
)
@pytest.mark.parametrize("width", [390, 820])
def test_nothing_sticks_out_on_a_narrow_screen(opened, case, width):
    tab = opened(case, width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate(EMPTY_CHARTS) == []
    assert tab.evaluate(CLIPPED_TEXT) == []
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    tab.wait_for_timeout(150)
    assert tab.evaluate(UNSAID) == []


SHOWN = "[...document.querySelectorAll('.page')].filter(page => page.clientHeight).map(page => page.id)"


def test_the_page_opens_on_its_summary_and_turns_chapter_by_chapter(opened):
    tab = opened("usual", at="")
    assert tab.evaluate(SHOWN) == ["summary"]
    chapters = tab.evaluate("[...document.querySelectorAll('section.part')].map(part => part.id)")
    assert tab.locator(".findings a").count() == len(chapters)
    for chapter in chapters:
        tab.locator(f".toc a[href='#{chapter}']").click()
        tab.wait_for_timeout(60)
        assert tab.evaluate(SHOWN) == [chapter]
        assert tab.evaluate("scrollY") == 0
        assert tab.evaluate(EMPTY_CHARTS.replace("[data-chart]", f"#{chapter} [data-chart]")) == []
    tab.go_back()
    tab.wait_for_timeout(60)
    assert tab.evaluate(SHOWN) == [chapters[-2]]
    tab.locator(".brand").click()
    tab.wait_for_timeout(60)
    assert tab.evaluate(SHOWN) == ["summary"] and tab.told == []


def test_a_link_to_a_card_opens_its_chapter_at_the_card(opened):
    tab = opened("usual", at="card-evidence")
    assert tab.evaluate(SHOWN) == ["money"]
    assert tab.evaluate("document.getElementById('card-evidence').getBoundingClientRect().top") < 600


def test_on_a_phone_the_contents_open_and_close(opened):
    tab = opened("usual", 390, at="worth")
    assert not tab.locator(".toc").is_visible()
    tab.locator(".menu > summary").click()
    tab.locator(".toc a[href='#data']").click()
    tab.wait_for_timeout(60)
    assert tab.evaluate(SHOWN) == ["data"] and not tab.locator(".toc").is_visible()


def test_without_scripts_everything_stands_on_one_page(browser, page, tmp_path):
    file = tmp_path / "plain.html"
    file.write_text(page("usual"), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(file.as_uri())
    assert tab.locator("section.part").count() == sum(part.is_visible() for part in tab.locator("section.part").all())
    context.close()


def test_charts_follow_the_width(opened):
    tab = opened("usual", 1280)
    tab.set_viewport_size({"width": 390, "height": 900})
    tab.wait_for_timeout(300)
    assert tab.evaluate(
        "[...document.querySelectorAll('.chart svg')].every(svg => svg.getBoundingClientRect().width <= 360)"
    )


def test_tables_behind_the_charts_open_by_keyboard(opened):
    tab = opened("usual", at="")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab = opened("usual")
    for _ in range(160):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.matches('details:not([open]) > summary')"):
            tab.keyboard.press("Enter")
    assert tab.evaluate(
        "[...document.querySelectorAll('main details')].every(details => details.open && details.querySelector('tbody tr'))"
    )


def test_a_table_is_saved_as_csv_without_formulas(opened):
    tab = opened("hostile")
    with tab.expect_download() as waiting:
        tab.locator("#card-most_valuable .csv").click()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith('"Customer"') and '"\'=HYPERLINK(1)"' in text
    assert tab.told == [] or all(told.startswith("blob:") for told in tab.told)


def test_hovering_hostile_points_runs_nothing(opened):
    tab = opened("hostile")
    box = tab.locator('[data-chart="spenders"]').bounding_box()
    for step in range(0, int(box["width"]), 12):
        tab.mouse.move(box["x"] + step, box["y"] + box["height"] * 0.2)
    assert tab.evaluate("window.pwned") is None and tab.told == []


def test_dark_and_print_use_their_own_colours(opened):
    tab = opened("usual", color_scheme="dark")
    ground = "getComputedStyle(document.querySelector('.card')).backgroundColor"
    line = "getComputedStyle(document.querySelector('[data-chart=whale] path[stroke-width=\"2\"]')).stroke"
    dark = tab.evaluate(ground), tab.evaluate(line)
    tab.emulate_media(media="print")
    printed = tab.evaluate(ground), tab.evaluate(line)
    assert dark == ("rgb(23, 27, 31)", "rgb(92, 196, 154)")
    assert printed == ("rgb(255, 255, 255)", "rgb(15, 107, 79)")
    assert tab.pdf(format="A4").startswith(b"%PDF")
