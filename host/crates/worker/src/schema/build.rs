//! From a document to the graph that is walked, and to the leaves that the library checks.
//!
//! The library has read the document before and found it to be a schema: what is told apart here is
//! only what leads where.

use super::node::{ContainsCount, LeafAssertions, LeafCost, NodeId, NodeReference, NodeResource, SchemaNode};
use super::pattern;
use super::places::{ReferenceTarget, SchemaPlaces, escape};
use boon::{Compiler, Draft, Schemas};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Name of the leaves among themselves.
const LEAVES: &str = "task:/leaves";
/// Keywords of a leaf: assertions about a value that do not look into it.
const ASSERTIONS: [&str; 21] = [
    "type",
    "const",
    "enum",
    "format",
    "minProperties",
    "maxProperties",
    "required",
    "dependentRequired",
    "dependencies",
    "uniqueItems",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "contentEncoding",
];

/// The graph of a schema.
#[derive(Default)]
pub(super) struct SchemaGraph {
    pub(super) nodes: Vec<SchemaNode>,
    pub(super) resources: Vec<NodeResource>,
}

/// Builds the graph; its root is the first node. Leaves are put into `schemas` by `compiler`.
///
/// # Errors
/// If a reference leads nowhere.
pub(super) fn build(
    document: &Value,
    draft: Draft,
    name: &str,
    compiler: &mut Compiler,
    schemas: &mut Schemas,
) -> Result<SchemaGraph, String> {
    let places = SchemaPlaces::of(document, draft, name)?;
    let mut build = GraphBuild {
        document,
        draft,
        places,
        known: HashMap::new(),
        waiting: Vec::new(),
        leaves: Map::new(),
    };
    build.node(String::new());
    let mut drafts = Vec::new();
    let mut done = 0;
    while let Some(pointer) = build.waiting.get(done).cloned() {
        drafts.push(build.draft_of(&pointer, compiler, schemas)?);
        done += 1;
    }
    let resources = build.resources();
    // Targets of dynamic references may be nodes that nothing else leads to.
    while let Some(pointer) = build.waiting.get(done).cloned() {
        drafts.push(build.draft_of(&pointer, compiler, schemas)?);
        done += 1;
    }
    let leaves = std::mem::take(&mut build.leaves);
    let nodes = with_leaves(drafts, &leaf_document(draft, document, leaves), draft, compiler, schemas)?;
    Ok(SchemaGraph { nodes, resources })
}

/// A node whose leaves are still numbers among the leaves.
struct DraftNode {
    node: SchemaNode,
    leaf: Option<(usize, LeafCost)>,
    patterns: Vec<(usize, LeafCost, NodeId)>,
}

/// Where definitions stand.
fn definitions(draft: Draft) -> &'static str {
    if draft < Draft::V2019_09 { "definitions" } else { "$defs" }
}

/// The leaves as a document of the same draft.
fn leaf_document(draft: Draft, document: &Value, leaves: Map<String, Value>) -> Value {
    let mut all = Map::new();
    if let Some(draft) = document.get("$schema") {
        all.insert("$schema".to_owned(), draft.clone());
    }
    all.insert(definitions(draft).to_owned(), Value::Object(leaves));
    Value::Object(all)
}

/// The nodes with their leaves, which the library reads.
fn with_leaves(
    drafts: Vec<DraftNode>,
    leaves: &Value,
    draft: Draft,
    compiler: &mut Compiler,
    schemas: &mut Schemas,
) -> Result<Vec<SchemaNode>, String> {
    compiler.add_resource(LEAVES, leaves.clone()).map_err(|error| error.to_string())?;
    let within = definitions(draft);
    let mut leaf = |number: usize, cost: LeafCost| {
        let index = compiler.compile(&format!("{LEAVES}#/{within}/{number}"), schemas);
        index
            .map(|index| LeafAssertions { index, cost })
            .map_err(|error| format!("{error:#}").replace('\n', " "))
    };
    let mut nodes = Vec::with_capacity(drafts.len());
    for DraftNode { mut node, leaf: own, patterns } in drafts {
        node.leaf = own.map(|(number, cost)| leaf(number, cost)).transpose()?;
        for (number, cost, id) in patterns {
            node.patterns.push((leaf(number, cost)?, id));
        }
        nodes.push(node);
    }
    Ok(nodes)
}

struct GraphBuild<'a> {
    document: &'a Value,
    draft: Draft,
    places: SchemaPlaces<'a>,
    known: HashMap<String, NodeId>,
    /// The places of the nodes, by their numbers.
    waiting: Vec<String>,
    leaves: Map<String, Value>,
}

