// How tests close a schema. The schemas that are shipped are open: programs that read these files
// must not break when a later version adds a field or a word. Tests are to notice just that, so
// they hold what is written against a closed schema that is made of the shipped one.
//
// Included where it is needed (`include!`), since crates that share no code have tests of schemas.

/// The same schema, where an object has the fields that are named and no others, and a text with
/// `examples` is one of them.
pub(crate) fn closed(schema: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match schema {
        Value::Array(values) => values.iter().map(closed).collect(),
        Value::Object(fields) => {
            // A condition asks whether something is so; it describes nothing.
            let close = |(name, value): (&String, &Value)| {
                (name.clone(), if name == "if" { value.clone() } else { closed(value) })
            };
            let mut fields: serde_json::Map<_, _> = fields.iter().map(close).collect();
            if let Some(words) = fields.remove("examples") {
                fields.insert("enum".to_owned(), words);
            }
            if fields.contains_key("properties") && !fields.contains_key("additionalProperties") {
                fields.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
            }
            Value::Object(fields)
        }
        other => other.clone(),
    }
}
