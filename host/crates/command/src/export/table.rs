//! `csv` and `tsv`: a line for each record and a column for each field.
//!
//! Guests and submitters write what stands in cells. So a text that a spreadsheet would take for a
//! formula has an apostrophe before it, by which spreadsheets know text. It must never know what a
//! field means.

use super::super::spreadsheet_text::no_formula;
use super::record_export::RecordExport;
use polymer_host_journal::record_view::{RecordView, string_of};
use polymer_host_journal::selection::{FieldList, FieldPath};
use std::borrow::Cow;
use std::io::{self, Write};

/// Columns where none are named: their names, and the names of the fields in them.
const USUAL: [(&str, &[&str]); 17] = [
    ("id", &["id"]),
    ("seq", &["seq"]),
    ("verdict", &["verdict"]),
    ("error_code", &["error", "code"]),
    ("exit_code", &["error", "exit_code"]),
    ("error_message", &["error", "message"]),
    ("attempts", &["attempts"]),
    ("worker", &["worker"]),
    ("started", &["started"]),
    ("fuel", &["stats", "fuel"]),
    ("wall_ms", &["stats", "wall_ms"]),
    ("cpu_ms", &["stats", "cpu_ms"]),
    ("queue_ms", &["stats", "queue_ms"]),
    ("peak_memory_bytes", &["stats", "peak_memory_bytes"]),
    ("input_bytes", &["stats", "input_bytes"]),
    ("output_bytes", &["stats", "output_bytes"]),
    (OUTPUT, &[OUTPUT]),
];
/// The column in which bytes stand too, as base64: a record has either.
const OUTPUT: &str = "output";
const OUTPUT_BASE64: &str = "output_base64";

/// Rows on their way out.
pub(super) struct TableExport<W: Write> {
    columns: Vec<TableColumn>,
    rows: TableRows<W>,
}

struct TableColumn {
    name: String,
    /// The first of these that a record has is what stands there.
    fields: Vec<FieldPath>,
}

enum TableRows<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Tsv(W),
}

impl<W: Write> TableExport<W> {
    /// With commas between columns: those of `fields`, or the usual ones.
    ///
    /// # Errors
    /// If the names of the columns cannot be written.
    pub(super) fn csv(out: W, fields: Option<&FieldList>) -> io::Result<Self> {
        Self::begin(TableRows::Csv(Box::new(csv::Writer::from_writer(out))), fields)
    }

    /// The same with tabs.
    ///
    /// # Errors
    /// If the names of the columns cannot be written.
    pub(super) fn tsv(out: W, fields: Option<&FieldList>) -> io::Result<Self> {
        Self::begin(TableRows::Tsv(out), fields)
    }

    fn begin(mut rows: TableRows<W>, fields: Option<&FieldList>) -> io::Result<Self> {
        let columns: Vec<TableColumn> = match fields {
            Some(fields) => fields.paths().iter().map(TableColumn::of_field).collect(),
            None => USUAL.iter().map(|(name, field)| TableColumn::usual(name, field)).collect(),
        };
        rows.write(columns.iter().map(|column| Cow::Borrowed(column.name.as_str())))?;
        Ok(Self { columns, rows })
    }
}

impl<W: Write> RecordExport for TableExport<W> {
    fn add(&mut self, _line: &str, record: &RecordView<'_>) -> io::Result<()> {
        let Self { columns, rows } = self;
        rows.write(columns.iter().map(|column| column.cell(record)))
    }

    fn finish(&mut self) -> io::Result<()> {
        match &mut self.rows {
            TableRows::Csv(writer) => writer.flush(),
            TableRows::Tsv(out) => out.flush(),
        }
    }
}

impl TableColumn {
    fn of_field(field: &FieldPath) -> Self {
        Self { name: field.to_string(), fields: vec![field.clone()] }
    }

    fn usual(name: &str, field: &[&str]) -> Self {
        let mut fields = vec![FieldPath::of(field.iter().copied())];
        if name == OUTPUT {
            fields.push(FieldPath::of([OUTPUT_BASE64]));
        }
        Self { name: name.to_owned(), fields }
    }

    /// The text of this column: nothing for null, and JSON as it is for what is no text.
    fn cell<'a>(&self, record: &RecordView<'a>) -> Cow<'a, str> {
        let mut found = self.fields.iter().filter_map(|field| record.field(field.names()));
        match found.find(|json| json != "null") {
            None => Cow::Borrowed(""),
            Some(Cow::Borrowed(json)) => string_of(json).map_or(Cow::Borrowed(json), no_formula),
            Some(Cow::Owned(json)) => {
                Cow::Owned(string_of(&json).map_or(Cow::Borrowed(json.as_str()), no_formula).into_owned())
            }
        }
    }
}

impl<W: Write> TableRows<W> {
    fn write<'a>(&mut self, cells: impl Iterator<Item = Cow<'a, str>>) -> io::Result<()> {
        match self {
            Self::Csv(writer) => {
                for cell in cells {
                    writer.write_field(cell.as_bytes()).map_err(refused)?;
                }
                // Ends the row.
                writer.write_record(None::<&[u8]>).map_err(refused)
            }
            Self::Tsv(out) => {
                for (at, cell) in cells.enumerate() {
                    if at > 0 {
                        out.write_all(b"\t")?;
                    }
                    write_escaped(out, &cell)?;
                }
                out.write_all(b"\n")
            }
        }
    }
}

