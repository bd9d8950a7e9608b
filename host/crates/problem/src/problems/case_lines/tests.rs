//! Lines of cases: what they may say, and how what is wrong is named.

use super::read;
use crate::nouns::{CaseInput, Problem};
use polymer_host_task::Points;
use proptest::prelude::*;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder with a file of cases, and two files beside it.
fn place(text: &[u8]) -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().canonicalize().unwrap();
    std::fs::write(folder.join("in.txt"), "1").unwrap();
    std::fs::write(folder.join("out.txt"), "2").unwrap();
    std::fs::write(folder.join("sums.jsonl"), text).unwrap();
    (place, folder.join("sums.jsonl"))
}

fn problems(text: &str) -> Vec<Problem> {
    let (_place, path) = place(text.as_bytes());
    read(&path).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(text: &str) -> String {
    let (_place, path) = place(text.as_bytes());
    read(&path).unwrap_err().to_string()
}

#[test]
fn a_line_says_what_a_task_record_says() {
    let text = "\u{feff}{\"id\":\"a\",\"input\":\"1 2\",\"args\":[\"x\"],\"expect\":{\"output\":3.10,\"verdict\":[\"ok\",\"trap\"],\
                \"exit_code\":0},\"points\":2.5,\"compare\":\"validator:case_sensitive\",\
                \"limits\":{\"cpu\":\"2s\",\"memory\":1024}}\r\n\n{\"input\":null}\n";
    let problem = problems(text).pop().unwrap();
    assert_eq!(problem.name, "sums");
    let case = &problem.cases[0];
    assert_eq!((case.name.as_str(), &case.input), ("a", &CaseInput::Json("\"1 2\"".to_owned())));
    assert_eq!(case.args, ["x"]);
    let expect = r#"{"output":3.10,"verdict":["ok","trap"],"exit_code":0}"#;
    assert_eq!(case.expect.as_deref(), Some(expect));
    assert_eq!(case.points, Points::new(2.5));
    assert_eq!(case.compare, "validator:case_sensitive".parse().ok());
    assert_eq!(case.limits.as_deref(), Some(r#"{"cpu":"2s","memory":1024}"#));
    let other = &problem.cases[1];
    assert_eq!((other.name.as_str(), &other.input), ("3", &CaseInput::Json("null".to_owned())));
    assert!(other.expect.is_none() && other.points.is_none() && other.compare.is_none());
}

#[test]
fn an_output_alone_is_what_is_expected() {
    let problem =
        problems("{\"input\":1,\"output\":\"a\\u0062\"}\n{\"input\":1,\"output\":null}\n").pop().unwrap();
    let expected: Vec<_> = problem.cases.iter().map(|case| case.expect.as_deref().unwrap()).collect();
    assert_eq!(expected, [r#"{"output":"a\u0062"}"#, r#"{"output":null}"#]);
}

#[test]
fn paths_start_at_the_folder_of_the_file() {
    let text = "{\"input_file\":\"in.txt\",\"expect\":{\"output_file\":\"out.txt\"}}\n\
                {\"input_base64\":\"AAH/\",\"expect\":{\"output_base64\":\"/w==\"}}";
    let (_place, path) = place(text.as_bytes());
    let problem = read(&path).unwrap().pop().unwrap();
    assert_eq!(problem.cases[0].input, CaseInput::File(path.with_file_name("in.txt")));
    let output = path.with_file_name("out.txt");
    let expect = serde_json::json!({ "output_file": output.to_str() }).to_string();
    assert_eq!(problem.cases[0].expect.as_ref(), Some(&expect));
    assert_eq!(problem.cases[1].input, CaseInput::Base64("AAH/".to_owned()));
    assert_eq!(problem.cases[1].expect.as_deref(), Some(r#"{"output_base64":"/w=="}"#));
}

#[test]
fn cases_are_of_the_problems_and_groups_that_they_name() {
    let all = problems(concat!(
        "{\"problem\":\"b\",\"id\":1,\"input\":1}\n",
        "{\"problem\":\"a\",\"id\":1,\"input\":1,\"group\":\"g\"}\n",
        "{\"problem\":\"b\",\"id\":2,\"input\":1,\"group\":\"g\"}\n",
        "{\"id\":7,\"input\":1}\n",
        "{\"problem\":\"b\",\"id\":3,\"input\":1,\"group\":\"g\"}\n",
    ));
    let names: Vec<_> = all.iter().map(|problem| problem.name.as_str()).collect();
    assert_eq!(names, ["b", "a", "sums"]);
    let root = &all[0].root;
    assert_eq!((root.cases.clone(), root.groups.len()), (vec![0], 1));
    assert_eq!((root.groups[0].name.as_str(), root.groups[0].cases.clone()), ("g", vec![1, 2]));
    assert_eq!(all[2].cases[0].name, "7");
}

#[test]
fn what_is_wrong_is_named_by_line_and_field() {
    for (line, why) in [
        ("{\"id\":\"a\"}", "line 2: a case has one of"),
        ("{\"input\":1,\"input_base64\":\"\"}", "line 2: a case has one of"),
        ("{\"input\":1,\"x\":1}", "line 2: unknown field `x`"),
        ("{\"input\":1,\"module\":\"m\"}", "unknown field `module`"),
        ("{\"input\":1,\"input\":2}", "duplicate field"),
        ("{\"input\":1", "line 2: EOF"),
        ("[1]", "line 2: "),
        ("{\"input\":1,\"id\":true}", "line 2, `id`"),
        ("{\"input\":1,\"id\":\"\"}", "line 2, `id`"),
        ("{\"input\":1,\"id\":\"a\\nb\"}", "line 2, `id`"),
        ("{\"input\":1,\"id\":\"1\"}", "line 2, `id`: there is a case `1` already"),
        ("{\"input\":1,\"problem\":\"a/b\"}", "line 2, `problem`: there is no /"),
        ("{\"input\":1,\"problem\":1.5}", "line 2, `problem`"),
        ("{\"input\":1,\"group\":[]}", "line 2, `group`"),
        ("{\"input_base64\":\"?\"}", "line 2, `input_base64`"),
        ("{\"input_file\":\"none\"}", "line 2, `input_file`"),
        ("{\"input_file\":\".\"}", "line 2, `input_file`"),
        ("{\"input\":1,\"args\":\"a\"}", "line 2: invalid type"),
        ("{\"input\":1,\"points\":1}", "line 2: `points` and `compare`"),
        ("{\"input\":1,\"compare\":\"trim\"}", "line 2: `points` and `compare`"),
        ("{\"input\":1,\"output\":1,\"points\":-1}", "line 2, `points`"),
        ("{\"input\":1,\"output\":1,\"points\":\"1\"}", "line 2, `points`"),
        ("{\"input\":1,\"output\":1,\"compare\":\"diff\"}", "line 2, `compare`"),
        ("{\"input\":1,\"output\":1,\"compare\":1}", "line 2, `compare`"),
        ("{\"input\":1,\"output\":1,\"expect\":{}}", "line 2, `output`"),
        ("{\"input\":1,\"expect\":{\"output\":1,\"output_base64\":\"\"}}", "line 2, `expect`"),
        ("{\"input\":1,\"expect\":{\"output_file\":\"none\"}}", "line 2, `expect`: `output_file`"),
        ("{\"input\":1,\"expect\":{\"output_base64\":\"?\"}}", "line 2, `expect`: `output_base64`"),
        ("{\"input\":1,\"expect\":{\"verdict\":\"fine\"}}", "line 2, `expect`: `fine` is not a verdict"),
        ("{\"input\":1,\"expect\":{\"verdict\":\"wrong_output\"}}", "what the judge says"),
        ("{\"input\":1,\"expect\":{\"exit_code\":-1}}", "line 2: "),
        ("{\"input\":1,\"limits\":[]}", "line 2, `limits`"),
        ("{\"input\":1,\"limits\":{\"cpu\":\"soon\"}}", "line 2, `limits`: `cpu`"),
        ("{\"input\":1,\"limits\":{\"memory\":true}}", "line 2, `limits`: `memory`"),
        ("{\"input\":1,\"limits\":{\"stack\":1}}", "line 2, `limits`: there is no limit `stack`"),
    ] {
        let message = refusal(&format!("{{\"input\":1}}\n{line}\n"));
        assert!(message.contains("/sums.jsonl") && message.contains(why), "{line}: {message}");
    }
    assert!(refusal("\n \n").contains("no case"));
    let (_place, path) = place(b"{\"input\":\"\xff\"}");
    assert!(read(&path).unwrap_err().to_string().contains("UTF-8"));
}

proptest! {
    #[test]
    fn a_line_is_a_case_or_is_refused(
        line in "\\{(\"(id|input|expect|points|compare|limits|group|output|args)\":(1|\"a\"|null|\\{\\}|\\[\\]),?){0,4}\\}"
    ) {
        let (_place, path) = place(line.as_bytes());
        if let Ok(problems) = read(&path) {
            prop_assert_eq!(problems.iter().map(|problem| problem.cases.len()).sum::<usize>(), 1);
        }
    }
}
