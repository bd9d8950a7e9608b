"""Opens pages of `polymer report` in a browser, as somebody who looks for what went wrong.

Needs a built `polymer` (target/debug/polymer, or POLYMER), Rust's target wasm32-wasip1, Chromium with
its driver (Debian: chromium, chromium-driver) and selenium. `.ci/page` gets selenium and calls this:

    python tests/page/page_test.py [--pictures FOLDER] [TEST...]

Pictures of the page in light, dark and on a phone go to FOLDER, where one is named.
"""

import base64
import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import runs
from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PICTURES = None
FOLDER = Path(tempfile.mkdtemp(prefix="polymer-page-"))
PHONE, DESK = (390, 844), (1200, 900)


def browser(size=DESK, scheme="light"):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    for flag in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    return driver


class PageTest(unittest.TestCase):
    page = None
    size, scheme = DESK, "light"

    def setUp(self):
        self.driver = browser(self.size, self.scheme)
        self.addCleanup(self.driver.quit)
        self.driver.get(self.page.as_uri())
        # What the page draws, it draws before the next frame but one.
        self.driver.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))")

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def run_script(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def hover(self, element, x=0, y=0):
        self.run_script("arguments[0].scrollIntoView({block: 'center'})", element)
        ActionChains(self.driver).move_to_element_with_offset(element, x, y).perform()
        return self.one("#tip")

    def requests(self):
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        return [url for url in sent if url != self.page.as_uri()]

    def check_is_harmless(self):
        """Nothing ran, nothing was loaded, nobody was asked, nothing was refused."""
        self.assertIsNone(self.run_script("return window.owned ?? null"))
        self.assertEqual(self.requests(), [])
        self.assertEqual(self.driver.get_log("browser"), [])
        with self.assertRaises(NoAlertPresentException):
            self.driver.switch_to.alert.accept()
        # One script of data and two of ours, whatever stands in the data.
        self.assertEqual([len(self.all(tag)) for tag in ["script", "iframe, img, svg, form, link, object, embed, a:not(.skip)"]], [3, 0])

    def picture(self, name):
        if PICTURES is None:
            return
        height = self.run_script("return document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": self.size[0], "height": height, "scale": 1}
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "format": "png", "clip": clip})
        (PICTURES / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))


class TroubledRun(PageTest):
    """A run with crashes, timeouts, retries, causes of its own and one slow module."""

    @classmethod
    def setUpClass(cls):
        cls.page = runs.report(runs.troubled(Path(tempfile.mkdtemp(dir=FOLDER))))

    def test_sections_stand_in_the_order_in_which_people_look(self):
        sections = [section.get_attribute("id") for section in self.all("main > section")]
        self.assertEqual(sections, ["verdicts", "causes", "throughput", "lanes", "deaths", "usage", "modules", "extremes", "near", "groups", "facts"])
        self.assertRegex(self.one(".sentence").text, r"^\d+ of 1200 tasks failed \(\d\.\d\d %\), of 5 causes, .* 2 workers died\.$")
        self.check_is_harmless()

    def test_a_cause_opens_and_says_what_to_type(self):
        cause = next(cause for cause in self.all("details.cause") if "check_email" in cause.text)
        self.assertFalse(cause.find_element(By.CSS_SELECTOR, ".command").is_displayed())
        cause.find_element(By.CSS_SELECTOR, "summary").click()
        self.assertIn("no @ in email \"user40.example.org\"", cause.text)
        command = cause.find_element(By.CSS_SELECTOR, ".command code").text
        self.assertEqual(command, f"polymer rerun {self.page.parent} --select 'id=\"north/40\"'")

    def test_a_cause_says_how_to_list_all_of_it(self):
        cause = next(cause for cause in self.all("details.cause") if "check_email" in cause.text)
        count = int(cause.find_element(By.CSS_SELECTOR, ".count").text)
        cause.find_element(By.CSS_SELECTOR, "summary").click()
        commands = [code.text for code in cause.find_elements(By.CSS_SELECTOR, ".command code")]
        _, again, listed = commands
        self.assertEqual(again.split(" --select ")[1], listed.split(" --select ")[1])
        out = subprocess.run(["bash", "-c", f'PATH="{runs.POLYMER.parent}:$PATH"; {listed}'], capture_output=True, text=True, check=True)
        head, *rows = out.stdout.splitlines()
        self.assertEqual(head, "seq,id,error.message")
        self.assertEqual(len(rows), count)

    def test_who_hit_a_limit_is_offered_twice_as_much(self):
        late = next(cause for cause in self.all("details.cause") if cause.text.split("\n")[1].startswith("timeout"))
        late.find_element(By.CSS_SELECTOR, "summary").click()
        commands = [code.text for code in late.find_elements(By.CSS_SELECTOR, ".command code")]
        self.assertRegex(commands[-1], r" --timeout \d+(ms|s)$")

    def test_a_cause_opens_by_the_keyboard(self):
        summary = self.one("details.cause summary")
        self.run_script("arguments[0].focus()", summary)
        ActionChains(self.driver).send_keys(Keys.ENTER).perform()
        self.assertTrue(self.one("details.cause .command").is_displayed())
        ActionChains(self.driver).send_keys(Keys.TAB).perform()
        self.assertEqual(self.driver.switch_to.active_element.tag_name, "pre")

    def test_a_table_is_sorted_by_a_click(self):
        column = lambda: [cell.text for cell in self.all("#groups tbody tr > *:first-child")]
        self.assertEqual(column(), ["east", "north", "south", "west"])
        button = next(button for button in self.all("#groups thead button") if button.text == "failed")
        button.click()
        head = button.find_element(By.XPATH, "..")
        self.assertEqual((column()[0], head.get_attribute("aria-sort")), ("north", "descending"))
        button.click()
        self.assertEqual((column()[-1], head.get_attribute("aria-sort")), ("north", "ascending"))

    def test_the_slow_module_stands_first(self):
        self.assertEqual(self.one("#modules tbody th").text, "images.wasm")

    def test_charts_say_by_a_tip_what_they_show(self):
        over = self.all("#usage .u-over")
        self.assertEqual(len(over), 4)
        texts = []
        # From the middle to the left, up to the first bar.
        for x in range(0, -200, -8):
            tip = self.hover(over[0], x)
            texts.append(tip.text if tip.is_displayed() else "")
        self.assertTrue(any(" tasks" in text and "up to here" in text for text in texts), texts)
        tip = self.hover(self.one("#throughput .u-over"), -300)
        self.assertRegex(tip.text, r"after the start .*\n\d+ ok, \d+ failed\n")
        tip = self.hover(self.one("#lanes canvas"), 0, 0)
        self.assertRegex(tip.text, r"^worker \d\n.*\nbusy \d+ %")
        self.hover(self.one("h1"))
        self.assertFalse(self.one("#tip").is_displayed())

    def test_every_chart_has_a_name_and_a_table(self):
        charts = self.all(".chart")
        self.assertEqual(len(charts), 6)
        for chart in charts:
            self.assertEqual(chart.get_attribute("role"), "img")
            self.assertIn("The table below has the numbers.", chart.get_attribute("aria-label"))
            self.assertEqual(len(chart.find_elements(By.XPATH, "following-sibling::details//table")), 1)
        self.assertEqual(len(self.all("#throughput .key li")), 6)

    def test_limits_are_drawn_in_and_named(self):
        limits = [figure.text for figure in self.all("#usage .figures .limit dd")]
        self.assertEqual(limits, ["500 ms", "30 G", "64 MiB"])

    def test_the_policy_refuses_what_is_put_into_the_page(self):
        self.run_script("""
            const script = document.createElement("script");
            script.textContent = "window.owned = 1";
            document.body.append(script);
            const image = document.createElement("img");
            image.src = "http://127.0.0.1:9/x";
            document.body.append(image);
            fetch("http://127.0.0.1:9/y").catch(() => {});
        """)
        refused = [entry["message"] for entry in self.driver.get_log("browser")]
        self.assertIsNone(self.run_script("return window.owned ?? null"))
        self.assertTrue(any("Content Security Policy" in message for message in refused), refused)

    def test_pictures(self):
        self.one("details.cause summary").click()
        self.picture("light")


