//! The names by which references find a schema: the resources of a document with their anchors, and
//! what a reference leads to.
//!
//! Nothing is fetched: what is in no resource here is foreign.

use boon::Draft;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use url::Url;

/// A schema with a name of its own.
pub(super) struct PlacedSchema {
    /// The place of its root, as a JSON pointer.
    pub(super) pointer: String,
    pub(super) url: Url,
    anchors: HashMap<String, String>,
    /// Those of them that dynamic references look for, and their places.
    pub(super) dynamic: BTreeMap<String, String>,
    /// It takes part in recursive references.
    pub(super) recursive: bool,
}

/// The resources of a document, its own first.
pub(super) struct SchemaPlaces<'a> {
    document: &'a Value,
    draft: Draft,
    own: Url,
    pub(super) named: Vec<PlacedSchema>,
    by_pointer: HashMap<String, usize>,
}

/// Where a reference leads.
pub(super) enum ReferenceTarget {
    /// To this place, as a JSON pointer; by this anchor, if by one.
    Here(String, Option<String>),
    /// Elsewhere.
    Foreign(String),
}

/// Keywords whose value is a schema, a map of schemas, or a list of them.
const SCHEMAS: [&str; 12] = [
    "not",
    "additionalProperties",
    "items",
    "additionalItems",
    "propertyNames",
    "contains",
    "if",
    "then",
    "else",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contentSchema",
];
const MAPS: [&str; 6] =
    ["$defs", "definitions", "properties", "patternProperties", "dependencies", "dependentSchemas"];
const LISTS: [&str; 5] = ["allOf", "anyOf", "oneOf", "items", "prefixItems"];

impl<'a> SchemaPlaces<'a> {
    /// Those of a document that is called `name`.
    ///
    /// # Errors
    /// If a name in it is none.
    pub(super) fn of(document: &'a Value, draft: Draft, name: &str) -> Result<Self, String> {
        let own = Url::parse(name).map_err(|error| error.to_string())?;
        let mut places =
            Self { document, draft, own: own.clone(), named: Vec::new(), by_pointer: HashMap::new() };
        places.add(String::new(), own);
        places.collect(document, String::new())?;
        Ok(places)
    }

    fn is_old(&self) -> bool {
        self.draft < Draft::V2019_09
    }

    fn add(&mut self, pointer: String, url: Url) -> usize {
        let at = self.named.len();
        self.by_pointer.insert(pointer.clone(), at);
        let (anchors, dynamic) = (HashMap::new(), BTreeMap::new());
        self.named.push(PlacedSchema { pointer, url, anchors, dynamic, recursive: false });
        at
    }

    /// The resource that a place belongs to.
    pub(super) fn resource_of(&self, pointer: &str) -> usize {
        let mut pointer = pointer;
        loop {
            if let Some(at) = self.by_pointer.get(pointer) {
                return *at;
            }
            match pointer.rsplit_once('/') {
                Some((above, _)) => pointer = above,
                None => return 0,
            }
        }
    }