impl GraphBuild<'_> {
    /// The node of a place.
    fn node(&mut self, pointer: String) -> NodeId {
        if let Some(id) = self.known.get(&pointer) {
            return *id;
        }
        let id = self.waiting.len();
        self.known.insert(pointer.clone(), id);
        self.waiting.push(pointer);
        id
    }

    fn resources(&mut self) -> Vec<NodeResource> {
        let named = std::mem::take(&mut self.places.named);
        let resources = named.iter().map(|named| NodeResource {
            dynamic: named
                .dynamic
                .iter()
                .map(|(name, place)| (name.clone(), self.node(place.clone())))
                .collect(),
            recursive: named.recursive.then(|| self.node(named.pointer.clone())),
        });
        let resources = resources.collect();
        self.places.named = named;
        resources
    }

    fn add_leaf(&mut self, leaf: Value) -> usize {
        let number = self.leaves.len();
        self.leaves.insert(number.to_string(), leaf);
        number
    }

    fn draft_of(
        &mut self,
        pointer: &str,
        compiler: &mut Compiler,
        schemas: &mut Schemas,
    ) -> Result<DraftNode, String> {
        let document = self.document;
        let mut drafted = DraftNode { node: SchemaNode::default(), leaf: None, patterns: Vec::new() };
        drafted.node.resource = self.places.resource_of(pointer);
        let fields = match document.pointer(pointer) {
            Some(Value::Object(fields)) if !fields.is_empty() => fields,
            Some(Value::Bool(fixed)) => {
                drafted.node.fixed = Some(*fixed);
                return Ok(drafted);
            }
            _ => {
                drafted.node.fixed = Some(true);
                return Ok(drafted);
            }
        };
        self.references(fields, pointer, &mut drafted.node, compiler, schemas)?;
        if self.draft < Draft::V2019_09 && fields.contains_key("$ref") {
            return Ok(drafted);
        }
        self.leaf(fields, &mut drafted);
        self.in_place(fields, pointer, &mut drafted.node);
        self.of_objects(fields, pointer, &mut drafted);
        self.of_arrays(fields, pointer, &mut drafted.node);
        Ok(drafted)
    }

    fn references(
        &mut self,
        fields: &Map<String, Value>,
        pointer: &str,
        node: &mut SchemaNode,
        compiler: &mut Compiler,
        schemas: &mut Schemas,
    ) -> Result<(), String> {
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let foreign = |url: String, compiler: &mut Compiler, schemas: &mut Schemas| {
            let index =
                compiler.compile(&url, schemas).map_err(|error| format!("{error:#}").replace('\n', " "))?;
            Ok::<_, String>(NodeReference::Foreign(index))
        };
        if let Some(reference) = text("$ref") {
            let reference = match self.places.target(pointer, reference)? {
                ReferenceTarget::Here(place, _) => NodeReference::To(self.node(place)),
                ReferenceTarget::Foreign(url) => foreign(url, compiler, schemas)?,
            };
            node.references.push(reference);
        }
        if let Some(reference) = text("$recursiveRef").filter(|_| self.draft == Draft::V2019_09)
            && let ReferenceTarget::Here(place, _) = self.places.target(pointer, reference)?
        {
            node.references.push(NodeReference::Recursive(self.node(place)));
        }
        if let Some(reference) = text("$dynamicRef").filter(|_| self.draft >= Draft::V2020_12) {
            let reference = match self.places.target(pointer, reference)? {
                ReferenceTarget::Here(place, anchor) => {
                    let resource = self.places.named.get(self.places.resource_of(&place));
                    let is_dynamic = |anchor: &String| {
                        resource.is_some_and(|resource| resource.dynamic.get(anchor) == Some(&place))
                    };
                    let anchor = anchor.filter(is_dynamic);
                    let id = self.node(place);
                    anchor.map_or(NodeReference::To(id), |anchor| NodeReference::Dynamic(id, anchor))
                }
                ReferenceTarget::Foreign(url) => foreign(url, compiler, schemas)?,
            };
            node.references.push(reference);
        }
        Ok(())
    }

    fn leaf(&mut self, fields: &Map<String, Value>, drafted: &mut DraftNode) {
        let mut leaf = Map::new();
        for name in ASSERTIONS {
            match (name, fields.get(name)) {
                ("dependencies", Some(Value::Object(of))) => {
                    let lists: Map<_, _> = of
                        .iter()
                        .filter(|(_, of)| of.is_array())
                        .map(|(name, of)| (name.clone(), of.clone()))
                        .collect();
                    if !lists.is_empty() {
                        leaf.insert(name.to_owned(), Value::Object(lists));
                    }
                }
                (_, Some(value)) => {
                    leaf.insert(name.to_owned(), value.clone());
                }
                (_, None) => {}
            }
        }
        if !leaf.is_empty() {
            let cost = cost(&leaf);
            drafted.leaf = Some((self.add_leaf(Value::Object(leaf)), cost));
        }
    }

    fn in_place(&mut self, fields: &Map<String, Value>, pointer: &str, node: &mut SchemaNode) {
        node.all_of = self.list(fields, pointer, "allOf");
        node.any_of = self.list(fields, pointer, "anyOf");
        node.one_of = self.list(fields, pointer, "oneOf");
        node.not = self.one(fields, pointer, "not");
        if self.draft >= Draft::V7
            && let Some(condition) = self.one(fields, pointer, "if")
        {
            let then = self.one(fields, pointer, "then");
            node.condition = Some((condition, then, self.one(fields, pointer, "else")));
        }
        for (name, least) in [("dependencies", Draft::V4), ("dependentSchemas", Draft::V2019_09)] {
            let Some(of) = fields.get(name).and_then(Value::as_object).filter(|_| self.draft >= least) else {
                continue;
            };
            for key in of.iter().filter(|(_, of)| !of.is_array()).map(|(key, _)| key) {
                let id = self.node(format!("{pointer}/{name}/{}", escape(key)));
                node.dependents.push((key.clone(), id));
            }
        }
    }

    fn of_objects(&mut self, fields: &Map<String, Value>, pointer: &str, drafted: &mut DraftNode) {
        let keys = |name: &str| fields.get(name).and_then(Value::as_object).into_iter().flat_map(Map::keys);
        for key in keys("properties") {
            let id = self.node(format!("{pointer}/properties/{}", escape(key)));
            drafted.node.properties.insert(key.clone(), id);
        }
        for key in keys("patternProperties") {
            let id = self.node(format!("{pointer}/patternProperties/{}", escape(key)));
            let cost = LeafCost { text: true, width: pattern::size(key).width, ..LeafCost::default() };
            drafted.patterns.push((self.add_leaf(json!({ "pattern": key })), cost, id));
        }
        drafted.node.additional = self.one(fields, pointer, "additionalProperties");
        if self.draft >= Draft::V6 {
            drafted.node.names = self.one(fields, pointer, "propertyNames");
        }
        if self.draft >= Draft::V2019_09 {
            drafted.node.unevaluated_properties = self.one(fields, pointer, "unevaluatedProperties");
        }
    }

    fn of_arrays(&mut self, fields: &Map<String, Value>, pointer: &str, node: &mut SchemaNode) {
        if self.draft >= Draft::V2020_12 {
            node.prefix = self.list(fields, pointer, "prefixItems");
            node.items = self.one(fields, pointer, "items");
        } else if fields.get("items").is_some_and(Value::is_array) {
            node.prefix = self.list(fields, pointer, "items");
            node.items = self.one(fields, pointer, "additionalItems");
        } else {
            node.items = self.one(fields, pointer, "items");
        }
        if self.draft >= Draft::V6 {
            let counted = |name: &str| {
                fields.get(name).and_then(Value::as_u64).filter(|_| self.draft >= Draft::V2019_09)
            };
            let (least, most) = (counted("minContains").unwrap_or(1), counted("maxContains"));
            let evaluates = self.draft >= Draft::V2020_12;
            let schema = self.one(fields, pointer, "contains");
            node.contains = schema.map(|schema| ContainsCount { schema, least, most, evaluates });
        }
        if self.draft >= Draft::V2019_09 {
            node.unevaluated_items = self.one(fields, pointer, "unevaluatedItems");
        }
    }

    fn one(&mut self, fields: &Map<String, Value>, pointer: &str, name: &str) -> Option<NodeId> {
        fields.contains_key(name).then(|| self.node(format!("{pointer}/{name}")))
    }

    fn list(&mut self, fields: &Map<String, Value>, pointer: &str, name: &str) -> Vec<NodeId> {
        let count = fields.get(name).and_then(Value::as_array).map_or(0, Vec::len);
        (0..count).map(|number| self.node(format!("{pointer}/{name}/{number}"))).collect()
    }
}

/// Returns the cost of a leaf's assertions.
fn cost(leaf: &Map<String, Value>) -> LeafCost {
    let length = |name: &str| leaf.get(name).and_then(Value::as_array).map_or(0, Vec::len);
    let below = |name: &str| {
        let lists = leaf.get(name).and_then(Value::as_object).into_iter().flat_map(Map::values);
        lists.map(|list| 1 + list.as_array().map_or(0, Vec::len)).sum::<usize>()
    };
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    LeafCost {
        entries: count(
            length("required") + below("dependencies") + below("dependentRequired") + length("enum"),
        ),
        compared: count(length("enum")) + u64::from(leaf.contains_key("const")),
        whole: leaf.get("uniqueItems") == Some(&Value::Bool(true)),
        text: ["format", "minLength", "maxLength", "pattern"].iter().any(|name| leaf.contains_key(*name)),
        width: leaf.get("pattern").and_then(Value::as_str).map_or(0, |text| pattern::size(text).width),
    }
}
