//! Small histories of modules by themselves.

use super::*;

const NONE: GroupId = GroupId::NONE;
const MS: Duration = Duration::from_millis(1);
const A: ModuleId = ModuleId(0);
const B: ModuleId = ModuleId(1);

fn table() -> ModuleTable {
    let mut table = ModuleTable::default();
    table.name(A, "a.wasm".to_owned(), MS);
    table.name(B, "b.wasm".to_owned(), MS);
    table
}

fn wanted(table: &ModuleTable) -> Vec<ModuleId> {
    table.check();
    table.wanted().map(|(id, _)| id).collect()
}

fn compile(table: &mut ModuleTable, id: ModuleId) {
    table.note_compiling(id, MS);
    table.note_compiled(id, ModuleForm::CommandModule, Vec::new());
}

#[test]
fn a_module_is_wanted_while_tasks_wait_for_it() {
    let mut table = table();
    assert!(wanted(&table).is_empty());
    table.wait(B, NONE, TaskId(1), false);
    table.wait(B, NONE, TaskId(0), true);
    table.wait(A, NONE, TaskId(2), false);
    assert_eq!(wanted(&table), [A, B]);
    assert_eq!(table.take_next(B, NONE), Some(TaskId(0)));
    assert_eq!(wanted(&table), [A, B]);
    assert_eq!(table.take_next(B, NONE), Some(TaskId(1)));
    assert_eq!(wanted(&table), [A]);
    table.remove_waiting(A, TaskId(2));
    assert!(wanted(&table).is_empty());
    assert_eq!(table.take_next(B, NONE), None);
}

#[test]
fn what_is_taken_out_and_what_stays_keep_their_order() {
    let mut table = table();
    (0..6).for_each(|task| table.wait(A, NONE, TaskId(task), false));
    let out = table.take_out(A, |task| task.0 % 2 == 1);
    assert_eq!(out, [TaskId(1), TaskId(3), TaskId(5)]);
    let stay: Vec<TaskId> = table.get(A).unwrap().waiting().iter().map(|(_, task)| task).collect();
    assert_eq!(stay, [TaskId(0), TaskId(2), TaskId(4)]);
    assert_eq!(table.take_out(A, |_| true).len(), 3);
    assert!(wanted(&table).is_empty());
}

#[test]
fn a_required_module_is_wanted_until_it_is_ready() {
    let mut table = table();
    table.require(A);
    assert_eq!(wanted(&table), [A]);
    compile(&mut table, A);
    assert_eq!(wanted(&table), [A]);
    let readied = table.note_ready(A, MS * 3, Vec::new(), Vec::new()).unwrap();
    assert_eq!((readied.cached, readied.took), (false, MS * 2));
    assert!(wanted(&table).is_empty() && table.info(A).is_some());
    assert!(table.note_ready(A, MS * 4, Vec::new(), Vec::new()).is_none(), "the second is no news");
    table.require(B);
    table.require_none();
    assert!(wanted(&table).is_empty());
}

#[test]
fn a_module_is_looked_up_once_and_an_answer_that_comes_late_is_none() {
    let mut table = table();
    table.require(A);
    let mut asked = Vec::new();
    table.look_up(MS, |id| asked.push(id));
    assert_eq!((&asked[..], table.look_deadline(MS * 5)), (&[A][..], Some(MS * 6)));
    table.stop_looking(MS * 5, MS * 5);
    assert!(matches!(table.state(A), Some(ModuleState::Looking)));
    table.stop_looking(MS * 6, MS * 5);
    table.note_found(A, ModuleForm::CommandModule, Vec::new());
    assert!(!table.note_not_found(A));
    assert!(matches!(table.state(A), Some(ModuleState::Known)));
    table.look_up(MS * 6, |id| panic!("{id} again"));
    table.check();
}

#[test]
fn only_what_is_from_the_cache_is_rejected_as_such() {
    let mut table = table();
    table.require(A);
    table.look_up(MS, |_| {});
    table.note_found(A, ModuleForm::CommandModule, Vec::new());
    table.check();
    assert!(table.reject_cached(A) && !table.reject_cached(A));
    compile(&mut table, A);
    assert!(!table.reject_cached(A));
}

#[test]
fn who_gets_ready_ends_a_row_of_failures() {
    let mut table = table();
    assert_eq!((table.note_failure(A), table.note_failure(A)), (1, 2));
    assert_eq!(table.note_refusal(A), Some(1));
    compile(&mut table, A);
    assert_eq!((table.note_failure(A), table.note_refusal(A)), (1, Some(1)));
    assert_eq!((table.note_failure(ModuleId(9)), table.note_refusal(ModuleId(9))), (0, None));
}

#[test]
fn a_leaving_module_is_done_with_once_it_has_no_task_and_nobody_waits() {
    let mut table = table();
    table.add_task(A);
    table.require(B);
    table.leave(A);
    table.leave(B);
    table.leave(ModuleId(9));
    assert_eq!(table.done_with().count(), 0);
    table.remove_task(A);
    assert_eq!(table.done_with().collect::<Vec<_>>(), [A]);
    table.remove(A);
    assert!(table.get(A).is_none() && !table.is_leaving(A) && table.is_leaving(B));
    table.check();
    table.require(B);
    table.want_nothing();
    assert_eq!(table.done_with().collect::<Vec<_>>(), [B]);
}

#[test]
fn what_is_typical_follows_slowly() {
    let mut table = table();
    table.learn(A, MS * 8);
    assert_eq!(table.typical(A), Some(MS * 8));
    table.learn(A, MS * 16);
    assert_eq!((table.typical(A), table.typical(B)), (Some(MS * 9), None));
}
