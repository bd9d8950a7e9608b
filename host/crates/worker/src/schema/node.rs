//! A schema as it is walked: a graph whose edges are the subschemas and references of JSON Schema.
//! Values only.

use boon::SchemaIndex;
use std::collections::{HashMap, HashSet};

/// The place of a node in its graph.
pub(super) type NodeId = usize;

/// One schema of the graph.
#[derive(Default)]
pub(super) struct SchemaNode {
    /// It takes everything, or nothing.
    pub(super) fixed: Option<bool>,
    /// Assertions about a value that do not look into it.
    pub(super) leaf: Option<LeafAssertions>,
    pub(super) references: Vec<NodeReference>,
    pub(super) all_of: Vec<NodeId>,
    pub(super) any_of: Vec<NodeId>,
    pub(super) one_of: Vec<NodeId>,
    pub(super) not: Option<NodeId>,
    /// The condition, and what holds with and without it.
    pub(super) condition: Option<(NodeId, Option<NodeId>, Option<NodeId>)>,
    /// Schemas for objects that have a property of this name.
    pub(super) dependents: Vec<(String, NodeId)>,
    pub(super) properties: HashMap<String, NodeId>,
    pub(super) patterns: Vec<(LeafAssertions, NodeId)>,
    pub(super) additional: Option<NodeId>,
    pub(super) names: Option<NodeId>,
    /// The first items, each with its own schema.
    pub(super) prefix: Vec<NodeId>,
    /// The items after them.
    pub(super) items: Option<NodeId>,
    pub(super) contains: Option<ContainsCount>,
    pub(super) unevaluated_properties: Option<NodeId>,
    pub(super) unevaluated_items: Option<NodeId>,
    /// Which resource it is part of.
    pub(super) resource: usize,
}

/// Assertions that the library checks, and what that costs.
pub(super) struct LeafAssertions {
    pub(super) index: SchemaIndex,
    pub(super) cost: LeafCost,
}

/// Cost of a leaf's assertions, by what they look at.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LeafCost {
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

pub(super) enum NodeReference {
    To(NodeId),
    /// To the outermost schema on the way that has this anchor; if there is none, there.
    Dynamic(NodeId, String),
    /// To the outermost resource on the way that takes part; this is the innermost.
    Recursive(NodeId),
    /// To one that the library knows.
    Foreign(SchemaIndex),
}

pub(super) struct ContainsCount {
    pub(super) schema: NodeId,
    pub(super) least: u64,
    pub(super) most: Option<u64>,
    /// Items that fit count as looked at.
    pub(super) evaluates: bool,
}

/// A schema with a name of its own, which references lead to.
#[derive(Default)]
pub(super) struct NodeResource {
    /// Where dynamic references to its anchors lead.
    pub(super) dynamic: HashMap<String, NodeId>,
    /// Its root, if it takes part in recursive references.
    pub(super) recursive: Option<NodeId>,
}

/// Parts of one value that a schema has looked at: no `unevaluated...` applies to them any more.
#[derive(Debug, Default)]
pub(super) struct SeenParts<'v> {
    pub(super) everything: bool,
    pub(super) names: HashSet<&'v str>,
    pub(super) items: HashSet<usize>,
}

impl SeenParts<'_> {
    pub(super) fn merge(&mut self, other: Self) {
        self.everything |= other.everything;
        self.names.extend(other.names);
        self.items.extend(other.items);
    }
}
