//! Small histories of groups by themselves.

use super::*;
use crate::MaxFail;
use std::num::NonZeroU32;

const MS: Duration = Duration::from_millis(1);

fn table(policies: &[(&str, GroupPolicy)]) -> GroupLedger {
    let named = policies.iter().map(|(name, policy)| (Arc::from(*name), *policy)).collect();
    GroupLedger::new(GroupPolicies { named, ..GroupPolicies::default() })
}

fn weight(weight: u64) -> GroupPolicy {
    GroupPolicy { weight: GroupWeight::new(weight).unwrap(), ..GroupPolicy::default() }
}

fn id(table: &mut GroupLedger, name: &str) -> GroupId {
    let id = table.id(&Arc::from(name));
    table.check();
    id
}

fn used(fuel: u64, cpu: Duration) -> GroupUsage {
    GroupUsage { fuel, cpu }
}

#[test]
fn a_group_is_one_by_its_name() {
    let mut table = table(&[]);
    assert!(!table.is_used());
    let (a, b) = (id(&mut table, "a"), id(&mut table, "b"));
    assert!(table.is_used() && a != b && a != GroupId::NONE && id(&mut table, "a") == a);
    assert_eq!((table.name(a).map(|name| &**name), table.name(GroupId::NONE)), (Some("a"), None));
}

#[test]
fn the_heavier_group_has_had_less_after_the_same_time() {
    let mut table = table(&[("light", weight(1)), ("heavy", weight(4))]);
    let (light, heavy) = (id(&mut table, "light"), id(&mut table, "heavy"));
    table.note_sent(light, MS);
    for _ in 0..4 {
        table.note_sent(heavy, MS);
    }
    assert_eq!(table.turn(light, false), table.turn(heavy, false));
    table.note_returned(heavy, MS);
    assert!(table.turn(heavy, false) < table.turn(light, false));
}

#[test]
fn what_was_estimated_is_corrected_by_what_it_took() {
    let mut table = table(&[]);
    let (a, b) = (id(&mut table, "a"), id(&mut table, "b"));
    table.note_sent(a, MS);
    table.note_sent(b, MS * 9);
    table.note_ended(a, MS, MS * 5, GroupUsage::default());
    table.note_ended(b, MS * 9, MS * 5, GroupUsage::default());
    assert_eq!(table.turn(a, false), table.turn(b, false));
    table.check();
}

#[test]
fn a_group_gets_nothing_for_the_time_without_a_task() {
    let mut table = table(&[]);
    let (busy, idle) = (id(&mut table, "busy"), id(&mut table, "idle"));
    table.note_waiting(busy, None);
    table.note_sent(busy, MS * 500);
    let had = table.turn(busy, false);
    table.note_waiting(idle, had);
    assert_eq!(table.turn(idle, false), had);
    // A second task changes nothing, nor does it when others have had less.
    let more = had.map(|had| had.plus(MS, GroupWeight::ONE));
    table.note_waiting(idle, more);
    assert!(!table.is_idle(idle));
    table.note_gone(idle);
    table.note_gone(idle);
    table.note_waiting(idle, Some(VirtualTime::ZERO));
    assert_eq!(table.turn(idle, false), had);
    // With nobody beside it, what the last had had when it was its turn is what counts.
    table.note_sent(busy, MS);
    let late = id(&mut table, "late");
    table.note_waiting(late, None);
    assert_eq!(table.turn(late, false), had);
}

#[test]
fn no_more_attempts_are_out_than_may_be_and_those_to_come_count() {
    let two = GroupPolicy { tasks: NonZeroU32::new(2), ..GroupPolicy::default() };
    let mut table = table(&[("two", two)]);
    let two = id(&mut table, "two");
    assert_eq!((table.room(two), table.bounds_tasks()), (2, true));
    table.note_sent(two, MS);
    table.promise([two].into_iter());
    assert_eq!((table.room(two), table.turn(two, false), table.may_send(two)), (0, None, true));
    table.note_sent(two, MS);
    table.promise([].into_iter());
    assert!(!table.may_send(two) && table.turn(two, false).is_none());
    table.note_returned(two, MS);
    assert!(table.turn(two, false).is_some() && table.room(two) == 1);
}

