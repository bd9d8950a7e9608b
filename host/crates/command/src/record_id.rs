//! Id of a task, read from JSON without making a tree of it.
//!
//! It must never know where the JSON came from.

use super::field::{Field, MissingField, shown};
use polymer_host_task::LONGEST_ID;

/// Why a line has no id. Each names the field, and the value that stands in it, shortened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// No object, so no field.
    #[error("the line is not a JSON object, so it has no field `{0}` for the task's id")]
    NoObject(Field),
    /// No such field.
    #[error("the line has no field `{0}` for the task's id{1}")]
    Missing(Field, MissingField),
    /// Neither a string nor an integer.
    #[error("the field `{0}` is {1}: an id is a string or an integer")]
    WrongType(Field, String),
    /// A string that no text can be.
    #[error(
        "the field `{0}` is {1}: an id is text, and half of a surrogate pair (\\ud800 to \\udfff) is not text"
    )]
    NoText(Field, String),
    /// Too long.
    #[error("the field `{field}` is {value}: an id has at most {LONGEST_ID} bytes, this one has {length}")]
    TooLong {
        /// The field.
        field: Field,
        /// The beginning of what stands in it.
        value: String,
        /// The bytes of the id.
        length: usize,
    },
}

/// The id that stands in this field of an object. `json` was checked.
///
/// # Errors
/// If there is none, or it is neither a string nor an integer.
pub fn in_field(json: &str, field: &Field) -> Result<String, IdError> {
    let value = field.find(json).map_err(|missing| match missing {
        MissingField::NoObject => IdError::NoObject(field.clone()),
        there @ MissingField::There(_) => IdError::Missing(field.clone(), there),
    })?;
    from_value(value, field)
}

/// The id that a JSON value in this field is: a string, or an integer as it was written.
///
/// # Errors
/// If it is neither.
pub fn from_value(json: &str, field: &Field) -> Result<String, IdError> {
    let digits = json.strip_prefix('-').unwrap_or(json);
    let id = if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        json.to_owned()
    } else {
        let wrong = if json.starts_with('"') { IdError::NoText } else { IdError::WrongType };
        serde_json::from_str(json).map_err(|_| wrong(field.clone(), shown(json)))?
    };
    if id.len() > LONGEST_ID {
        return Err(IdError::TooLong { field: field.clone(), value: shown(json), length: id.len() });
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(json: &str, name: &str) -> Result<String, IdError> {
        in_field(json, &Field::named(name))
    }

    #[test]
    fn strings_and_integers_name_a_task() {
        assert_eq!(named(r#"{"a": {"id": 1}, "id": "x\n\u00e9"}"#, "id").unwrap(), "x\né");
        assert_eq!(named(r#"{"id": -12345678901234567890123}"#, "id").unwrap(), "-12345678901234567890123");
        assert_eq!(named(r#"{"id": 1, "\u0069d": 2}"#, "id").unwrap(), "2");
        assert_eq!(named(r#"{"k\"": ""}"#, "k\"").unwrap(), "");
    }

    #[test]
    fn nothing_else_does_and_field_and_value_are_named() {
        let says = |json: &str| named(json, "id").unwrap_err().to_string();
        assert_eq!(says(r#"{"ID": 1}"#), "the line has no field `id` for the task's id; there is `ID`");
        assert_eq!(says("{}"), "the line has no field `id` for the task's id");
        for json in [r#"["id"]"#, "7"] {
            assert_eq!(
                says(json),
                "the line is not a JSON object, so it has no field `id` for the task's id"
            );
        }
        for value in ["1.0", "1e3", "null", "true", "[1]", r#"{"a":1}"#] {
            let expected = format!("the field `id` is {value}: an id is a string or an integer");
            assert_eq!(says(&format!(r#"{{"id": {value} }}"#)), expected);
        }
        for value in [r#""\ud800""#, r#""a\udfff""#, r#""\ud800\u0041""#] {
            let says = says(&format!(r#"{{"id": {value} }}"#));
            assert!(
                says.starts_with(&format!("the field `id` is {value}: an id is text, and half")),
                "{says}"
            );
        }
    }

    #[test]
    fn an_id_is_bounded_and_so_is_what_is_said_of_it() {
        let long = |n| format!(r#"{{"id":"{}"}}"#, "x".repeat(n));
        assert!(named(&long(LONGEST_ID), "id").is_ok());
        let error = named(&long(LONGEST_ID + 1), "id").unwrap_err().to_string();
        assert!(error.contains("at most 4096 bytes, this one has 4097") && error.len() < 250, "{error}");
        let error =
            named(&format!(r#"{{"id":[{}]}}"#, "1,".repeat(9999) + "1"), "id").unwrap_err().to_string();
        assert!(error.len() < 250, "{error}");
    }
}
