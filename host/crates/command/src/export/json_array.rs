//! `json`: all records as one array, for tools that cannot read lines.
//!
//! Each record is one line of it, as it stands in the folder. It must never hold more than one.

use super::record_export::RecordExport;
use polymer_host_journal::record_view::RecordView;
use polymer_host_journal::selection::{FieldList, FieldPath};
use std::io::{self, Write};

/// An array on its way out.
pub(super) struct JsonArrayExport<W: Write> {
    out: W,
    /// The fields of each object and their keys as JSON, where not all of a record is wanted.
    fields: Option<Vec<(String, FieldPath)>>,
    is_empty: bool,
}

impl<W: Write> JsonArrayExport<W> {
    /// Of whole records, or of objects with these fields.
    ///
    /// # Errors
    /// If its beginning cannot be written.
    pub(super) fn begin(mut out: W, fields: Option<&FieldList>) -> io::Result<Self> {
        let keyed = |field: &FieldPath| Ok((serde_json::to_string(&field.to_string())?, field.clone()));
        let fields = fields.map(|fields| fields.paths().iter().map(keyed).collect::<io::Result<_>>());
        out.write_all(b"[")?;
        Ok(Self { out, fields: fields.transpose()?, is_empty: true })
    }
}

impl<W: Write> RecordExport for JsonArrayExport<W> {
    fn add(&mut self, line: &str, record: &RecordView<'_>) -> io::Result<()> {
        let Self { out, fields, is_empty } = self;
        out.write_all(if std::mem::take(is_empty) { b"\n" } else { b",\n" })?;
        let Some(fields) = fields else { return out.write_all(line.as_bytes()) };
        for (at, (key, field)) in fields.iter().enumerate() {
            let comma = if at == 0 { "{" } else { "," };
            write!(out, "{comma}{key}:{}", record.field(field.names()).as_deref().unwrap_or("null"))?;
        }
        out.write_all(b"}")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(if self.is_empty { b"]\n" } else { b"\n]\n" })?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn written(fields: Option<&str>, records: &[&str]) -> String {
        let mut out = Vec::new();
        let fields = fields.map(|fields| fields.parse::<FieldList>().unwrap());
        let mut array = JsonArrayExport::begin(&mut out, fields.as_ref()).unwrap();
        for record in records {
            array.add(record, &RecordView::read(record)).unwrap();
        }
        array.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_array_has_every_record_as_it_is() {
        assert_eq!(written(None, &[]), "[]\n");
        let records = [r#"{"id":"a","n":12345678901234567890123}"#, r#"{"id":"]\n"}"#];
        assert_eq!(written(None, &records), format!("[\n{},\n{}\n]\n", records[0], records[1]));
        assert_eq!(serde_json::from_str::<Value>(&written(None, &records)).unwrap()[1]["id"], "]\n");
    }

    #[test]
    fn fields_give_objects_of_these() {
        let record = r#"{"id":"a","error":{"code":"\"}"},"output":{"x":[1.0]},"meta":{"a \"b":2}}"#;
        let text = written(Some("id,error.code,output,none,meta.'a \"b'"), &[record, record]);
        let object =
            json!({"id": "a", "error.code": "\"}", "output": {"x": [1.0]}, "none": null, "meta.'a \"b'": 2});
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!([object, object]));
    }
}
