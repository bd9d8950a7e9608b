"""Inputs and modules on servers, as `polymer run` reads them.

Needs a `polymer` that was built with the feature `object-store` (POLYMER), and moto of PyPI, which
plays S3. `.ci/store` builds the one, gets the other and calls this:

    python tests/store/store_test.py [TEST...]
"""

import gzip
import hashlib
import json
import logging
import os
import re
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

ROOT = Path(__file__).resolve().parents[2]
POLYMER = os.environ.get("POLYMER", str(ROOT / "target/debug/polymer"))
ECHO = ROOT / "tests/store/echo.wat"
KEY, SECRET, TOKEN = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2luX2VjSESSION"
logging.getLogger("werkzeug").setLevel(logging.ERROR)
#: Bytes that are asked for at once.
PART = 8 << 20


class WebServer(ThreadingHTTPServer):
    """A server of one file, which misbehaves as it is told."""

    daemon_threads = True

    def __init__(self, content: bytes):
        super().__init__(("127.0.0.1", 0), WebRequest)
        self.content = content
        #: What happens to the next requests: a status to answer, or bytes after which to hang up.
        self.script: list[tuple[str, int]] = []
        #: What stands there from the request of this number on.
        self.later: tuple[int, bytes] | None = None
        self.has_ranges = True
        #: Each request: its path, its range and its If-Match.
        self.requests: list[tuple[str, str | None, str | None]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class WebRequest(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: WebServer

    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server
        asked, tag = self.headers["Range"], self.headers["If-Match"]
        server.requests.append((self.path, asked, tag))
        if server.later and len(server.requests) >= server.later[0]:
            server.content = server.later[1]
        what, number = server.script.pop(0) if server.script else ("whole", 0)
        if what == "status":
            return self.answer(number, b"<Error><Code>SlowDown</Code><Who>" + KEY.encode() + b"</Who></Error>")
        etag = '"' + hashlib.md5(server.content).hexdigest() + '"'
        if tag and tag != etag:
            return self.answer(412, b"")
        size = len(server.content)
        if not asked or not server.has_ranges:
            return self.answer(200, server.content, {"ETag": etag})
        start, end = (int(number) for number in re.fullmatch(r"bytes=(\d+)-(\d+)", asked).groups())
        if start >= size:
            return self.answer(416, b"", {"Content-Range": f"bytes */{size}"})
        part = server.content[start : end + 1]
        changed = {"Last-Modified": "Mon, 30 Nov 2026 08:24:29 GMT"}
        headers = {**changed, "ETag": etag, "Content-Range": f"bytes {start}-{start + len(part) - 1}/{size}"}
        self.answer(206, part, headers, number if what == "cut" else None)

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None, cut: int | None = None):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body if cut is None else body[:cut])
        if cut is not None:
            self.wfile.flush()
            self.close_connection = True


def lines(count: int, word: str = "line") -> bytes:
    return "".join(f'"{word} {number}"\n' for number in range(count)).encode()


