//! The supervisor's side of a run with a checker, which the library does not have yet: the loop is
//! given its commands as the command does.

use super::streams::Records;
use super::supervise::{BAD, INNOCENT, builder, descriptors, tell_held};
use polymer_host_modules::Module;
use polymer_host_run::Run;
use polymer_host_run::inbox::RunCommand;
use polymer_host_task::{
    CheckProtocol, Expectation, InputPayload, Limits, ModuleId, Record, Submission, TaskSpec, Verdict,
};
use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

const PROGRAM: ModuleId = ModuleId(0);
const CHECKER: ModuleId = ModuleId(1);

fn tasks(mood: &str, limits: Limits) -> Vec<Submission> {
    let mut inputs: Vec<String> = (0..INNOCENT).map(|number| format!("innocent {number}")).collect();
    BAD.iter().for_each(|place| inputs.insert(*place, format!("check {mood}")));
    let expect = Arc::new(Expectation { checker: Some(CHECKER), ..Expectation::default() });
    let task = |(seq, input): (u64, String)| {
        let payload = InputPayload::Line(input.into_bytes());
        let spec = TaskSpec::new(seq, seq.to_string(), PROGRAM, payload, limits);
        Submission::from(TaskSpec { expect: Some(Arc::clone(&expect)), ..spec })
    };
    (1..).zip(inputs).map(task).collect()
}

pub(crate) fn run(protocol: CheckProtocol, mood: &str, millis: u64) -> Result<(), Box<dyn Error>> {
    let before = descriptors();
    let manager = builder(&std::env::current_exe()?, "good")?.output_limit(1 << 20);
    let mut plan = manager.timeout(Duration::from_millis(millis)).build()?.plan();
    let limits = plan.service.limits;
    plan.judge_by(protocol);
    let (sender, heard) = channel();
    let (submitter, run) = Run::start(plan, None, |_| Ok(Records(sender)))?;
    for command in [
        RunCommand::Checker(CHECKER, Module::from_bytes("checker", "checker")?),
        RunCommand::Require(CHECKER),
        RunCommand::Module(PROGRAM, Module::from_bytes("good", "good")?),
        RunCommand::Submit(tasks(mood, limits)),
    ] {
        submitter.send(command)?;
    }
    drop(submitter);
    run.finish().0?;
    let records: Vec<Record> = heard.iter().collect();
    tell(&records);
    tell_held(before);
    Ok(())
}

fn tell(records: &[Record]) {
    let is_bad = |record: &&Record| BAD.iter().any(|place| record.seq == *place as u64 + 1);
    let (bad, innocent): (Vec<&Record>, Vec<&Record>) = records.iter().partition(is_bad);
    let end =
        |record: &&Record| format!("{} {} {}", record.verdict.name(), record.error.code, record.attempts);
    let ends: BTreeSet<String> = bad.iter().map(end).collect();
    println!("{} bad: {}", bad.len(), ends.into_iter().collect::<Vec<_>>().join(", "));
    let right = innocent.iter().filter(|record| record.verdict == Verdict::Ok).count();
    println!("{right} of {INNOCENT} innocent");
    let charged = records.iter().filter(|record| record.attempts != 1 || !record.history.is_empty());
    println!("{} charged", charged.count());
    let mut words = records.iter().flat_map(|record| [&record.error.message, &record.error.code]);
    let bounded = words.all(|text| text.len() < 8192 && !text.chars().any(char::is_control));
    // Of each task it is known what its own attempt used.
    let believable = records.iter().all(|record| record.usage.fuel == Some(1));
    println!("believable: {believable}, words in bounds: {bounded}");
}
