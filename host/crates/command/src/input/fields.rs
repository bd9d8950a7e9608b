//! Fields taken of a line that is a JSON object: the id of its task, and its input.
//!
//! It must never know where the line came from.

use super::super::field::{Field, MissingField};
use super::{InputFormat, RefusedLine};

/// Lines have fields only where they are JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoFields {
    /// None to call tasks by.
    #[error(
        "--id-field needs lines of JSON: it cannot be used with --input-format text, file or whole, nor with a command unless --input-format json or --input-field is given"
    )]
    Id,
    /// None to take inputs from.
    #[error("--input-field needs lines of JSON: it cannot be used with --input-format text, file or whole")]
    Input,
    /// None to group tasks by.
    #[error(
        "--group-by needs lines of JSON: it cannot be used with --input-format text, file or whole, nor with a command unless --input-format json or --input-field is given"
    )]
    Group,
}

/// Fields taken of lines that are objects.
#[derive(Debug, Clone, Default)]
pub struct LineFields {
    /// Id of a task; by default the number of its line.
    pub id: Option<Field>,
    /// Its input; by default all of the line.
    pub input: Option<Field>,
    /// Group that it counts for; by default none.
    pub group: Option<Field>,
}

impl LineFields {
    /// That lines of this format have what is taken of them.
    ///
    /// # Errors
    /// If they have no fields.
    pub fn check(&self, format: InputFormat) -> Result<(), NoFields> {
        match (format, self) {
            (InputFormat::Json, _) | (_, Self { id: None, input: None, group: None }) => Ok(()),
            (_, Self { input: Some(_), .. }) => Err(NoFields::Input),
            (_, Self { id: Some(_), .. }) => Err(NoFields::Id),
            (_, Self { group: Some(_), .. }) => Err(NoFields::Group),
        }
    }

    /// The input that a line is: the value in a field of it. `json` was checked.
    pub(super) fn input<'a>(&self, json: &'a str) -> Result<&'a str, RefusedLine> {
        let Some(field) = &self.input else { return Ok(json) };
        field.find(json).map_err(|missing| {
            let message = match missing {
                MissingField::NoObject => {
                    format!("the line is not a JSON object, so it has no field `{field}` for the input")
                }
                there @ MissingField::There(_) => {
                    format!("the line has no field `{field}` for the input{there}")
                }
            };
            RefusedLine::new("input_field", message)
        })
    }
}