/// The refusal of the system by itself: who asks wants to know whether a reader went away.
fn refused(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Writes a cell in which no tab and no newline is left.
fn write_escaped(out: &mut impl Write, cell: &str) -> io::Result<()> {
    let mut rest = cell;
    while let Some(at) = rest.find(['\t', '\n', '\r', '\\']) {
        let (plain, from) = rest.split_at(at);
        let (special, behind) = from.split_at(1);
        out.write_all(plain.as_bytes())?;
        out.write_all(match special {
            "\t" => b"\\t",
            "\n" => b"\\n",
            "\r" => b"\\r",
            _ => b"\\\\",
        })?;
        rest = behind;
    }
    out.write_all(rest.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"v":1,"id":"a","seq":7,"verdict":"trap","output":"1,\"2\"\n3\t\\","error":{"message":"=1+1","code":"stack","wall":"","exit_code":3},"attempts":2,"worker":1,"started":"2026-11-22T16:37:11.435752Z","stats":{"fuel":18446744073709551615,"wall_ms":0.184,"cpu_ms":null,"queue_ms":7.0,"peak_memory_bytes":65536,"input_bytes":1,"output_bytes":8},"meta":{"week":3,"who":["a",-1]}}"#;
    const HEADER: &str = "id,seq,verdict,error_code,exit_code,error_message,attempts,worker,started,fuel,wall_ms,cpu_ms,queue_ms,peak_memory_bytes,input_bytes,output_bytes,output";

    fn written(is_csv: bool, fields: Option<&str>, records: &[&str]) -> String {
        let mut out = Vec::new();
        let fields = fields.map(|fields| fields.parse::<FieldList>().unwrap());
        let begin = if is_csv { TableExport::csv } else { TableExport::tsv };
        let mut table = begin(&mut out, fields.as_ref()).unwrap();
        for record in records {
            table.add(record, &RecordView::read(record)).unwrap();
        }
        table.finish().unwrap();
        drop(table);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_table_has_the_usual_columns_and_quotes_what_it_must() {
        let row = "a,7,trap,stack,3,'=1+1,2,1,2026-11-22T16:37:11.435752Z,18446744073709551615,0.184,,7.0,65536,1,8,\"1,\"\"2\"\"\n3\t\\\"";
        assert_eq!(written(true, None, &[RECORD]), format!("{HEADER}\n{row}\n"));
        assert_eq!(written(true, None, &[]), format!("{HEADER}\n"));
    }

    #[test]
    fn tabs_and_newlines_are_escaped_between_tabs() {
        let row = "a\t7\ttrap\tstack\t3\t'=1+1\t2\t1\t2026-11-22T16:37:11.435752Z\t18446744073709551615\t0.184\t\t7.0\t65536\t1\t8\t1,\"2\"\\n3\\t\\\\";
        let text = written(false, None, &[RECORD]);
        assert_eq!(text, format!("{}\n{row}\n", HEADER.replace(',', "\t")));
        assert_eq!(written(false, Some("a"), &[r#"{"a":"\r\n\\n"}"#]), "a\n'\\r\\n\\\\n\n");
    }

    #[test]
    fn columns_are_fields_of_a_record_and_objects_are_json() {
        let text = written(true, Some("id,meta,meta.week,meta.who.1,none,\"stats\".fuel"), &[RECORD]);
        let expected = "id,meta,meta.week,meta.who.1,none,stats.fuel\n\
                        a,\"{\"\"week\"\":3,\"\"who\"\":[\"\"a\"\",-1]}\",3,-1,,18446744073709551615\n";
        assert_eq!(text, expected);
        // A row of nothing is not a row that is missing.
        assert_eq!(written(true, Some("none"), &[RECORD]), "none\n\"\"\n");
    }

    #[test]
    fn bytes_stand_in_the_column_of_the_output() {
        let record = r#"{"id":"a","output":null,"output_base64":"AAEC"}"#;
        assert!(written(true, None, &[record]).ends_with(",AAEC\n"));
        assert_eq!(written(true, Some("id,output"), &[record]), "id,output\na,\n");
    }

    #[test]
    fn no_text_of_a_guest_is_a_formula() {
        let record = r#"{"a":"\t=1","b":"\n=1","c":"=\"x\""}"#;
        assert_eq!(written(true, Some("a,b,c"), &[record]), "a,b,c\n'\t=1,\"'\n=1\",\"'=\"\"x\"\"\"\n");
        assert_eq!(written(false, Some("a,b,c"), &[record]), "a\tb\tc\n'\\t=1\t'\\n=1\t'=\"x\"\n");
        // Numbers are never text.
        assert_eq!(written(true, Some("a"), &[r#"{"a":-1e400}"#]), "a\n-1e400\n");
    }

    #[test]
    fn the_refusal_of_the_system_comes_through() {
        struct GoneReader;
        impl Write for GoneReader {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut table = TableExport::csv(GoneReader, None).unwrap();
        let large = format!(r#"{{"id":"{}"}}"#, "x".repeat(1 << 20));
        let error = table.add(&large, &RecordView::read(&large)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
