"""Take the README's picture of a page, in Chromium if it is here."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import toll_page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Width and height in the units of the page; the picture has a quarter more points.
SIZE = "920,1000"


def main(folder: Path) -> None:
    """Write the page of 28 September 2020 and take its picture."""
    browser = next((path for path in map(shutil.which, NAMES) if path), None)
    if browser is None:
        print("no Chromium here: the picture stays as it is")
        return
    with tempfile.TemporaryDirectory() as work:
        page = Path(work) / "toll.html"
        toll_page.pages()["karabakh_2020-09-28"].to_html(page)
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--force-device-scale-factor=1.25", f"--window-size={SIZE}",
             f"--user-data-dir={work}/user", f"--screenshot={folder / 'page.png'}", page.as_uri()],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    print("page: the page of 28 September 2020 as known at the end of that day")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures")
