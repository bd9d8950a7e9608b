//! Formats that are known by their first bytes: a table.
//!
//! Each mark has bytes that no line of text begins with. It must never know what is done about
//! them.

/// A format.
#[derive(Debug, PartialEq, Eq)]
pub struct MagicFormat {
    /// As in `it looks like ...`.
    pub name: &'static str,
    /// Where the mark stands, and what it is.
    at: usize,
    mark: &'static [u8],
    /// Proof, somewhere in the bytes right behind a mark that could be text.
    proof: MagicProof,
    /// Tool that makes lines of it.
    pub tool: ConversionTool,
}

/// Further evidence that must be there.
#[derive(Debug, PartialEq, Eq)]
enum MagicProof {
    /// Nothing: the mark is no text.
    None,
    /// A byte that no text has, among the next ones.
    Control,
    /// A byte over 127, among the next ones.
    High,
    /// These bytes, among the next ones.
    Has(&'static [u8]),
}

/// Tool that makes lines of a format.
#[derive(Debug, PartialEq, Eq)]
pub enum ConversionTool {
    /// A command that writes them, where FILE stands for the file.
    Command(&'static str),
    /// Nothing does: each file is an input.
    AsFile,
}

/// Bytes behind a mark in which a proof is looked for.
const NEAR: usize = 16;

const DUCKDB: ConversionTool =
    ConversionTool::Command("duckdb -c \"COPY (FROM 'FILE') TO '/dev/stdout' (FORMAT json)\"");
const FEATHER: ConversionTool = ConversionTool::Command(
    "python3 -c \"import pandas; print(pandas.read_feather('FILE').to_json(orient='records', lines=True))\"",
);

const fn kind(name: &'static str, mark: &'static [u8], tool: ConversionTool) -> MagicFormat {
    MagicFormat { name, at: 0, mark, proof: MagicProof::None, tool }
}

const fn proved(
    name: &'static str,
    mark: &'static [u8],
    proof: MagicProof,
    tool: ConversionTool,
) -> MagicFormat {
    MagicFormat { name, at: 0, mark, proof, tool }
}

/// All of them.
static KINDS: [MagicFormat; 30] = [
    proved("a Parquet file", b"PAR1", MagicProof::Control, DUCKDB),
    kind("an Arrow file", b"ARROW1\0\0", FEATHER),
    kind("an Arrow stream", b"\xff\xff\xff\xff", ConversionTool::AsFile),
    kind("a zip archive", b"PK\x03\x04", ConversionTool::Command("unzip -p FILE")),
    kind("an empty zip archive", b"PK\x05\x06", ConversionTool::AsFile),
    kind("xz data", b"\xfd7zXZ\0", ConversionTool::Command("xz -dc FILE")),
    proved("bzip2 data", b"BZh", MagicProof::Has(b"1AY&SY"), ConversionTool::Command("bzip2 -dc FILE")),
    kind("LZ4 data", b"\x04\x22\x4d\x18", ConversionTool::Command("lz4 -dc FILE")),
    kind("compressed data (.Z)", b"\x1f\x9d", ConversionTool::Command("gzip -dc FILE")),
    kind("a 7z archive", b"7z\xbc\xaf\x27\x1c", ConversionTool::Command("7z x -so FILE")),
    kind("a RAR archive", b"Rar!\x1a\x07", ConversionTool::Command("unrar p -inul FILE")),
    MagicFormat {
        at: 257,
        ..kind("a tar archive", b"ustar\x0000", ConversionTool::Command("tar -xOf FILE"))
    },
    MagicFormat { at: 257, ..kind("a tar archive", b"ustar  \0", ConversionTool::Command("tar -xOf FILE")) },
    kind(
        "an SQLite database",
        b"SQLite format 3\0",
        ConversionTool::Command("sqlite3 -json FILE 'select * from TABLE' | jq -c '.[]'"),
    ),
    kind("an Avro file", b"Obj\x01", ConversionTool::Command("avro-tools tojson FILE")),
    proved("an ORC file", b"ORC", MagicProof::Control, ConversionTool::Command("orc-contents FILE")),
    kind("an HDF5 file", b"\x89HDF\r\n\x1a\n", ConversionTool::AsFile),
    kind("a NumPy array", b"\x93NUMPY", ConversionTool::AsFile),
    kind("a pickle", b"\x80\x04\x95", ConversionTool::AsFile),
    kind("a pickle", b"\x80\x05\x95", ConversionTool::AsFile),
    proved("a PDF file", b"%PDF-1.", MagicProof::High, ConversionTool::AsFile),
    kind("a PNG image", b"\x89PNG\r\n\x1a\n", ConversionTool::AsFile),
    kind("a JPEG image", b"\xff\xd8\xff", ConversionTool::AsFile),
    proved("a GIF image", b"GIF8", MagicProof::Control, ConversionTool::AsFile),
    proved("a RIFF file (WAV, WebP, AVI)", b"RIFF", MagicProof::Control, ConversionTool::AsFile),
    kind("an Ogg file", b"OggS\0", ConversionTool::AsFile),
    kind("a program (ELF)", b"\x7fELF", ConversionTool::AsFile),
    kind("a WebAssembly module", b"\0asm", ConversionTool::AsFile),
    kind("an old Microsoft Office document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ConversionTool::AsFile),
    kind("a Java class", b"\xca\xfe\xba\xbe\0\0\0", ConversionTool::AsFile),
];

/// The format that `start` is the start of.
pub(super) fn known(start: &[u8]) -> Option<&'static MagicFormat> {
    KINDS.iter().find(|kind| {
        let Some(rest) = start.get(kind.at..).and_then(|from| from.strip_prefix(kind.mark)) else {
            return false;
        };
        let near = rest.get(..NEAR.min(rest.len())).unwrap_or_default();
        match kind.proof {
            MagicProof::None => true,
            MagicProof::Control => near.iter().any(|byte| *byte < 9),
            MagicProof::High => near.iter().any(|byte| *byte > 127),
            MagicProof::Has(part) => near.windows(part.len()).any(|window| window == part),
        }
    })
}

#[cfg(test)]
pub(super) fn samples() -> impl Iterator<Item = (&'static MagicFormat, Vec<u8>)> {
    KINDS.iter().map(|kind| {
        let proof = match kind.proof {
            MagicProof::None => &b""[..],
            MagicProof::Control => b"\x01",
            MagicProof::High => b"\xe2",
            MagicProof::Has(part) => part,
        };
        (kind, [&vec![b'a'; kind.at], kind.mark, b"12", proof, b"\nmore\n"].concat())
    })
}
