//! Walks a value along the graph of a schema, within a budget. It remembers where it is, and of
//! what does not fit only the first, so it needs no more memory than its levels do.

use super::budget::{BudgetSpent, CheckBudget, DEEPEST};
use super::build::SchemaGraph;
use super::node::{ContainsCount, LeafAssertions, LeafCost, NodeId, NodeReference, SchemaNode, SeenParts};
use boon::Schemas;
use serde_json::{Map, Value};

/// Levels that are walked on the stack of the caller.
pub(super) const SHALLOW: usize = 128;

/// Why a check ended early.
#[derive(Debug)]
pub(super) enum CheckStop<'v> {
    /// The value does not fit: where and why, if somebody is to be told.
    Misfit(Option<SchemaMisfit<'v>>),
    /// The budget is used up.
    Spent(BudgetSpent),
}

/// The first thing that does not fit.
#[derive(Debug)]
pub(super) struct SchemaMisfit<'v> {
    pub(super) path: Vec<InstanceStep<'v>>,
    pub(super) why: MisfitReason,
}

/// A step into a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum InstanceStep<'v> {
    Name(&'v str),
    Item(usize),
}

/// Reason for a misfit.
#[derive(Debug)]
pub(super) enum MisfitReason {
    /// Objection of this node's leaf to the value there.
    Leaf(NodeId),
    /// These words.
    Said(String),
}

impl From<BudgetSpent> for CheckStop<'_> {
    fn from(spent: BudgetSpent) -> Self {
        Self::Spent(spent)
    }
}

/// Parts that a schema has looked at, if somebody wants to know; else why it does not fit.
type CheckedParts<'v> = Result<SeenParts<'v>, CheckStop<'v>>;

/// Mode in which a schema is applied to a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct ApplyMode {
    /// Nobody asks for the reason.
    pub(super) quiet: bool,
    /// Somebody asks what it looks at.
    pub(super) tracks: bool,
}

/// A walk.
pub(super) struct SchemaWalk<'s, 'v, 'b> {
    pub(super) graph: &'s SchemaGraph,
    pub(super) leaves: &'s Schemas,
    pub(super) budget: &'b mut CheckBudget,
    /// Levels that it may have.
    pub(super) deepest: usize,
    depth: usize,
    path: Vec<InstanceStep<'v>>,
    /// The schemas that this value is held to at the moment, each within the one before.
    chain: Vec<NodeId>,
    /// The resources on the way, each entered from the one before.
    resources: Vec<usize>,
}

impl<'s, 'v, 'b> SchemaWalk<'s, 'v, 'b> {
    pub(super) fn new(
        graph: &'s SchemaGraph,
        leaves: &'s Schemas,
        budget: &'b mut CheckBudget,
        deepest: usize,
    ) -> Self {
        let (path, chain, resources) = (Vec::new(), Vec::new(), Vec::new());
        Self { graph, leaves, budget, deepest, depth: 0, path, chain, resources }
    }

    /// Checks a value.
    pub(super) fn check(&mut self, value: &'v Value, quiet: bool) -> Result<(), CheckStop<'v>> {
        self.apply(0, value, ApplyMode { quiet, tracks: false }).map(drop)
    }

    pub(super) fn misfit<T>(
        &self,
        how: ApplyMode,
        why: impl FnOnce() -> MisfitReason,
    ) -> Result<T, CheckStop<'v>> {
        Err(CheckStop::Misfit((!how.quiet).then(|| SchemaMisfit { path: self.path.clone(), why: why() })))
    }

    /// Holds a value to one schema more.
    pub(super) fn apply(&mut self, id: NodeId, value: &'v Value, how: ApplyMode) -> CheckedParts<'v> {
        // What is copied and searched on the way grows with the way.
        self.budget.take(1 + u64::try_from(self.path.len() + self.chain.len()).unwrap_or(u64::MAX) / 16)?;
        let graph = self.graph;
        let Some(node) = graph.nodes.get(id) else { return Ok(SeenParts::default()) };
        match node.fixed {
            Some(true) => return Ok(SeenParts::default()),
            Some(false) => {
                return self.misfit(how, || MisfitReason::Said("no value is allowed there".to_owned()));
            }
            None => {}
        }
        if self.chain.contains(&id) {
            return self.misfit(how, || MisfitReason::Said("the schema leads back to itself".to_owned()));
        }
        if self.depth >= self.deepest {
            return Err(BudgetSpent::Levels.into());
        }
        self.depth += 1;
        self.chain.push(id);
        self.resources.push(node.resource);
        let checked = self.apply_node(id, node, value, how);
        self.resources.pop();
        self.chain.pop();
        self.depth -= 1;
        checked
    }

    /// Holds a part of the value to a schema.
    pub(super) fn descend(
        &mut self,
        id: NodeId,
        step: InstanceStep<'v>,
        value: &'v Value,
        how: ApplyMode,
    ) -> Result<(), CheckStop<'v>> {
        let chain = std::mem::take(&mut self.chain);
        self.path.push(step);
        let checked = self.apply(id, value, ApplyMode { tracks: false, ..how });
        self.path.pop();
        self.chain = chain;
        checked.map(drop)
    }

