//! JSON Schemas that a task declares for its inputs and outputs.
//!
//! They are a guest's words, so they are read and used where guests are: in the worker. A library
//! reads them, says what is wrong with them, and checks what is said of a value without looking
//! into it; the walk from schema to schema is made here, with a budget of steps, levels and time,
//! since the library's own has none: a schema of a few lines can ask for more than any stack or
//! lifetime holds. A schema cannot name another file or host.

mod budget;
mod build;
mod check;
mod in_place;
mod node;
mod pattern;
mod places;
mod size;

use boon::{Compiler, Draft, Schemas, UrlLoader};
use budget::{BudgetSpent, CheckBudget, DEEPEST};
use build::SchemaGraph;
use check::{CheckStop, InstanceStep, MisfitReason, SHALLOW, SchemaMisfit, SchemaWalk};
use polymer_host_task::{TaskError, Verdict};
use serde_json::Value;
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Bytes of a schema.
const LONGEST: usize = 256 << 10;
/// Characters of a value that a message shows.
const SHOWN: usize = 60;
/// Name of a schema among its own references.
const NAME: &str = "task:/schema";
/// Bytes of the stack for checks that nest deep: some times what their levels take.
const STACK: usize = 48 << 20;

/// A schema that is ready for use.
pub(crate) struct TaskSchema {
    graph: SchemaGraph,
    leaves: Schemas,
}

/// Why a schema cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnusableSchema {
    /// It is more than there is room for; else it is none.
    pub(crate) limit: bool,
    /// In a few words.
    pub(crate) why: String,
}

impl UnusableSchema {
    fn limit(why: String) -> Self {
        Self { limit: true, why }
    }

    fn wrong(why: String) -> Self {
        Self { limit: false, why }
    }
}

impl fmt::Debug for TaskSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").finish_non_exhaustive()
    }
}

/// Whose value does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SchemaSubject {
    Input,
    Output,
}

impl SchemaSubject {
    const fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }

    const fn verdict(self) -> Verdict {
        match self {
            Self::Input => Verdict::BadInput,
            Self::Output => Verdict::BadOutput,
        }
    }
}