#[test]
fn a_group_gets_nothing_for_the_time_without_room() {
    let one = GroupPolicy { tasks: NonZeroU32::new(1), ..GroupPolicy::default() };
    let mut table = table(&[("one", one)]);
    let (one, other) = (id(&mut table, "one"), id(&mut table, "other"));
    table.note_sent(one, MS);
    table.note_sent(other, MS * 70);
    table.note_sent(other, MS);
    table.note_ended(one, MS, MS, GroupUsage::default());
    let had = VirtualTime::ZERO.plus(MS * 70, GroupWeight::ONE);
    assert_eq!(table.turn(one, false), Some(had));
}

#[test]
fn with_less_than_a_tenth_left_nothing_is_sent_ahead_and_with_nothing_left_it_is_told_once() {
    let policy = GroupPolicy { fuel: Some(100), cpu: Some(MS * 100), ..GroupPolicy::default() };
    for (first, second, last, why) in [
        (used(90, MS), used(1, MS), used(9, MS), GroupStopReason::Fuel { budget: 100, used: 100 }),
        (
            used(1, MS * 90),
            used(1, MS),
            used(1, MS * 30),
            GroupStopReason::Cpu { budget: MS * 100, used: MS * 121 },
        ),
    ] {
        let mut table = table(&[("a", policy)]);
        let a = id(&mut table, "a");
        assert_eq!(table.note_ended(a, MS, MS, first), None);
        assert!(table.turn(a, true).is_some(), "a tenth is left");
        assert_eq!(table.note_ended(a, MS, MS, second), None);
        assert!(table.turn(a, true).is_none() && table.turn(a, false).is_some());
        assert_eq!(table.note_ended(a, MS, MS, last), Some(why));
        assert!(table.stop(a, why) && !table.stop(a, GroupStopReason::MaxFail(1)));
        assert_eq!((table.stopped(a), table.turn(a, false)), (Some(why), None));
        assert_eq!(table.note_ended(a, MS, MS, last), None, "that is no news");
    }
}

#[test]
fn failures_are_told_of_a_group_that_is_bounded_in_them() {
    let policy = GroupPolicy { max_fail: Some(MaxFail::Tasks(2)), ..GroupPolicy::default() };
    let mut table = table(&[("a", policy)]);
    let (a, b) = (id(&mut table, "a"), id(&mut table, "b"));
    assert_eq!(table.note_over(b, true), None);
    table.begin_submission(a);
    table.end_submission(a);
    assert_eq!(table.note_over(a, false).map(|(_, failures)| failures.failed), Some(0));
    table.begin_submission(a);
    assert_eq!(table.note_over(a, true).map(|(_, failures)| failures.failed), Some(1));
    table.end_submission(a);
    table.check();
}

#[test]
fn groups_of_which_nothing_has_to_be_known_are_forgotten() {
    let bounded = GroupPolicy { fuel: Some(100), ..GroupPolicy::default() };
    let mut table = table(&[("bounded", bounded)]);
    let (bounded, present) = (id(&mut table, "bounded"), id(&mut table, "present"));
    table.add_task(present);
    table.note_ended(bounded, MS, MS, used(7, MS));
    for number in 0..SWEEP_FROM * 4 {
        table.id(&Arc::from(number.to_string()));
    }
    table.check();
    assert!(table.groups.len() <= SWEEP_FROM + 2, "{} are kept", table.groups.len());
    assert_eq!((id(&mut table, "bounded"), id(&mut table, "present")), (bounded, present));
    assert_eq!(table.used(bounded), used(7, MS));
}
