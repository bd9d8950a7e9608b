//! Requests to the judge, and what it answers.

use super::*;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polymer_host_task::{Points, TaskError, Verdict};
use std::os::fd::AsFd;

fn request(task: u64, given: &str) -> JudgeRequest {
    let output = |text: &str| Some(Output::Text(text.to_owned()));
    let ending = AttemptEnding::without_guest(Verdict::Ok, TaskError::default());
    JudgeRequest {
        task: TaskId(task),
        expect: Arc::new(Expectation { output: output("right"), ..Expectation::default() }),
        protocol: CheckProtocol::Json,
        wanted: JudgeStep::Compare { ending: Box::new(AttemptEnding { output: output(given), ..ending }) },
    }
}

/// How an attempt ended that gave this.
fn gave(given: &str) -> Box<AttemptEnding> {
    match request(0, given).wanted {
        JudgeStep::Compare { ending } => ending,
        other => panic!("{other:?}"),
    }
}

fn case(most: u64) -> WantedCase {
    WantedCase { id: "a".to_owned(), input: InputPayload::Bytes(b"in".to_vec()), most }
}

fn judged(answer: JudgeAnswer) -> Box<AttemptEnding> {
    match answer.input {
        SchedulerInput::Judged { ending, .. } => ending,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_checker_is_given_the_case_and_what_it_says_is_read() {
    let ask = |most| {
        let mut request = request(7, "out");
        let expect = Expectation { points: Points::new(2.0), ..Expectation::clone(&request.expect) };
        request.expect = Arc::new(expect);
        let wanted = JudgeStep::Ask { ending: gave("out"), case: case(most) };
        JudgeRequest { wanted, ..request }
    };
    assert_eq!(ask(0).held_bytes(), 5);
    let SchedulerInput::CheckWanted { task, ending, given } = ask(1000).answered().input else {
        panic!("no check")
    };
    assert_eq!(task, TaskId(7));
    let case = br#"{"id":"a","input":"in","output":"out","expected":"right","max_points":2}"#;
    assert_eq!(given, CheckInput::only(InputPayload::Json(case.to_vec())));
    let too_long = judged(ask(10).answered());
    assert_eq!((too_long.verdict, too_long.error.code.as_str()), (Verdict::JudgeError, "checker_input"));
    let check = gave(r#"{"accept":true,"points":1.5}"#);
    let answer = JudgeRequest { wanted: JudgeStep::Read { ending, check }, ..ask(0) }.answered();
    assert_eq!((answer.usage.outputs, answer.usage.checks.checks), (0, 1));
    let ending = judged(answer);
    assert_eq!(ending.verdict, Verdict::Ok);
    assert_eq!(ending.judgement.unwrap().points, Points::new(1.5));
}

#[test]
fn an_interactor_is_given_the_case_and_both_ends_make_one() {
    let wanted = JudgeStep::Case(case(1000));
    let request = JudgeRequest { wanted, ..request(7, "") };
    let expect = Arc::clone(&request.expect);
    assert_eq!(request.held_bytes(), 2);
    let SchedulerInput::CaseWritten { task, input } = request.answered().input else { panic!("no case") };
    let line = b"{\"id\":\"a\",\"input\":\"in\",\"expected\":\"right\"}\n";
    let line = CheckInput::only(InputPayload::Bytes(line.to_vec()));
    assert_eq!((task, input.unwrap()), (TaskId(7), line));
    let trap = AttemptEnding::without_guest(Verdict::Trap, TaskError::new("unreachable", ""));
    let order = InteractionOrder::InteractorFirst;
    let wanted = JudgeStep::Interaction { ending: gave(""), interactor: Box::new(trap), order };
    let protocol = CheckProtocol::Json;
    let answer = JudgeRequest { task: TaskId(7), expect, protocol, wanted }.answered();
    assert_eq!((answer.usage.interactions.checks, answer.usage.checks.checks), (1, 0));
    let ending = judged(answer);
    assert_eq!((ending.verdict, ending.error.code.as_str()), (Verdict::JudgeError, "interactor_trap"));
}

#[test]
fn a_validator_is_given_files_and_its_exit_code_is_read() {
    let ask = |wanted| {
        let mut request = request(7, "out");
        let args = vec!["flag".to_owned()];
        let points = Points::new(2.0);
        let expect = Expectation { checker_args: args, points, ..Expectation::clone(&request.expect) };
        (request.expect, request.protocol) = (Arc::new(expect), CheckProtocol::Validator);
        JudgeRequest { wanted, ..request }
    };
    let asked = ask(JudgeStep::Ask { ending: gave("out"), case: case(1000) }).answered().input;
    let SchedulerInput::CheckWanted { given, ending, .. } = asked else { panic!("no check") };
    let supplied = given.supplied.unwrap();
    assert_eq!((given.input.bytes(), supplied.args[3].as_str()), (&b"out\n"[..], "flag"));
    let too_long = judged(ask(JudgeStep::Ask { ending: gave("out"), case: case(5) }).answered());
    assert_eq!((too_long.verdict, too_long.error.code.as_str()), (Verdict::JudgeError, "checker_input"));
    let exit = |code| {
        let error = TaskError { exit_code: Some(code), ..TaskError::new("exit", "") };
        Box::new(AttemptEnding::without_guest(Verdict::TaskError, error))
    };
    for (code, verdict) in
        [(42, Verdict::Ok), (43, Verdict::WrongOutput), (1, Verdict::JudgeError), (0, Verdict::JudgeError)]
    {
        let ending = ending.clone();
        let read = judged(ask(JudgeStep::Read { ending, check: exit(code) }).answered());
        assert_eq!(read.verdict, verdict, "{code}");
        let order = InteractionOrder::ProgramFirst;
        let step = JudgeStep::Interaction { ending: gave(""), interactor: exit(code), order };
        assert_eq!(judged(ask(step).answered()).verdict, verdict, "{code}");
    }
    let SchedulerInput::CaseWritten { input, .. } = ask(JudgeStep::Case(case(1000))).answered().input else {
        panic!("no case")
    };
    let given = input.unwrap();
    assert!(given.input.bytes().is_empty(), "no line comes first");
    assert_eq!(given.supplied.unwrap().files[0].bytes, b"in");
}

#[test]
fn each_ending_is_judged_and_its_cost_told() {
    let waker = RunWaker::new().unwrap();
    let mut judge = JudgeThread::new(&waker);
    for (task, given) in ["right", "wrong", "right\n"].into_iter().enumerate() {
        assert!(judge.ask(request(task as u64, given)).is_none());
    }
    assert_eq!(judge.held_bytes(), 16);
    let mut verdicts = Vec::new();
    while verdicts.len() < 3 {
        let mut fds = [PollFd::new(waker.as_fd(), PollFlags::POLLIN)];
        assert_eq!(poll(&mut fds, PollTimeout::from(60_000_u16)), Ok(1), "it says nothing");
        waker.clear();
        while let Some(answer) = judge.take_answer() {
            let SchedulerInput::Judged { task, ending } = judge.note(answer) else { panic!("no judgement") };
            verdicts.push((task.0, ending.verdict));
        }
    }
    assert_eq!(verdicts, [(0, Verdict::Ok), (1, Verdict::WrongOutput), (2, Verdict::Ok)]);
    assert_eq!((judge.held_bytes(), judge.usage().outputs), (0, 3));
}
