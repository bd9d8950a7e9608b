"""Reads what `polymer run --traces` writes with the messages of OpenTelemetry itself.

Needs a built `polymer` (target/debug/polymer, or POLYMER), Rust's target wasm32-wasip1 and
opentelemetry-proto. `.ci/traces` gets the last and calls this.
"""

import base64
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

ROOT = Path(__file__).resolve().parents[2]
POLYMER = os.environ.get("POLYMER", str(ROOT / "target/debug/polymer"))
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
IDS = {"traceId", "spanId", "parentSpanId"}


def with_base64_ids(value):
    """Return the value as protobuf's own JSON has it: OTLP writes ids in hex, protobuf in base64."""
    if isinstance(value, list):
        return [with_base64_ids(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: base64.b64encode(bytes.fromhex(each)).decode() if key in IDS else with_base64_ids(each)
        for key, each in value.items()
    }


def requests(path):
    """Return each line of a file as a message. A field that OTLP does not have is an error."""
    return [
        json_format.ParseDict(with_base64_ids(json.loads(line)), ExportTraceServiceRequest())
        for line in path.read_text().splitlines()
    ]


def spans(request):
    return [span for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans]


def attributes(of):
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in of.attributes}


def run(folder, records, *flags):
    """Run task records; return the requests that were written."""
    lines = "".join(json.dumps(record) + "\n" for record in records)
    command = [POLYMER, "run", "--tasks", "-", "--base", str(ROOT / "tests/guests"), "--no-config"]
    command += ["--traces", str(folder / "traces"), "-o", str(folder / "records"), "-j", "1", *flags]
    done = subprocess.run(command, input=lines, text=True, capture_output=True)
    return requests(folder / "traces"), done


class OtlpTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="polymer-traces-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def test_spans_of_tasks_are_messages_of_the_protocol(self):
        records = [
            {"id": "given", "module": "silent.wat", "input": "a", "traceparent": PARENT},
            {"id": "again", "module": "warns.wat", "input": 1000},
            {"id": "bad", "module": "hostile/unreachable.wat", "input": "", "group": "\x1b\u202e\U000e0041"},
            {"id": "none", "module": "silent.wat", "input": "a", "traceparent": "00-0-0-00"},
            {"id": "no task"},
        ]
        read, done = run(self.folder, records, "--traces-sample", "100%", "--retries", "1", "--no-cache")
        self.assertEqual(done.returncode, 100, done.stderr)
        self.assertIn("warn: the traceparent of 1 task is none", done.stderr)
        tasks, compiled = {}, []
        for request in read:
            resource = attributes(request.resource_spans[0].resource)
            self.assertEqual(resource["service.name"], "polymer")
            whole = spans(request)
            for span in whole:
                self.assertEqual((len(span.trace_id), len(span.span_id)), (16, 8))
                self.assertEqual(span.trace_id, whole[0].trace_id)
                self.assertLessEqual(span.start_time_unix_nano, span.end_time_unix_nano)
                self.assertGreater(span.start_time_unix_nano, 10**18)
            for span in whole[1:]:
                self.assertEqual(span.parent_span_id, whole[0].span_id)
                self.assertGreaterEqual(span.start_time_unix_nano, whole[0].start_time_unix_nano)
                self.assertLessEqual(span.end_time_unix_nano, whole[0].end_time_unix_nano)
            if whole[0].name == "compile":
                compiled.append(attributes(whole[0])["polymer.module"])
            else:
                tasks[attributes(whole[0])["polymer.task.id"]] = whole
        self.assertEqual(len(compiled), 3, compiled)
        self.assertEqual(set(tasks), {"given", "again", "bad", "none", "no task"})
        given = tasks["given"][0]
        self.assertEqual(given.trace_id.hex(), PARENT.split("-")[1])
        self.assertEqual(given.parent_span_id.hex(), PARENT.split("-")[2])
        self.assertEqual((given.kind, given.status.code), (Span.SPAN_KIND_CONSUMER, Status.STATUS_CODE_UNSET))
        self.assertEqual([span.name for span in tasks["given"]], ["task", "queue", "attempt"])
        self.assertEqual([span.name for span in tasks["again"]], ["task", "attempt", "queue", "attempt"])
        self.assertEqual(tasks["again"][1].status.code, Status.STATUS_CODE_ERROR)
        bad = tasks["bad"][0]
        self.assertEqual(attributes(bad)["error.type"], "unreachable")
        self.assertEqual(attributes(bad)["polymer.group"], "\x1b\u202e\U000e0041")
        self.assertEqual([event.name for event in bad.events], ["exception"])
        self.assertEqual(tasks["none"][0].parent_span_id, b"")
        self.assertEqual([span.name for span in tasks["no task"]], ["task"])

    def test_only_what_failed_has_spans_where_that_is_wanted(self):
        records = [{"module": "silent.wat", "input": "a"}] * 50
        records += [{"id": "bad", "module": "hostile/unreachable.wat", "input": ""}]
        read, _ = run(self.folder, records, "--traces-sample", "failed")
        named = [spans(request)[0] for request in read]
        tasks = [attributes(span)["polymer.task.id"] for span in named if span.name == "task"]
        self.assertEqual(tasks, ["bad"])


if __name__ == "__main__":
    unittest.main()
