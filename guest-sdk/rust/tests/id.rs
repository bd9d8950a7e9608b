//! `#[task(id)]`: what identifies a struct task to whoever submits it.

#![forbid(unsafe_code)]

use std::fmt::{self, Display, Formatter};

use polymer_task::serde::{Deserialize, Serialize};
use polymer_task::{Task, task};

/// The task's attribute above the derives, the mark between the field's others.
#[task]
#[derive(Debug, Clone, PartialEq)]
struct Below {
    /// Identifies the task.
    #[serde(rename = "words")]
    #[task(id)]
    #[serde(default)]
    /// More about it.
    text: String,
    #[serde(default)]
    wait: f64,
}

impl Below {
    fn run(&mut self) {
        self.text.push('!');
    }
}

/// The other way round, with serde derived by the author.
#[derive(Debug, Clone, PartialEq)]
#[polymer_task::task]
#[derive(Serialize, Deserialize)]
#[serde(crate = "polymer_task::serde")]
struct Above {
    wait: f64,
    #[polymer_task::task(id)]
    #[serde(skip_serializing)]
    r#type: Kind,
}

impl Above {
    fn run(&mut self) {}
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(crate = "polymer_task::serde")]
enum Kind {
    Big,
}

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("of the big kind")
    }
}

#[task]
struct Unmarked {
    id: u64,
}

impl Unmarked {
    fn run(&mut self) {
        self.id += 1;
    }
}

/// A field that is compiled out identifies nothing.
#[task]
struct Elsewhere {
    #[cfg(target_family = "wasm")]
    #[task(id)]
    name: String,
    #[cfg(not(target_family = "wasm"))]
    size: u8,
}

impl Elsewhere {
    fn run(&mut self) {
        self.size += 1;
    }
}

#[task]
struct Numbered {
    #[task(id)]
    id: u64,
}

impl Numbered {
    fn run(&mut self) {}
}

#[test]
fn the_marked_field_is_the_id_as_it_is_shown() {
    let mut below = Below { text: "Task 0".to_owned(), wait: 0.5 };
    assert_eq!(below.id().as_deref(), Some("Task 0"));
    below.run_task().unwrap();
    assert_eq!(below.id().as_deref(), Some("Task 0!"));
    assert_eq!(Above { wait: 0.5, r#type: Kind::Big }.id().as_deref(), Some("of the big kind"));
    assert_eq!(Numbered { id: 7 }.id().as_deref(), Some("7"));
}

#[test]
fn a_task_with_no_marked_field_has_no_id() {
    assert_eq!(Unmarked { id: 3 }.id(), None);
    assert_eq!(Elsewhere { size: 3 }.id(), None);
}