class TroubledRunInTheDark(PageTest):
    scheme = "dark"

    @classmethod
    def setUpClass(cls):
        cls.page = runs.report(runs.troubled(Path(tempfile.mkdtemp(dir=FOLDER))))

    def test_charts_follow_the_scheme(self):
        self.assertEqual(self.run_script("return getComputedStyle(document.documentElement).backgroundColor"), "rgb(18, 22, 28)")
        self.picture("dark")
        corner = "const c = document.querySelector('#usage canvas'); return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].reduce((sum, part) => sum + part, 0)"
        before = self.run_script(corner)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "light"}]})
        self.driver.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))")
        self.assertNotEqual(self.run_script(corner), before)


class TroubledRunOnAPhone(PageTest):
    size = PHONE

    @classmethod
    def setUpClass(cls):
        cls.page = runs.report(runs.troubled(Path(tempfile.mkdtemp(dir=FOLDER))))

    def test_nothing_is_wider_than_the_screen(self):
        for details in self.all("details"):
            self.run_script("arguments[0].open = true", details)
        self.assertLessEqual(self.run_script("return document.documentElement.scrollWidth"), PHONE[0])
        for details in self.all("details")[1:]:
            self.run_script("arguments[0].open = false", details)
        self.picture("phone")


class HostileRun(PageTest):
    """10,000 causes, messages and logs of 1 MB, and whatever a browser might take for markup."""

    @classmethod
    def setUpClass(cls):
        cls.page = runs.report(runs.hostile(Path(tempfile.mkdtemp(dir=FOLDER))))

    def test_text_of_guests_does_nothing(self):
        self.assertLessEqual(self.page.stat().st_size, 500_000)
        causes = self.all("details.cause")
        self.assertEqual(len(causes), 40)
        for details in self.all("details"):
            self.run_script("arguments[0].open = true", details)
        for button in self.all("thead button, button.copy"):
            self.run_script("arguments[0].click()", button)
        self.check_is_harmless()
        shown = self.one("#causes").text
        for payload in runs.PAYLOADS[:8]:
            self.assertIn(payload, shown)
        # What would turn the reading direction around or move a cursor is written out.
        self.assertIn("\\u{202e}", shown)
        for sign in ["\u202e", "\u2066", "\u200b", "\x1b", "\x07"]:
            self.assertNotIn(sign, self.run_script("return document.documentElement.textContent"))
        self.assertIn("failures of other causes", shown)
        self.picture("hostile")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--pictures"]:
        PICTURES = Path(sys.argv[2])
        del sys.argv[1:3]
        PICTURES.mkdir(parents=True, exist_ok=True)
    try:
        unittest.main(verbosity=2)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