    fn apply_node(
        &mut self,
        id: NodeId,
        node: &'s SchemaNode,
        value: &'v Value,
        how: ApplyMode,
    ) -> CheckedParts<'v> {
        if let Some(leaf) = &node.leaf {
            self.pay(leaf.cost, value)?;
            if self.leaves.validate(value, leaf.index).is_err() {
                return self.misfit(how, || MisfitReason::Leaf(id));
            }
        }
        let inner = ApplyMode {
            tracks: how.tracks || node.unevaluated_properties.is_some() || node.unevaluated_items.is_some(),
            ..how
        };
        let mut seen = SeenParts::default();
        for reference in &node.references {
            seen.merge(self.follow(reference, value, inner)?);
        }
        match value {
            Value::Object(fields) => self.object(node, fields, inner, &mut seen)?,
            Value::Array(items) => self.array(node, items, inner, &mut seen)?,
            _ => {}
        }
        self.in_place(node, value, inner, &mut seen)?;
        self.unevaluated(node, value, inner, &mut seen)?;
        Ok(if how.tracks { seen } else { SeenParts::default() })
    }

    /// Takes what a leaf takes.
    fn pay(&mut self, cost: LeafCost, value: &'v Value) -> Result<(), CheckStop<'v>> {
        let mut steps = cost.entries / 32;
        if let (true, Value::String(text)) = (cost.text, value) {
            let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
            steps = steps.saturating_add(length.saturating_mul(1 + cost.width / 8) / 8);
        }
        self.budget.take(steps)?;
        let is_large = matches!(value, Value::Array(_) | Value::Object(_));
        if is_large && (cost.whole || cost.compared > 0) {
            let parts = self.budget.take_whole(value)?;
            self.budget.take(parts.saturating_mul(cost.compared) / 4)?;
        }
        Ok(())
    }

    fn follow(&mut self, reference: &'s NodeReference, value: &'v Value, how: ApplyMode) -> CheckedParts<'v> {
        match reference {
            NodeReference::To(id) => self.apply(*id, value, how),
            NodeReference::Dynamic(id, anchor) => {
                let outermost = self.outermost(|resource| resource.dynamic.get(anchor).copied());
                self.apply(outermost.unwrap_or(*id), value, how)
            }
            NodeReference::Recursive(id) => {
                let takes_part = |resource: &super::node::NodeResource| resource.recursive;
                let own = self.graph.nodes.get(*id).and_then(|node| self.graph.resources.get(node.resource));
                let outermost = own.and_then(takes_part).and_then(|_| self.outermost(takes_part));
                self.apply(outermost.unwrap_or(*id), value, how)
            }
            NodeReference::Foreign(index) => {
                // One of the schemas of schemas, whose checks take some steps for each part.
                let parts = self.budget.take_whole(value)?;
                self.budget.take(parts.saturating_mul(64))?;
                match self.leaves.validate(value, *index) {
                    Ok(()) => Ok(SeenParts { everything: true, ..SeenParts::default() }),
                    Err(_) => self.misfit(how, || MisfitReason::Said("it is not a JSON Schema".to_owned())),
                }
            }
        }
    }

    fn outermost(&self, find: impl Fn(&super::node::NodeResource) -> Option<NodeId>) -> Option<NodeId> {
        let on_the_way = self.resources.iter().filter_map(|at| self.graph.resources.get(*at));
        on_the_way.filter_map(find).next()
    }

    fn object(
        &mut self,
        node: &'s SchemaNode,
        fields: &'v Map<String, Value>,
        how: ApplyMode,
        seen: &mut SeenParts<'v>,
    ) -> Result<(), CheckStop<'v>> {
        if node.properties.is_empty()
            && node.patterns.is_empty()
            && node.additional.is_none()
            && node.names.is_none()
        {
            return Ok(());
        }
        // What tells alternatives apart is mostly a short value: where that does not fit, nothing
        // below the others is looked at.
        let is_large = |value: &Value| matches!(value, Value::Array(_) | Value::Object(_));
        let small_first = fields.iter().filter(|(_, value)| !is_large(value));
        for (name, value) in small_first.chain(fields.iter().filter(|(_, value)| is_large(value))) {
            self.budget.take(1)?;
            if let Some(names) = node.names {
                self.name(names, name, how)?;
            }
            let mut looked_at = false;
            if let Some(id) = node.properties.get(name) {
                looked_at = true;
                self.descend(*id, InstanceStep::Name(name), value, how)?;
            }
            for (pattern, id) in &node.patterns {
                if self.matches(pattern, name)? {
                    looked_at = true;
                    self.descend(*id, InstanceStep::Name(name), value, how)?;
                }
            }
            if let (false, Some(id)) = (looked_at, node.additional) {
                looked_at = true;
                if self.graph.nodes.get(id).is_some_and(|node| node.fixed == Some(false)) {
                    let why = || MisfitReason::Said(format!("additionalProperties '{name}' not allowed"));
                    return self.misfit(how, why);
                }
                self.descend(id, InstanceStep::Name(name), value, how)?;
            }
            if looked_at && how.tracks {
                seen.names.insert(name);
            }
        }
        Ok(())
    }

    fn matches(&mut self, pattern: &LeafAssertions, name: &str) -> Result<bool, CheckStop<'v>> {
        let length = u64::try_from(name.len()).unwrap_or(u64::MAX);
        self.budget.take(1 + length.saturating_mul(1 + pattern.cost.width / 8) / 8)?;
        let name = Value::String(name.to_owned());
        Ok(self.leaves.validate(&name, pattern.index).is_ok())
    }

    /// Holds a name to a schema: a value of its own.
    fn name(&mut self, id: NodeId, name: &str, how: ApplyMode) -> Result<(), CheckStop<'v>> {
        let value = Value::String(name.to_owned());
        let left = self.deepest.saturating_sub(self.depth);
        let mut walk = SchemaWalk::new(self.graph, self.leaves, self.budget, left);
        walk.resources.clone_from(&self.resources);
        let checked = match walk.apply(id, &value, ApplyMode { quiet: true, tracks: false }) {
            Ok(_) => return Ok(()),
            Err(CheckStop::Spent(spent)) => Err(spent),
            Err(CheckStop::Misfit(_)) => Ok(()),
        };
        checked?;
        self.misfit(how, || MisfitReason::Said(format!("the name '{name}' does not match propertyNames")))
    }

    fn array(
        &mut self,
        node: &'s SchemaNode,
        items: &'v [Value],
        how: ApplyMode,
        seen: &mut SeenParts<'v>,
    ) -> Result<(), CheckStop<'v>> {
        for (at, (id, item)) in node.prefix.iter().zip(items).enumerate() {
            self.descend(*id, InstanceStep::Item(at), item, how)?;
            if how.tracks {
                seen.items.insert(at);
            }
        }
        if let Some(id) = node.items {
            for (at, item) in items.iter().enumerate().skip(node.prefix.len()) {
                self.descend(id, InstanceStep::Item(at), item, how)?;
            }
            seen.everything = true;
        }
        match &node.contains {
            Some(contains) => self.contains(contains, items, how, seen),
            None => Ok(()),
        }
    }

    fn contains(
        &mut self,
        contains: &ContainsCount,
        items: &'v [Value],
        how: ApplyMode,
        seen: &mut SeenParts<'v>,
    ) -> Result<(), CheckStop<'v>> {
        let mut found = 0_u64;
        for (at, item) in items.iter().enumerate() {
            match self.descend(
                contains.schema,
                InstanceStep::Item(at),
                item,
                ApplyMode { quiet: true, ..how },
            ) {
                Ok(()) => {
                    found += 1;
                    if contains.evaluates && how.tracks {
                        seen.items.insert(at);
                    }
                }
                Err(CheckStop::Misfit(_)) => {}
                Err(spent) => return Err(spent),
            }
        }
        if found < contains.least {
            let least = contains.least;
            return self.misfit(how, || {
                MisfitReason::Said(format!("{found} items match contains, at least {least} must match"))
            });
        }
        match contains.most.filter(|most| found > *most) {
            Some(most) => self.misfit(how, || {
                MisfitReason::Said(format!("{found} items match contains, at most {most} may match"))
            }),
            None => Ok(()),
        }
    }
}

const _: () = assert!(SHALLOW < DEEPEST);
