//! Formats that are known by their first bytes: a table.
//!
//! Each mark has bytes that no line of text begins with. It must never know what is done about
//! them.

/// A format.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// As in `it looks like ...`.
    pub name: &'static str,
    /// Where the mark stands, and what it is.
    at: usize,
    mark: &'static [u8],
    /// What stands somewhere in the bytes right behind a mark that could be text.
    proof: Proof,
    /// What makes lines of it.
    pub tool: Tool,
}

/// What else has to be there.
#[derive(Debug, PartialEq, Eq)]
enum Proof {
    /// Nothing: the mark is no text.
    None,
    /// A byte that no text has, among the next ones.
    Control,
    /// A byte over 127, among the next ones.
    High,
    /// These bytes, among the next ones.
    Has(&'static [u8]),
}

/// What makes lines of a format.
#[derive(Debug, PartialEq, Eq)]
pub enum Tool {
    /// A command that writes them, where FILE stands for the file.
    Command(&'static str),
    /// Nothing does: each file is an input.
    AsFile,
}

/// Bytes behind a mark in which a proof is looked for.
const NEAR: usize = 16;

const DUCKDB: Tool = Tool::Command("duckdb -c \"COPY (FROM 'FILE') TO '/dev/stdout' (FORMAT json)\"");
const FEATHER: Tool = Tool::Command(
    "python3 -c \"import pandas; print(pandas.read_feather('FILE').to_json(orient='records', lines=True))\"",
);

const fn kind(name: &'static str, mark: &'static [u8], tool: Tool) -> Kind {
    Kind { name, at: 0, mark, proof: Proof::None, tool }
}

const fn proved(name: &'static str, mark: &'static [u8], proof: Proof, tool: Tool) -> Kind {
    Kind { name, at: 0, mark, proof, tool }
}

/// All of them.
static KINDS: [Kind; 30] = [
    proved("a Parquet file", b"PAR1", Proof::Control, DUCKDB),
    kind("an Arrow file", b"ARROW1\0\0", FEATHER),
    kind("an Arrow stream", b"\xff\xff\xff\xff", Tool::AsFile),
    kind("a zip archive", b"PK\x03\x04", Tool::Command("unzip -p FILE")),
    kind("an empty zip archive", b"PK\x05\x06", Tool::AsFile),
    kind("xz data", b"\xfd7zXZ\0", Tool::Command("xz -dc FILE")),
    proved("bzip2 data", b"BZh", Proof::Has(b"1AY&SY"), Tool::Command("bzip2 -dc FILE")),
    kind("LZ4 data", b"\x04\x22\x4d\x18", Tool::Command("lz4 -dc FILE")),
    kind("compressed data (.Z)", b"\x1f\x9d", Tool::Command("gzip -dc FILE")),
    kind("a 7z archive", b"7z\xbc\xaf\x27\x1c", Tool::Command("7z x -so FILE")),
    kind("a RAR archive", b"Rar!\x1a\x07", Tool::Command("unrar p -inul FILE")),
    Kind { at: 257, ..kind("a tar archive", b"ustar\x0000", Tool::Command("tar -xOf FILE")) },
    Kind { at: 257, ..kind("a tar archive", b"ustar  \0", Tool::Command("tar -xOf FILE")) },
    kind(
        "an SQLite database",
        b"SQLite format 3\0",
        Tool::Command("sqlite3 -json FILE 'select * from TABLE' | jq -c '.[]'"),
    ),
    kind("an Avro file", b"Obj\x01", Tool::Command("avro-tools tojson FILE")),
    proved("an ORC file", b"ORC", Proof::Control, Tool::Command("orc-contents FILE")),
    kind("an HDF5 file", b"\x89HDF\r\n\x1a\n", Tool::AsFile),
    kind("a NumPy array", b"\x93NUMPY", Tool::AsFile),
    kind("a pickle", b"\x80\x04\x95", Tool::AsFile),
    kind("a pickle", b"\x80\x05\x95", Tool::AsFile),
    proved("a PDF file", b"%PDF-1.", Proof::High, Tool::AsFile),
    kind("a PNG image", b"\x89PNG\r\n\x1a\n", Tool::AsFile),
    kind("a JPEG image", b"\xff\xd8\xff", Tool::AsFile),
    proved("a GIF image", b"GIF8", Proof::Control, Tool::AsFile),
    proved("a RIFF file (WAV, WebP, AVI)", b"RIFF", Proof::Control, Tool::AsFile),
    kind("an Ogg file", b"OggS\0", Tool::AsFile),
    kind("a program (ELF)", b"\x7fELF", Tool::AsFile),
    kind("a WebAssembly module", b"\0asm", Tool::AsFile),
    kind("a document of an older Office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Tool::AsFile),
    kind("a Java class", b"\xca\xfe\xba\xbe\0\0\0", Tool::AsFile),
];

/// The format that `start` is the start of.
pub(super) fn known(start: &[u8]) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| {
        let Some(rest) = start.get(kind.at..).and_then(|from| from.strip_prefix(kind.mark)) else {
            return false;
        };
        let near = rest.get(..NEAR.min(rest.len())).unwrap_or_default();
        match kind.proof {
            Proof::None => true,
            Proof::Control => near.iter().any(|byte| *byte < 9),
            Proof::High => near.iter().any(|byte| *byte > 127),
            Proof::Has(part) => near.windows(part.len()).any(|window| window == part),
        }
    })
}

#[cfg(test)]
pub(super) fn samples() -> impl Iterator<Item = (&'static Kind, Vec<u8>)> {
    KINDS.iter().map(|kind| {
        let proof = match kind.proof {
            Proof::None => &b""[..],
            Proof::Control => b"\x01",
            Proof::High => b"\xe2",
            Proof::Has(part) => part,
        };
        (kind, [&vec![b'a'; kind.at], kind.mark, b"12", proof, b"\nmore\n"].concat())
    })
}