    /// Takes in the names of a schema and of all within it. The nesting was bounded before.
    fn collect(&mut self, schema: &Value, pointer: String) -> Result<(), String> {
        let Value::Object(fields) = schema else { return Ok(()) };
        let ignored = self.is_old() && fields.contains_key("$ref");
        let id = if self.draft == Draft::V4 { "id" } else { "$id" };
        let text = |name: &str| fields.get(name).and_then(Value::as_str).filter(|_| !ignored);
        let mut at = self.resource_of(&pointer);
        if let Some(id) = text(id) {
            let (name, fragment) = id.split_once('#').unwrap_or((id, ""));
            if !name.is_empty() {
                let url =
                    self.base(at)?.join(name).map_err(|error| format!("`{id}` is not a name: {error}"))?;
                if pointer.is_empty() {
                    self.set_url(at, url);
                } else {
                    at = self.add(pointer.clone(), url);
                }
            }
            if self.is_old() && !fragment.is_empty() {
                self.anchor(at, fragment, &pointer);
            }
        }
        if !self.is_old() {
            if let Some(anchor) = text("$anchor") {
                self.anchor(at, anchor, &pointer);
            }
            if let Some(anchor) = text("$dynamicAnchor").filter(|_| self.draft >= Draft::V2020_12) {
                self.anchor(at, anchor, &pointer);
                if let Some(named) = self.named.get_mut(at) {
                    named.dynamic.insert(anchor.to_owned(), pointer.clone());
                }
            }
            let is_root = self.named.get(at).is_some_and(|named| named.pointer == pointer);
            if is_root
                && fields.get("$recursiveAnchor") == Some(&Value::Bool(true))
                && let Some(named) = self.named.get_mut(at)
            {
                named.recursive = true;
            }
        }
        if ignored {
            // What stands beside a reference is no schema's, but definitions there can be named.
            return self.collect_below(fields, &["$defs", "definitions"], &pointer);
        }
        self.collect_below(fields, &MAPS, &pointer)?;
        for name in SCHEMAS {
            if let Some(schema @ Value::Object(_)) = fields.get(name) {
                self.collect(schema, format!("{pointer}/{name}"))?;
            }
        }
        for name in LISTS {
            for (number, schema) in
                fields.get(name).and_then(Value::as_array).into_iter().flatten().enumerate()
            {
                self.collect(schema, format!("{pointer}/{name}/{number}"))?;
            }
        }
        Ok(())
    }

    fn collect_below(
        &mut self,
        fields: &serde_json::Map<String, Value>,
        maps: &[&str],
        pointer: &str,
    ) -> Result<(), String> {
        for name in maps {
            for (key, schema) in fields.get(*name).and_then(Value::as_object).into_iter().flatten() {
                self.collect(schema, format!("{pointer}/{name}/{}", escape(key)))?;
            }
        }
        Ok(())
    }

    fn anchor(&mut self, at: usize, anchor: &str, pointer: &str) {
        if let Some(named) = self.named.get_mut(at) {
            named.anchors.insert(anchor.to_owned(), pointer.to_owned());
        }
    }

    fn base(&self, at: usize) -> Result<&Url, String> {
        self.named.get(at).map(|named| &named.url).ok_or_else(|| "it has no name".to_owned())
    }

    fn set_url(&mut self, at: usize, url: Url) {
        if let Some(named) = self.named.get_mut(at) {
            named.url = url;
        }
    }

    /// Where a reference leads that stands at `from`.
    ///
    /// # Errors
    /// If it leads nowhere.
    pub(super) fn target(&self, from: &str, reference: &str) -> Result<ReferenceTarget, String> {
        let nowhere = || format!("its reference `{reference}` leads nowhere");
        let (name, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let at = self.resource_of(from);
        let at = if name.is_empty() {
            at
        } else {
            let url = self.base(at)?.join(name).map_err(|_| nowhere())?;
            let own = || (url == self.own).then_some(0);
            match self.named.iter().position(|named| named.url == url).or_else(own) {
                Some(at) => at,
                None => return Ok(ReferenceTarget::Foreign(format!("{url}#{fragment}"))),
            }
        };
        let named = self.named.get(at).ok_or_else(nowhere)?;
        let fragment = decode(fragment).ok_or_else(nowhere)?;
        if fragment.is_empty() {
            return Ok(ReferenceTarget::Here(named.pointer.clone(), None));
        }
        if fragment.starts_with('/') {
            let pointer = format!("{}{fragment}", named.pointer);
            self.document.pointer(&pointer).ok_or_else(nowhere)?;
            return Ok(ReferenceTarget::Here(pointer, None));
        }
        let pointer = named.anchors.get(&fragment).ok_or_else(nowhere)?;
        Ok(ReferenceTarget::Here(pointer.clone(), Some(fragment)))
    }
}

/// A name as it stands in a JSON pointer.
pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A fragment without its percent signs.
fn decode(fragment: &str) -> Option<String> {
    let mut bytes = fragment.bytes();
    let mut decoded = Vec::with_capacity(fragment.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digits = [bytes.next()?, bytes.next()?];
        decoded.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    String::from_utf8(decoded).ok()
}
