//! What tasks touch, as a program grants it and takes it away.

use super::{manager, moody};
use moody::Moody;
use polymer_host::{Builder, CallOptions, DirWish, Done, GrantNarrowing, Input, TaskManager};
use polymer_host::{Output, Verdict};

fn granting() -> Builder {
    manager(1).env("A", "1").env("B", "2").dir(env!("CARGO_TARGET_TMPDIR"), "/data", false)
}

fn env(names: &[&str]) -> GrantNarrowing {
    GrantNarrowing {
        env: Some(names.iter().map(|name| (*name).to_owned()).collect()),
        ..GrantNarrowing::default()
    }
}

fn dir(guest: &str, writable: Option<bool>) -> GrantNarrowing {
    GrantNarrowing {
        dirs: Some(vec![DirWish { guest: guest.to_owned(), writable }]),
        ..GrantNarrowing::default()
    }
}

fn called(manager: &TaskManager, grants: GrantNarrowing) -> Done<Moody> {
    let options = CallOptions::default().touching(grants);
    manager.call_blocking(&moody(), Moody::new("env", 1), options).unwrap()
}

#[test]
fn a_call_touches_less_than_its_manager_grants_and_never_more() {
    let manager = granting().build().unwrap();
    assert_eq!(called(&manager, GrantNarrowing::default()).task.ballast, r#"[("A", "1"), ("B", "2")]"#);
    assert_eq!(called(&manager, env(&["B"])).task.ballast, r#"[("B", "2")]"#);
    assert_eq!(called(&manager, dir("/data", Some(false))).verdict, Verdict::Ok);
    for more in [env(&["C"]), dir("/other", None), dir("/data", Some(true))] {
        let denied = called(&manager, more);
        assert_eq!((denied.verdict, denied.error.code.as_str()), (Verdict::PolicyDenied, "grant"));
        assert!(
            denied.error.message.ends_with("which its manager does not grant"),
            "{}",
            denied.error.message
        );
    }
}

#[test]
fn what_an_input_and_its_call_leave_is_what_both_leave() {
    let manager = granting().build().unwrap();
    let input = Input::json(&Moody::new("env", 1)).unwrap().touching(env(&["A", "B"]));
    let done = manager.call_blocking(&moody(), input, CallOptions::default().touching(env(&["A"]))).unwrap();
    let Some(Output::Json(output)) = done.output else { panic!("{done:?}") };
    assert!(output.contains(r#"[(\"A\", \"1\")]"#), "{output}");
}

#[test]
fn an_input_in_a_hot_loop_may_touch_less() {
    let manager = granting().build().unwrap();
    let inputs = [GrantNarrowing::default(), env(&[]), env(&["C"])]
        .map(|grants| Input::json(&Moody::new("env", 1)).unwrap().touching(grants));
    let done = manager.supervise(inputs).unwrap();
    let verdicts: Vec<Verdict> = done.iter().map(|done| done.verdict).collect();
    assert_eq!(verdicts, [Verdict::Ok, Verdict::Ok, Verdict::PolicyDenied]);
}

#[test]
fn each_attempt_is_told_its_own_number_where_that_is_granted() {
    let manager = manager(1).task_env(true).env("POLYMER_ATTEMPT", "granted").retries(1).build().unwrap();
    let done = manager.supervise([Moody::new("again", 5), Moody::new("env", 6)]).unwrap();
    assert_eq!((done[0].task.ballast.as_str(), done[0].attempts), ("2", 2));
    let told = r#"[("POLYMER_TASK_ID", "env-6"), ("POLYMER_ATTEMPT", "1")]"#;
    assert_eq!(done[1].task.ballast, told);
}
