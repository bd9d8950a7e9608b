//! Answers that cannot be true, and frames that are no message.

use super::worker::{Peer, confinement, finished};
use polymer_host_protocol::message::{
    CreditMessage, OutputMessage, RunMessage, WireCollected, WireContent, WireForm, WireOutput, WireTask,
};
use polymer_host_protocol::{FromWorker, VERSION, answer_cap};

/// Gives a wrong answer in the way that `mood` names; says whether it is one of these.
pub(crate) fn claim(peer: &mut Peer, run: &RunMessage<'_>, mood: &str) -> bool {
    let mut claim = finished(run);
    let big = vec![b'x'; usize::try_from(run.limits.output).unwrap() + 1];
    let words = "x".repeat(usize::try_from(run.limits.log).unwrap() * 4);
    match mood {
        "much-fuel" => claim.usage.fuel = u64::MAX,
        "much-memory" => claim.usage.peak_memory = u64::MAX,
        "much-time" => claim.usage.wall_ns = u64::MAX,
        // It cannot have begun before it was sent.
        "an-hour" => claim.usage.wall_ns = 3_600_000_000_000,
        "much-cpu" => claim.usage.cpu_ns = claim.usage.wall_ns + 1,
        "much-written" => claim.usage.output_bytes = u64::MAX,
        "more-written" => claim.usage.output_bytes += 100,
        "less-written" => claim.usage.output_bytes = 0,
        "much-reused" => claim.usage.reused = u32::MAX,
        "once-reused" => claim.usage.reused = 1,
        "much-dropped" => claim.log_dropped = u64::MAX,
        "forged-attempt" => claim.attempt = u64::MAX,
        "no-attempt" => claim.attempt = 0,
        "stale-attempt" => claim.attempt = peer.last,
        "other-workers-attempt" => claim.attempt = run.attempt.saturating_sub(1),
        "not-yet-sent-attempt" => claim.attempt = run.attempt + 1000,
        "supervisors-verdict" => claim.verdict = "quarantined",
        "no-verdict" => claim.verdict = "\u{1b}[2Jfine",
        "ok-without-output" => claim.output = WireOutput::None,
        "trap-with-output" => claim.verdict = "trap",
        "trap-with-a-value" => (claim.verdict, claim.output) = ("trap", WireOutput::Json(b"1")),
        "bad-input-with-output" => claim.verdict = "bad_input",
        "ok-with-an-error" => claim.error = Some(Box::default()),
        "json-that-is-none" => claim.output = WireOutput::Json(b"{\"a\":"),
        "json-of-two-lines" => claim.output = WireOutput::Json(b"{}\n{\"v\":1,\"id\":\"forged\"}"),
        "text-that-is-none" => claim.output = WireOutput::Text(b"\xff\xfe"),
        "long-output" => claim.output = WireOutput::Bytes(&big),
        "log-without-marks" => claim.log = "forged\n",
        "long-log" => claim.log = &words,
        "files-unasked" => {
            let files = vec![("../a", WireContent::Bytes(b"x"))];
            claim.files = Some(Box::new(WireCollected { files, left_out: 0 }));
        }
        _ => return false,
    }
    peer.link.say(&FromWorker::Finished(claim));
    true
}

/// Says what has no place here; says whether `mood` is one of these.
pub(crate) fn misplaced(peer: &mut Peer, attempt: u64, mood: &str) -> bool {
    let link = &peer.link;
    match mood {
        "hello-again" => {
            let confinement = confinement(vec![("seccomp", "forged"); 50_000]);
            link.say(&FromWorker::Hello { version: VERSION, engine: "none", confinement });
        }
        "unconfined-now" => link.say(&FromWorker::Unconfined { layer: "seccomp", why: "a lie" }),
        "ready-again" => link.say(&FromWorker::Ready { tasks: Vec::new(), functions: Vec::new() }),
        "million-tasks" => link.say(&FromWorker::Ready { tasks: tasks(100_000), functions: Vec::new() }),
        // Its attempt is at work, and not streamed.
        "output-unasked" => {
            link.say(&FromWorker::Output(OutputMessage { attempt, channel: 1, bytes: b"x" }));
        }
        "credit-unasked" => link.say(&FromWorker::StdinCredit(CreditMessage { attempt, bytes: 1 })),
        "refused-now" => link.say(&FromWorker::Refused { code: "malformed", message: "after all" }),
        "compiled-now" => {
            link.say(&FromWorker::Compiled {
                form: WireForm::Typed,
                imports: vec![String::new(); 1_000_000],
            });
        }
        _ => return false,
    }
    true
}

/// Sends what is no frame or no message; says whether `mood` is one of these.
pub(crate) fn noise(peer: &mut Peer, run: &RunMessage<'_>, mood: &str) -> bool {
    let link = &mut peer.link;
    let cap = answer_cap(run.limits.output, run.limits.log);
    // A map with one entry, whose value is an array of so many.
    let ready = |list: &[u8]| [b"\x81\xa5Ready\x91", list].concat();
    match mood {
        "length-bomb" => link.send(&u32::MAX.to_le_bytes()),
        "long-frame" => link.send(&u32::try_from(cap + 1).unwrap().to_le_bytes()),
        "empty-frame" => link.send(&[0; 4]),
        "depth-bomb" => link.frame(&vec![0x91; 1_000_000]),
        "depth-bomb-inside" => link.frame(&ready(&vec![0x91; 1_000_000])),
        "wide-bomb" => link.frame(&ready(b"\xdd\xff\xff\xff\xff")),
        "wide-map" => link.frame(b"\xdf\xff\xff\xff\xff"),
        "wide-text" => link.frame(b"\x81\xa7Refused\x92\xdb\xff\xff\xff\xff"),
        "no-message" => link.frame(b"\xc1\xc1\xc1"),
        "two-in-one" => link.frame(b"\x81\xa5Ready\x91\x90\x81\xa5Ready\x91\x90"),
        "length-bomb-and-flood" => {
            link.send(&u32::try_from(cap).unwrap().to_le_bytes());
            loop {
                link.send(&[0x91; 1 << 16]);
            }
        }
        "flood" => loop {
            link.frame(b"\x81\xa5Ready\x91\x90");
        },
        "half-a-frame" => link.send(b"\xff\0\0\0\x81\xa8Fin"),
        "half-a-frame-and-exit" => {
            link.send(b"\xff\0\0\0\x81\xa8Fin");
            polymer_host_sys::process::exit_now(3);
        }
        _ => return false,
    }
    link.wait()
}

/// So many descriptions, as small as they can be.
pub(crate) fn tasks(count: usize) -> Vec<WireTask> {
    let task = WireTask {
        name: String::new(),
        version: String::new(),
        summary: String::new(),
        encoding: 0,
        input_schema: None,
        output_schema: None,
        wishes: Vec::new(),
    };
    vec![task; count]
}
