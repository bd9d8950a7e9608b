//! Compressed input, read as what it holds: gzip and Zstandard, told by their first bytes, whatever
//! the file is called.
//!
//! It must never know what the bytes mean, and never holds more than a few buffers and a format's
//! own window.

mod gzip;
mod zstandard;

use super::input_position::InputPosition;
use super::lookahead::LookaheadReader;
use gzip::GzipDecoder;
use std::fmt;
use std::io::{self, BufRead, Read};
use zstandard::ZstandardDecoder;

/// Bytes that one step of a decoder puts out at most.
const STEP: usize = 256 << 10;
/// Bytes that are decompressed at once.
const OUT: usize = 2 * STEP;

/// A compressed format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CompressionFormat {
    /// RFC 1952; members may follow one another.
    Gzip,
    /// RFC 8878; frames may follow one another, skippable ones among them.
    Zstandard,
}

/// Format that the first bytes show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SniffedFormat {
    Plain,
    Packed(CompressionFormat),
    /// They may still be the start of either.
    Unknown,
}

impl CompressionFormat {
    const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstandard => "Zstandard",
        }
    }

    fn decoder(self) -> io::Result<Box<dyn Decoder>> {
        Ok(match self {
            Self::Gzip => Box::new(GzipDecoder::default()),
            Self::Zstandard => Box::new(ZstandardDecoder::new()?),
        })
    }
}

/// Judges the first bytes of an input.
fn sniff(start: &[u8]) -> SniffedFormat {
    const GZIP: [u8; 3] = [0x1f, 0x8b, 8];
    const FRAME: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    const SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];
    let begins = |magic: &[u8]| start.iter().zip(magic).all(|(byte, wanted)| byte == wanted);
    let is_skippable = match start {
        [0x50..=0x5f, rest @ ..] => rest.iter().zip(&SKIPPABLE).all(|(byte, wanted)| byte == wanted),
        _ => false,
    };
    match start.len() {
        0 => SniffedFormat::Unknown,
        3.. if begins(&GZIP) => SniffedFormat::Packed(CompressionFormat::Gzip),
        4.. if begins(&FRAME) || is_skippable => SniffedFormat::Packed(CompressionFormat::Zstandard),
        _ if begins(&GZIP) || begins(&FRAME) || is_skippable => SniffedFormat::Unknown,
        _ => SniffedFormat::Plain,
    }
}

/// Outcome of one step of a decoder.
#[derive(Debug, PartialEq, Eq)]
struct DecodeStep {
    /// Bytes of the input that are done with.
    taken: usize,
    /// Bytes that were put out, also before damage.
    given: usize,
    outcome: Result<DecoderPosition, String>,
}

/// Where a decoder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DecoderPosition {
    /// Inside a member or frame: the input may not end here.
    Inside,
    /// Behind a whole one.
    Between,
}

/// Turns compressed bytes into what they hold. Performs no I/O.
trait Decoder: Send {
    /// Takes some of `input`, which is not empty. `out` has room for [`STEP`] bytes, and a step
    /// never has more to put out: a decoder holds nothing back, so what comes before damage, or
    /// before a wait, is handed on.
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> DecodeStep;
}

/// An input that is decompressed where its first bytes say so.
pub struct MaybeCompressedReader<R> {
    stored: LookaheadReader<R>,
    state: DecompressState,
    position: InputPosition,
}

enum DecompressState {
    /// Nothing was read yet.
    Unread,
    /// It is not compressed, or is to be read as it is stored.
    Plain,
    Packed(CompressedReader),
}

/// A compressed input under way.
struct CompressedReader {
    format: CompressionFormat,
    decoder: Box<dyn Decoder>,
    at: DecoderPosition,
    out: Vec<u8>,
    /// Bytes of `out` that were read.
    read: usize,
    /// Bytes of `out` that are there.
    filled: usize,
    /// Told once everything before it was read.
    damage: Option<String>,
}

