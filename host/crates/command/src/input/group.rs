//! The group that a task counts for: a text or an integer in a field of its line.
//!
//! It must never know what becomes of groups.

use super::super::field::{Field, MissingField, shown};
use super::super::record_id;
use super::RefusedLine;
use std::sync::Arc;

/// Bytes that the name of a group may have: sums are kept for each.
const LONGEST_GROUP: usize = 256;

/// The group that stands in this field of an object. `json` was checked.
///
/// # Errors
/// If there is none, or it is neither a text nor an integer.
pub(crate) fn in_field(json: &str, field: &Field) -> Result<Arc<str>, RefusedLine> {
    let value = field.find(json).map_err(|missing| {
        refused(match missing {
            MissingField::NoObject => {
                format!("the line is not a JSON object, so it has no field `{field}` for the group")
            }
            there @ MissingField::There(_) => {
                format!("the line has no field `{field}` for the group{there}")
            }
        })
    })?;
    from_value(value, field)
}

/// The group that a JSON value in this field is.
///
/// # Errors
/// If it is neither a text nor an integer, or too long.
pub(crate) fn from_value(json: &str, field: &Field) -> Result<Arc<str>, RefusedLine> {
    let group = record_id::from_value(json, field).ok();
    let group = group.ok_or_else(|| {
        refused(format!("the field `{field}` is {}: a group is a string or an integer", shown(json)))
    })?;
    if group.len() > LONGEST_GROUP {
        let length = group.len();
        return Err(refused(format!(
            "the field `{field}` is {}: a group has at most {LONGEST_GROUP} bytes, this one has {length}",
            shown(json)
        )));
    }
    Ok(group.into())
}

fn refused(message: String) -> RefusedLine {
    RefusedLine::new("group", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(json: &str) -> Result<String, String> {
        let group = in_field(json, &"meta.student".parse().unwrap());
        group.map(|group| group.to_string()).map_err(|refused| refused.error.message)
    }

    #[test]
    fn a_group_is_a_text_or_an_integer() {
        assert_eq!(group(r#"{"meta":{"student":"Zo\u00eb"}}"#), Ok("Zoë".to_owned()));
        assert_eq!(group(r#"{"meta":{"student":7}}"#), Ok("7".to_owned()));
        let long = format!(r#"{{"meta":{{"student":"{}"}}}}"#, "x".repeat(257));
        for (json, why) in [
            (r#"{"meta":{"student":null}}"#, "is null: a group is a string or an integer"),
            (r#"{"meta":{"student":1.5}}"#, "is 1.5"),
            (r#"{"meta":{}}"#, "has no field `meta.student` for the group"),
            ("7", "not a JSON object"),
            (long.as_str(), "at most 256 bytes, this one has 257"),
        ] {
            let refused = group(json).unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
    }
}
