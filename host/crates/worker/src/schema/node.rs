//! A schema as it is walked: a graph whose edges are the subschemas and references of JSON Schema.
//! Values only.

use boon::SchemaIndex;
use std::collections::{HashMap, HashSet};

/// The place of a node in its graph.
pub(super) type Id = usize;

/// One schema of the graph.
#[derive(Default)]
pub(super) struct Node {
    /// It takes everything, or nothing.
    pub(super) fixed: Option<bool>,
    /// What it says of a value without looking into it.
    pub(super) leaf: Option<Leaf>,
    pub(super) references: Vec<Reference>,
    pub(super) all_of: Vec<Id>,
    pub(super) any_of: Vec<Id>,
    pub(super) one_of: Vec<Id>,
    pub(super) not: Option<Id>,
    /// The condition, and what holds with and without it.
    pub(super) condition: Option<(Id, Option<Id>, Option<Id>)>,
    /// Schemas for objects that have a property of this name.
    pub(super) dependents: Vec<(String, Id)>,
    pub(super) properties: HashMap<String, Id>,
    pub(super) patterns: Vec<(Leaf, Id)>,
    pub(super) additional: Option<Id>,
    pub(super) names: Option<Id>,
    /// The first items, each with its own schema.
    pub(super) prefix: Vec<Id>,
    /// The items after them.
    pub(super) items: Option<Id>,
    pub(super) contains: Option<Contains>,
    pub(super) unevaluated_properties: Option<Id>,
    pub(super) unevaluated_items: Option<Id>,
    /// Which resource it is part of.
    pub(super) resource: usize,
}

/// Assertions that the library checks, and what that costs.
pub(super) struct Leaf {
    pub(super) index: SchemaIndex,
    pub(super) cost: Cost,
}

/// What the assertions of a leaf take, by what they look at.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    /// Names and values that are looked up whatever the value is.
    pub(super) entries: u64,
    /// Values that it may be compared with whole.
    pub(super) compared: u64,
    /// All of the value is looked at.
    pub(super) whole: bool,
    /// Its text is looked at.
    pub(super) text: bool,
    /// Places of a pattern that a character may be tried at.
    pub(super) width: u64,
}

pub(super) enum Reference {
    To(Id),
    /// To the outermost schema on the way that has this anchor; if there is none, there.
    Dynamic(Id, String),
    /// To the outermost resource on the way that takes part; this is the innermost.
    Recursive(Id),
    /// To one that the library knows.
    Foreign(SchemaIndex),
}

pub(super) struct Contains {
    pub(super) schema: Id,
    pub(super) least: u64,
    pub(super) most: Option<u64>,
    /// Items that fit count as looked at.
    pub(super) evaluates: bool,
}

/// A schema with a name of its own, which references lead to.
#[derive(Default)]
pub(super) struct Resource {
    /// Where dynamic references to its anchors lead.
    pub(super) dynamic: HashMap<String, Id>,
    /// Its root, if it takes part in recursive references.
    pub(super) recursive: Option<Id>,
}

/// What a schema has looked at of one value: what no `unevaluated...` is about any more.
#[derive(Debug, Default)]
pub(super) struct Seen<'v> {
    pub(super) everything: bool,
    pub(super) names: HashSet<&'v str>,
    pub(super) items: HashSet<usize>,
}

impl Seen<'_> {
    pub(super) fn merge(&mut self, other: Self) {
        self.everything |= other.everything;
        self.names.extend(other.names);
        self.items.extend(other.items);
    }
}