class OnServers(unittest.TestCase):
    """Runs over what stands on servers."""

    @classmethod
    def setUpClass(cls):
        cls.moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        cls.moto.start()
        host, port = cls.moto.get_host_and_port()
        cls.endpoint = f"http://{host}:{port}"
        cls.s3 = boto3.client(
            "s3", endpoint_url=cls.endpoint, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1"
        )
        cls.s3.create_bucket(Bucket="bucket")

    @classmethod
    def tearDownClass(cls):
        cls.moto.stop()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        # Nothing of the caller's: the tests say what is known.
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_SESSION_TOKEN": TOKEN,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ALLOW_HTTP": "true",
        }

    def put(self, key: str, content: bytes) -> str:
        self.s3.put_object(Bucket="bucket", Key=key, Body=content)
        return f"s3://bucket/{key}"

    def polymer(self, *args: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        command = [POLYMER, *map(str, args)]
        ended = subprocess.run(
            command, capture_output=True, text=True, env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL, timeout=120
        )
        self.assertEqual(ended.returncode, code, ended.stderr)
        for secret in (SECRET, TOKEN, "S3CRET"):
            self.assertNotIn(secret, ended.stderr)
        return ended

    def run_over(self, url: str, *args: object, code: int = 0, run: str = "run"):
        """A run with a folder over an input."""
        return self.polymer("run", ECHO, "--input", url, "--input-format", "json", "--run-dir", run, *args, code=code)

    def outputs(self, run: str = "run") -> list[str]:
        records = (self.folder / run / "results.jsonl").read_text().splitlines()
        records = sorted((json.loads(record) for record in records), key=lambda record: record["seq"])
        self.assertEqual({record["verdict"] for record in records} - {"ok"}, set(), records)
        return [record["output"] for record in records]

    def manifest(self, run: str = "run") -> dict:
        return json.loads((self.folder / run / "run.json").read_text())

    def check_no_secret(self, *more: str):
        """No file of the run's folder, or of any other, has a credential in it."""
        for path in self.folder.rglob("*"):
            if path.is_file():
                for secret in (KEY, SECRET, TOKEN, *more):
                    self.assertNotIn(secret.encode(), path.read_bytes(), path)

    def test_an_object_is_an_input_as_a_file_is(self):
        """Also a compressed one, with a key that URLs would write otherwise."""
        for key, content in (("a b/c%20?#ä.jsonl", lines(300)), ("l.jsonl.gz", gzip.compress(lines(300)))):
            url = self.put(key, content)
            self.run_over(url, "--repeat", 2, run=key[0])
            self.assertEqual(self.outputs(key[0]), [f"line {number}" for number in range(300)] * 2)
            found = self.manifest(key[0])["input"]
            tag = '"' + hashlib.md5(content).hexdigest() + '"'
            self.assertEqual((found["path"], found["object"]["etag"]), (url, tag))
            self.assertEqual(found["object"]["bytes"], len(content))
            self.assertEqual(found["sha256"], hashlib.sha256(content).hexdigest())
        self.check_no_secret()

    def test_an_empty_object_has_no_lines(self):
        self.run_over(self.put("empty", b""))
        self.assertEqual(self.outputs(), [])

    def test_partitions_of_an_object_make_one_run(self):
        url = self.put("parts", lines(200))
        for part in (1, 2):
            self.run_over(url, "--partition", f"hash:{part}/2", run=f"run{part}")
        both = self.outputs("run1") + self.outputs("run2")
        self.assertEqual(sorted(both), sorted(f"line {number}" for number in range(200)))

    def test_a_changed_object_is_a_changed_input(self):
        url = self.put("changes", b"".join(b'{"id":%d}\n' % number for number in range(10)))
        self.run_over(url, "--id-field", "id", run="with_ids")
        self.put("changes", b"".join(b'{"id":%d,"x":%d}\n' % (number, number == 3) for number in range(11)))
        told = self.polymer("resume", "with_ids").stderr
        self.assertIn("the object has changed since the run last read it", told)
        self.assertIn("lines run again because they changed: 10", told)
        self.assertEqual(len(self.outputs("with_ids")), 11)
        self.assertNotIn("the object has changed", self.polymer("resume", "with_ids").stderr)

    def test_task_records_and_a_module_come_from_there_too(self):
        (self.folder / "echo.wat").write_bytes(ECHO.read_bytes())
        tasks = b"".join(b'{"id":"t%d","module":"echo.wat","input":"%d"}\n' % (n, n) for n in range(3))
        self.polymer("run", "--tasks", self.put("tasks", tasks), "--run-dir", "tasks")
        self.assertEqual(self.outputs("tasks"), ["0", "1", "2"])
        digest = hashlib.sha256(ECHO.read_bytes()).hexdigest()
        url = self.put("m/echo.wat", ECHO.read_bytes()) + f"#sha256={digest}"
        self.polymer("run", url, self.put("few", lines(3)), "--input-format", "json", "--run-dir", "run")
        self.assertEqual(self.manifest()["modules"], {"echo.wat": digest})

    def test_what_breaks_off_is_resumed(self):
        """In each part, with another answer of a busy server in between."""
        content = lines(900_000)
        self.assertGreater(len(content), PART)
        with WebServer(content) as server:
            server.script = [("cut", 1000), ("status", 503), ("cut", 0), ("cut", 100_000), ("whole", 0), ("cut", 5)]
            url = server.url("lines")
            self.run_over(url, "--partition", "hash:1/300")
            starts = [int(asked.split("=")[1].split("-")[0]) for _, asked, _ in server.requests]
            self.assertEqual(starts[:4], [0, 1000, 1000, 1000])
            self.assertEqual((starts[4], starts[-1]), (101_000, starts[-2] + 5))
            tags = {tag for _, _, tag in server.requests[1:]}
        self.assertEqual(tags, {'"' + hashlib.md5(content).hexdigest() + '"'})
        found = self.manifest()["input"]
        self.assertEqual((found["bytes"], found["sha256"]), (len(content), hashlib.sha256(content).hexdigest()))

    def test_an_object_that_changes_while_it_is_read_ends_the_run(self):
        content = lines(900_000)
        with WebServer(content) as server:
            server.later = (2, content.replace(b"line", b"LINE"))
            told = self.run_over(server.url("lines"), "--partition", "hash:1/300", code=106).stderr
            self.assertIn(f"the object changed while it was read, after {PART} bytes", told)
            self.assertIn("hint: the run can be resumed over the object as it is now", told)
            told = self.polymer("resume", "run").stderr
        self.assertIn("the object has changed since the run last read it", told)

    def test_google_and_azure_are_asked_as_the_environment_says(self):
        with WebServer(lines(5)) as server:
            self.env |= {
                "GOOGLE_BASE_URL": server.url("").rstrip("/"),
                "GOOGLE_ALLOW_HTTP": "true",
                "GOOGLE_SKIP_SIGNATURE": "true",
                "AZURE_ENDPOINT": server.url("").rstrip("/"),
                "AZURE_ALLOW_HTTP": "true",
                "AZURE_STORAGE_ACCOUNT_NAME": "account",
                "AZURE_STORAGE_ACCOUNT_KEY": "UzNDUkVU",
            }
            for scheme in ("gs", "az"):
                server.script = [("cut", 3)]
                self.run_over(f"{scheme}://place/a b", run=scheme)
                self.assertEqual(self.outputs(scheme), [f"line {number}" for number in range(5)])
            paths = [path.split("?")[0] for path, _, _ in server.requests]
            self.assertEqual(paths, ["/place/a%20b"] * 4)
        self.check_no_secret("UzNDUkVU")

    def test_attempts_are_bounded(self):
        with WebServer(lines(3)) as server:
            server.script = [("status", 503)] * 100
            told = self.run_over(server.url("x"), code=96).stderr
            self.assertEqual(len(server.requests), 6)
            url = server.url("x")
        self.assertIn("no answer in 6 attempts, after 0 bytes: HTTP 503 (SlowDown)", told)
        self.assertFalse((self.folder / "run").exists())
        # Nobody listens any more.
        told = self.run_over(url, code=96).stderr
        self.assertIn("Connection refused", told)

    def test_what_cannot_be_read_is_named_with_its_reason(self):
        for url, reason in (
            ("s3://bucket/none", "there is no such object"),
            ("s3://none/key", "there is no such object"),
        ):
            told = self.run_over(url, code=96).stderr
            self.assertIn(f"cannot read {url}: {reason}", told)
            self.assertIn("hint: check the bucket and the key", told)
        with WebServer(lines(3)) as server:
            server.script = [("status", 403)]
            told = self.run_over(server.url("x?sig=S3CRET"), code=96).stderr
            self.assertIn("/x?...: the server refuses it: HTTP 403 (SlowDown)", told)
            self.assertNotIn(KEY, told)
            server.has_ranges = False
            told = self.run_over(server.url("x"), code=96).stderr
            self.assertIn("its server does not answer requests for a part of a file", told)
        del self.env["AWS_ALLOW_HTTP"]
        told = self.run_over("s3://bucket/few", code=96).stderr
        self.assertIn("URL scheme is not allowed", told)

    def test_a_signed_url_is_kept_without_its_signature(self):
        with WebServer(lines(3)) as server:
            url = server.url("lines.jsonl?X-Amz-Signature=S3CRET")
            self.run_over(url)
            self.assertEqual(server.requests[0][0], "/lines.jsonl?X-Amz-Signature=S3CRET")
            shown = server.url("lines.jsonl?...")
            self.assertEqual(self.manifest()["input"]["path"], shown)
            self.assertEqual(self.manifest()["settings"]["input"], [shown])
            told = self.polymer("resume", "run", code=2).stderr
            self.assertIn("was not kept, as it may be a signature", told)
            self.assertIn("polymer resume DIR --input URL", told)
            self.polymer("resume", "run", "--input", url)
            plan = self.polymer("run", ECHO, "--input", url, "--dry-run").stdout
            self.assertNotIn("S3CRET", plan)
        self.check_no_secret("S3CRET")

    def test_credentials_in_a_url_are_refused(self):
        for url in ("http://user:S3CRET@127.0.0.1:1/x", "s3://KEY:S3CRET@bucket/key"):
            told = self.run_over(url, code=2).stderr
            self.assertIn("a URL may carry no user name and no password", told)
        self.check_no_secret("S3CRET")

    def test_a_module_is_fetched_once_and_known_by_its_digest(self):
        content = ECHO.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        (self.folder / "in").write_bytes(lines(3))
        run = ("--input", "in", "--input-format", "json")
        with WebServer(content) as server:
            server.script = [("cut", 10)]
            url = server.url("a/echo.wat?sig=S3CRET")
            named = f"{url}#sha256={digest}"
            self.polymer("run", named, *run, "--run-dir", "run")
            self.assertEqual([asked for _, asked, _ in server.requests][0], f"bytes=0-{PART - 1}")
            self.assertEqual(len(server.requests), 2)
            for wrong, code, reason in (
                (url, 2, "has no digest, so whoever serves it could choose what is run"),
                (f"{url}#sha256={'0' * 64}", 96, f"its SHA-256 is {digest}, and not what its URL says"),
                (f"{url}#sha256=12", 2, "is not sha256= and 64 hexadecimal digits"),
            ):
                self.assertIn(reason, self.polymer("run", wrong, *run, code=code).stderr)
            told = self.polymer("run", f"{url}#sha256={'1' * 64}", *run, "--module-limit", 10, code=96).stderr
            self.assertIn(f"it has {len(content)} bytes, at most 10 are allowed", told)
            self.assertIn("--module-limit", told)
        self.assertEqual(self.outputs(), ["line 0", "line 1", "line 2"])
        self.assertEqual(self.manifest()["modules"], {"echo.wat": digest})
        # Nobody listens any more, and what was kept is there.
        self.polymer("run", named, *run)
        self.polymer("resume", "run", code=2)
        self.assertIn("removed 1 fetched module", self.polymer("cache", "clear").stdout)
        self.check_no_secret("S3CRET")

    def test_no_worker_knows_a_credential(self):
        """The environment of each process that a run starts."""
        url = self.put("slow", b'"x"\n')
        command = [POLYMER, "run", ROOT / "tests/guests/endless_start.wat", "--input", url, "--timeout", "20s", "-q"]
        with subprocess.Popen(command, env=self.env, cwd=self.folder, stderr=subprocess.PIPE) as run:
            environments = []
            while not environments and run.poll() is None:
                threads = Path(f"/proc/{run.pid}/task").glob("*/children")
                children = [child for thread in threads for child in thread.read_text().split()]
                # One that was only forked has what its parent has.
                started = [Path(f"/proc/{child}") for child in children]
                started = [child for child in started if b"__worker" in (child / "cmdline").read_bytes()]
                environments = [child / "environ" for child in started]
            texts = [environment.read_bytes() for environment in environments]
            run.kill()
        self.assertTrue(texts)
        for text in texts:
            self.assertNotIn(SECRET.encode(), text)


if __name__ == "__main__":
    unittest.main()