impl CompressedReader {
    fn new(format: CompressionFormat) -> io::Result<Self> {
        let decoder = format.decoder()?;
        Ok(Self {
            format,
            decoder,
            at: DecoderPosition::Inside,
            out: vec![0; OUT],
            read: 0,
            filled: 0,
            damage: None,
        })
    }

    /// Decompresses until there is something to read, or the end.
    fn fill(&mut self, stored: &mut impl BufRead, position: &InputPosition) -> io::Result<()> {
        while self.read == self.filled {
            (self.read, self.filled) = (0, 0);
            let format = self.format.name();
            if let Some(damage) = &self.damage {
                let why = format!("its {format} data are damaged: {damage}");
                return Err(io::Error::new(io::ErrorKind::InvalidData, why));
            }
            let held = match stored.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                held => held?,
            };
            if held.is_empty() {
                return match self.at {
                    DecoderPosition::Between => Ok(()),
                    DecoderPosition::Inside => {
                        let why = format!("its {format} data end too early: they may have been cut short");
                        Err(io::Error::new(io::ErrorKind::UnexpectedEof, why))
                    }
                };
            }
            let taken = self.steps(held);
            stored.consume(taken);
            position.decoded(taken, self.filled);
        }
        Ok(())
    }

    /// Decompresses what is held, as far as there is room, and says how much of it that was.
    fn steps(&mut self, mut held: &[u8]) -> usize {
        let all = held.len();
        while !held.is_empty() && self.damage.is_none() {
            let Some(room) = self.out.get_mut(self.filled..).filter(|room| room.len() >= STEP) else { break };
            let DecodeStep { taken, given, outcome } = self.decoder.step(held, room);
            held = held.get(taken..).unwrap_or_default();
            self.filled += given;
            match outcome {
                Ok(at) => self.at = at,
                Err(damage) => self.damage = Some(damage),
            }
        }
        all - held.len()
    }
}

impl<R: BufRead> MaybeCompressedReader<R> {
    /// Reads `reader`, and decompresses it unless it is to be read `as_stored`. Whoever reads names
    /// the input in errors.
    pub(crate) fn new(reader: R, as_stored: bool) -> Self {
        let state = if as_stored { DecompressState::Plain } else { DecompressState::Unread };
        Self { stored: LookaheadReader::new(reader), state, position: InputPosition::default() }
    }

    /// The same, which tells `position` what it decompresses.
    pub(super) fn counted_by(self, position: InputPosition) -> Self {
        Self { position, ..self }
    }

    /// Returns whether it was found to be compressed, once something was read.
    pub(super) const fn is_packed(&self) -> bool {
        matches!(self.state, DecompressState::Packed(_))
    }
}

impl<R: BufRead> BufRead for MaybeCompressedReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let DecompressState::Unread = self.state {
            let (start, _) = self.stored.look(|start| sniff(start) != SniffedFormat::Unknown)?;
            self.state = match sniff(start) {
                SniffedFormat::Packed(format) => DecompressState::Packed(CompressedReader::new(format)?),
                SniffedFormat::Plain | SniffedFormat::Unknown => DecompressState::Plain,
            };
        }
        match &mut self.state {
            DecompressState::Packed(packed) => {
                packed.fill(&mut self.stored, &self.position)?;
                Ok(packed.out.get(packed.read..packed.filled).unwrap_or_default())
            }
            DecompressState::Plain | DecompressState::Unread => self.stored.fill_buf(),
        }
    }

    fn consume(&mut self, taken: usize) {
        match &mut self.state {
            DecompressState::Packed(packed) => {
                packed.read = packed.filled.min(packed.read.saturating_add(taken));
            }
            DecompressState::Plain | DecompressState::Unread => self.stored.consume(taken),
        }
    }
}

impl<R: BufRead> Read for MaybeCompressedReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut held = self.fill_buf()?;
        let length = held.read(bytes)?;
        self.consume(length);
        Ok(length)
    }
}

impl<R> fmt::Debug for MaybeCompressedReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decompressed").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