impl TaskSchema {
    /// Reads a schema.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub(crate) fn new(text: &str) -> Result<Self, UnusableSchema> {
        if text.len() > LONGEST {
            let why = format!("it has {} bytes, a schema has at most {LONGEST}", text.len());
            return Err(UnusableSchema::limit(why));
        }
        let value: Value = serde_json::from_str(text)
            .map_err(|error| UnusableSchema::wrong(format!("it is not JSON: {error}")))?;
        size::check(&value).map_err(UnusableSchema::limit)?;
        let mut compiler = Compiler::new();
        compiler.use_loader(Box::new(NoRemoteLoader));
        let mut leaves = Schemas::new();
        let in_words =
            |error: boon::CompileError| UnusableSchema::wrong(format!("{error:#}").replace('\n', " "));
        let draft =
            value.get("$schema").and_then(Value::as_str).and_then(Draft::from_url).unwrap_or_default();
        compiler.add_resource(NAME, value.clone()).map_err(in_words)?;
        compiler.compile(NAME, &mut leaves).map_err(in_words)?;
        let graph =
            build::build(&value, draft, NAME, &mut compiler, &mut leaves).map_err(UnusableSchema::wrong)?;
        Ok(Self { graph, leaves })
    }

    /// Checks that a value, as JSON, is what the schema says. The check may take the given time,
    /// and no more steps than the value's size lets expect.
    ///
    /// # Errors
    /// With the first place where it is not, or that it cannot be told.
    pub(crate) fn check(
        &self,
        of: SchemaSubject,
        text: &[u8],
        time: Duration,
    ) -> Result<(), (Verdict, TaskError)> {
        let refused = |message: String| {
            let message = format!("the {} does not match the task's schema: {message}", of.name());
            (of.verdict(), TaskError::new("schema", message))
        };
        let value: Value = serde_json::from_slice(text).map_err(|error| refused(error.to_string()))?;
        let mut budget = CheckBudget::new(text.len(), time);
        let checked = match self.walk(&value, &mut budget, SHALLOW) {
            Err(CheckStop::Spent(BudgetSpent::Levels)) => self.walk_deep(&value, &mut budget),
            checked => checked,
        };
        checked.map_err(|stop| match stop {
            CheckStop::Misfit(misfit) => refused(self.told(misfit, &value)),
            CheckStop::Spent(spent) => (of.verdict(), TaskError::new("schema_limit", given_up(of, spent))),
        })
    }

    fn walk<'v>(
        &self,
        value: &'v Value,
        budget: &mut CheckBudget,
        deepest: usize,
    ) -> Result<(), CheckStop<'v>> {
        SchemaWalk::new(&self.graph, &self.leaves, budget, deepest).check(value, false)
    }

    /// The same on a stack of a known size. Where none can be had, that is as if it nested too
    /// deep.
    fn walk_deep<'v>(&self, value: &'v Value, budget: &mut CheckBudget) -> Result<(), CheckStop<'v>> {
        std::thread::scope(|scope| {
            let walk = || self.walk(value, budget, DEEPEST);
            let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, walk);
            let joined = thread.ok().and_then(|thread| thread.join().ok());
            joined.unwrap_or(Err(CheckStop::Spent(BudgetSpent::Levels)))
        })
    }

    /// The first thing that is wrong: where, what, and what stands there.
    fn told(&self, misfit: Option<SchemaMisfit<'_>>, value: &Value) -> String {
        let Some(SchemaMisfit { path, why }) = misfit else { return "it does not fit".to_owned() };
        let place: String = path
            .iter()
            .map(|step| match step {
                InstanceStep::Name(name) => format!("/{}", places::escape(name)),
                InstanceStep::Item(at) => format!("/{at}"),
            })
            .collect();
        let there = value.pointer(&place);
        let why = match why {
            MisfitReason::Said(words) => words,
            MisfitReason::Leaf(id) => there.and_then(|there| self.leaf_says(id, there)).unwrap_or_default(),
        };
        let there = there.map(|value| {
            let text = value.to_string();
            let cut = text.chars().nth(SHOWN).is_some();
            let shown: String = text.chars().take(SHOWN).collect();
            if cut { format!("{shown}…") } else { shown }
        });
        let place = if place.is_empty() { "the whole value".to_owned() } else { format!("at {place}") };
        match there {
            Some(there) => format!("{place}: {why}; there is {there}"),
            None => format!("{place}: {why}"),
        }
    }

    /// Returns a leaf's objection to a value, in the library's words.
    fn leaf_says(&self, id: usize, value: &Value) -> Option<String> {
        let leaf = self.graph.nodes.get(id)?.leaf.as_ref()?;
        let error = self.leaves.validate(value, leaf.index).err()?;
        let mut first = &error;
        while let Some(cause) = first.causes.first() {
            first = cause;
        }
        Some(first.kind.to_string())
    }
}

/// Why it cannot be told whether a value fits, and what to do.
fn given_up(of: SchemaSubject, spent: BudgetSpent) -> String {
    let what = of.name();
    let why = match spent {
        BudgetSpent::Steps(steps) => format!("that takes more than {steps} steps"),
        BudgetSpent::Levels => format!("its checks nest deeper than {DEEPEST} levels"),
        BudgetSpent::Time(time) => format!("that takes longer than {time:?}"),
    };
    format!(
        "the {what} cannot be checked against the task's {what} schema: {why}; the cost grows with the depth of the value, and --no-validate skips the check"
    )
}

/// Nothing is fetched for a guest.
struct NoRemoteLoader;

impl UrlLoader for NoRemoteLoader {
    fn load(&self, url: &str) -> Result<Value, Box<dyn Error>> {
        Err(format!("it refers to `{url}`, and a schema cannot refer to another file or host").into())
    }
}

#[cfg(test)]
mod against_library;
#[cfg(test)]
mod hostile;

#[cfg(test)]
mod tests {
    use super::size::PARTS;
    use super::*;
    use polymer_host_base::json::MAX_DEPTH;
    use serde_json::json;

    const TIME: Duration = Duration::from_secs(60);

    #[track_caller]
    fn refused(schema: &Value, words: &str) {
        let why = TaskSchema::new(&schema.to_string()).unwrap_err().why;
        assert!(why.contains(words), "{why}");
    }

