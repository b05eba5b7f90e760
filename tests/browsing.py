"""Chromium for tests, by the DevTools protocol over pipes: pages, what they log and request."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
BROWSER = next((path for path in map(shutil.which, NAMES) if path), None)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]  # fmt: skip
PHONE, DESKTOP = (390, 844), (1280, 900)


class Browser:
    """A browser without a window; end it with `close`, or use it in a ``with``."""

    def __init__(self, folder):
        ours, theirs = os.pipe(), os.pipe()

        def plumb():
            # The browser reads from 3 and writes to 4.
            ends = os.dup(ours[0]), os.dup(theirs[1])
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        call = [BROWSER, "--headless", *QUIET, "--remote-debugging-pipe",
                f"--user-data-dir={Path(folder) / 'user'}", "about:blank"]  # fmt: skip
        self.process = subprocess.Popen(
            call, preexec_fn=plumb, close_fds=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(ours[0])
        os.close(theirs[1])
        self._write, self._read = ours[1], theirs[0]
        self._rest, self._number, self.events = b"", 0, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the browser."""
        self.process.terminate()
        self.process.wait()
        os.close(self._write)
        os.close(self._read)

    def call(self, method, session=None, **parameters):
        """Ask the browser something and return its answer."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters}
        if session:
            asked["sessionId"] = session
        os.write(self._write, json.dumps(asked).encode() + b"\0")
        while True:
            said = self._message()
            if said.get("id") == self._number:
                assert "error" not in said, said
                return said["result"]
            self.events.append(said)

    def _message(self):
        while b"\0" not in self._rest:
            more = os.read(self._read, 1 << 20)
            assert more, "the browser is gone"
            self._rest += more
        one, _, self._rest = self._rest.partition(b"\0")
        return json.loads(one)

    def open(self, path, size=DESKTOP, *, scripts=True, dark=False, mark=""):
        """Open a file in a new tab and wait until it is loaded."""
        return Tab(self, Path(path).as_uri() + mark, size, scripts=scripts, dark=dark)


class Tab:
    """A page in a browser."""

    def __init__(self, browser, address, size, *, scripts, dark):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.call("Target.attachToTarget", targetId=target, flatten=True)
        self.target, self.session = target, attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1],
                  deviceScaleFactor=1, mobile=size[0] < 600)  # fmt: skip
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.address = address
        self.call("Page.navigate", url=address)
        self.wait("Page.loadEventFired")
        if scripts:  # a page of a toll unpacks what it says of other clocks, then names them
            ready = "!document.getElementById('when') || document.getElementById('when').length"
            self.run("new Promise((done) => { const look = () => "
                     f"{ready} ? done(0) : setTimeout(look, 5); look(); }})")  # fmt: skip

    def call(self, method, **parameters):
        """Ask the tab something."""
        return self.browser.call(method, self.session, **parameters)

    def wait(self, method):
        """Wait for an event of this tab."""
        while not any(True for _ in self.said(method)):
            self.browser.events.append(self.browser._message())

    def said(self, method):
        """Yield the events of a kind so far."""
        for event in self.browser.events:
            if event.get("sessionId") == self.session and event.get("method") == method:
                yield event["params"]

    def run(self, script):
        """Evaluate a script and return its value."""
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True,
                         awaitPromise=True)  # fmt: skip
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    @property
    def complaints(self):
        """What the page logged, threw or was refused."""
        self.run("1")
        logged = [e["entry"]["text"] for e in self.said("Log.entryAdded")]
        thrown = [e["exceptionDetails"]["text"] for e in self.said("Runtime.exceptionThrown")]
        called = [str(e["args"]) for e in self.said("Runtime.consoleAPICalled")]
        return logged + thrown + called

    @property
    def requests(self):
        """What the page asked for besides itself."""
        self.run("1")
        asked = [e["request"]["url"] for e in self.said("Network.requestWillBeSent")]
        return [url for url in asked if url.partition("#")[0] != self.address.partition("#")[0]]

    def picture(self, path, *, whole=True):
        """Save what is seen, or the whole page."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        Path(path).write_bytes(base64.b64decode(data["data"]))

    def tall(self):
        """Make the window as tall as the page."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        wide = self.run("innerWidth")
        self.call("Emulation.setDeviceMetricsOverride", width=wide, height=int(size["height"]) + 1,
                  deviceScaleFactor=1, mobile=wide < 600)  # fmt: skip

    def print(self, path):
        """Print to a PDF file of A4."""
        data = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        Path(path).write_bytes(base64.b64decode(data["data"]))

    def close(self):
        """Close the tab."""
        self.browser.call("Target.closeTarget", targetId=self.target)
