//! Small histories of tasks by themselves.

use super::*;
use polymer_host_task::{InputPayload, ModuleId};
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);

fn spec(seq: u64) -> TaskSpec {
    let input = InputPayload::Json(vec![b'1'; 10]);
    TaskSpec::new(seq, format!("id{seq}"), ModuleId(0), input, Limits::default())
}

fn admit(table: &mut TaskTable, spec: TaskSpec) -> TaskId {
    let id = table.next_id();
    table.admit(id, Box::new(spec), GroupId::NONE, MS);
    table.check();
    id
}

#[test]
fn bytes_are_held_as_long_as_the_task_is_there() {
    let mut table = TaskTable::default();
    let (first, second) = (admit(&mut table, spec(1)), admit(&mut table, spec(2)));
    let both = table.held_bytes();
    assert!(both >= 20 && first != second);
    assert_eq!((table.with_seq(2), table.with_seq(3)), (Some(second), None));
    table.send_alone(first);
    assert!(table.goes_alone(first) && table.remove(first).is_some() && table.remove(first).is_none());
    table.check();
    assert_eq!((table.held_bytes(), table.len(), table.has_alone()), (both / 2, 1, false));
}

#[test]
fn a_deadline_is_kept_until_it_passes_or_the_task_is_cut_or_over() {
    let mut table = TaskTable::default();
    let [late, cut, over] = [30, 20, 10].map(|ms| {
        let deadline = Some(MS * ms);
        admit(&mut table, TaskSpec { deadline, ..spec(u64::from(ms)) })
    });
    assert_eq!((table.deadline(), table.take_deadline(MS * 10)), (Some(MS * 11), None));
    drop(table.remove(over));
    assert!(table.cut(cut, CancelReason::Canceled) && !table.cut(cut, CancelReason::Deadline));
    assert!(table.is_cut(cut) && table.get(cut).unwrap().cut() == Some(CancelReason::Canceled));
    table.check();
    assert_eq!(table.take_deadline(MS * 31), Some(late));
    assert!(table.cut(late, CancelReason::Deadline) && table.deadline().is_none());
    table.check();
}

#[test]
fn what_was_under_way_when_supervisors_were_lost_is_in_the_history() {
    let mut table = TaskTable::default();
    let before = EarlierAttempts { interrupted: 2, alone: 1 };
    let id = admit(&mut table, TaskSpec { before, ..spec(1) });
    let task = table.get_mut(id).unwrap();
    assert!(task.was_suspect() && !task.is_begun());
    assert_eq!((task.attempts(), task.solo_deaths(), task.deaths()), (2, 1, 0));
    task.count_death(true);
    assert!(task.is_begun());
    assert_eq!((task.attempts(), task.solo_deaths(), task.deaths()), (3, 2, 1));
    drop(table.remove(id));
    let once =
        admit(&mut table, TaskSpec { before: EarlierAttempts { interrupted: 1, alone: 1 }, ..spec(2) });
    let task = table.get(once).unwrap();
    assert!(!task.was_suspect() && task.solo_deaths() == 0);
}

#[test]
fn excuses_count_in_a_row() {
    let mut table = TaskTable::default();
    let id = admit(&mut table, spec(1));
    let task = table.get_mut(id).unwrap();
    assert_eq!((task.excuse(), task.excuse()), (1, 2));
    task.put_off(PutOff::Suspects);
    assert_eq!((task.take_put_off(), task.take_put_off()), (Some(PutOff::Suspects), None));
    task.end_excuses();
    assert_eq!(task.excuses(), 0);
}
