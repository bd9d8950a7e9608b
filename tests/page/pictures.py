"""Makes host/docs/pictures/report.png, which README shows: the top of a page.

    target/page-test/bin/python tests/page/pictures.py

Needs what page_test.py needs; `.ci/page` gets selenium.
"""

import base64
import os
import tempfile
from pathlib import Path

import page_test
import runs

PICTURE = runs.ROOT / "host/docs/pictures/report.png"
SIZE = (1100, 980)


def main():
    with tempfile.TemporaryDirectory() as folder:
        runs.troubled(Path(folder))
        # As a user names it: the page shows the folder as it was named.
        os.chdir(folder)
        page = Path(folder) / runs.report(Path("shop"))
        driver = page_test.browser(SIZE)
        try:
            driver.get(page.as_uri())
            driver.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))")
            shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
        finally:
            driver.quit()
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_bytes(base64.b64decode(shot["data"]))


if __name__ == "__main__":
    main()