    fn check(schema: &Value, value: &str) -> Result<(), String> {
        let schema = TaskSchema::new(&schema.to_string()).unwrap();
        schema.check(SchemaSubject::Input, value.as_bytes(), TIME).map_err(|(verdict, error)| {
            assert_eq!((verdict, error.code.as_str()), (Verdict::BadInput, "schema"));
            error.message
        })
    }

    #[test]
    fn the_first_place_that_does_not_fit_is_named() {
        let schema = json!({"type": "object", "required": ["rows"], "properties": {
            "rows": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}}}});
        assert_eq!(check(&schema, r#"{"rows":[{"n":1},{"n":2.0},{}]}"#), Ok(()));
        let why = check(&schema, r#"{"rows":[{"n":1},{"n":"two"}]}"#).unwrap_err();
        assert!(
            why.contains("at /rows/1/n: ") && why.contains("integer") && why.ends_with("; there is \"two\""),
            "{why}"
        );
        let why = check(&schema, "{}").unwrap_err();
        assert!(why.contains("the whole value: ") && why.contains("rows"), "{why}");
        let long = format!("{{\"rows\":\"{}\"}}", "x".repeat(1000));
        assert!(check(&schema, &long).unwrap_err().len() < 300);
        assert!(check(&schema, "{").is_err());
    }

    #[test]
    fn an_output_is_blamed_as_one() {
        let schema = TaskSchema::new(r#"{"type":"integer"}"#).unwrap();
        let (verdict, error) = schema.check(SchemaSubject::Output, b"1.5", TIME).unwrap_err();
        assert_eq!((verdict, error.code.as_str()), (Verdict::BadOutput, "schema"));
    }

    #[test]
    fn a_schema_that_cannot_be_used_says_why() {
        refused(&json!({"type": "text"}), "");
        refused(&json!({"$ref": "https://example.com/s.json"}), "cannot refer to another file or host");
        refused(&json!({"$ref": "file:///etc/passwd"}), "cannot refer to another file or host");
        refused(&json!({"$schema": "https://example.com/own"}), "");
        refused(&json!({"pattern": "("}), "");
        refused(&json!({"enum": ["x".repeat(LONGEST)]}), "at most");
        refused(&json!({"allOf": vec![json!({}); PARTS]}), "parts");
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(TaskSchema::new(&deep).is_err());
        assert!(TaskSchema::new("{").is_err());
    }

    #[test]
    fn what_is_known_of_schemas_needs_no_fetching() {
        let schema = json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "string"});
        assert_eq!(check(&schema, "\"x\""), Ok(()));
        let tree =
            json!({"$ref": "#/$defs/t", "$defs": {"t": {"type": "array", "items": {"$ref": "#/$defs/t"}}}});
        assert_eq!(check(&tree, "[[],[[]]]"), Ok(()));
        assert!(check(&tree, "[[],[1]]").unwrap_err().contains("at /1/0"));
    }

    #[test]
    fn references_in_a_circle_end() {
        let circle =
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}});
        assert!(check(&circle, "1").is_err());
    }

    #[test]
    fn some_references_for_each_level_of_a_deep_value_fit_the_stack() {
        const CHAIN: usize = 8;
        let mut defs = serde_json::Map::new();
        for at in 0..CHAIN {
            let next = if at + 1 == CHAIN {
                json!({"items": {"$ref": "#/$defs/0"}})
            } else {
                json!({"$ref": format!("#/$defs/{}", at + 1)})
            };
            defs.insert(at.to_string(), next);
        }
        let chain = json!({"$ref": "#/$defs/0", "$defs": defs});
        // One level less than a value may have: the parser of values counts otherwise.
        let levels = MAX_DEPTH - 1;
        let deep = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        // A worker's main thread has as much.
        let thread = std::thread::Builder::new().stack_size(8 << 20);
        thread.spawn(move || assert_eq!(check(&chain, &deep), Ok(()))).unwrap().join().unwrap();
    }

    #[test]
    fn a_pattern_takes_a_time_that_grows_with_the_text() {
        let schema = json!({"pattern": "^(a+)+$"});
        assert!(check(&schema, &format!("\"{}b\"", "a".repeat(10_000))).is_err());
        let unique = json!({"uniqueItems": true});
        let many: Vec<u32> = (0..100_000).collect();
        assert_eq!(check(&unique, &serde_json::to_string(&many).unwrap()), Ok(()));
    }
}
