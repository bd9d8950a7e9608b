//! gzip (RFC 1952): the frame around deflate is read here, so that what was inflated before damage
//! is handed on; inflating is a library's.
//!
//! It must never know where bytes come from.

use super::{DecodeStep, Decoder, DecoderPosition};
use flate2::{Crc, Decompress, FlushDecompress, Status};

/// Flags of a header.
const CHECKED: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;
/// Bytes that are inflated in one step: they give at most 1032 times as many, which is less than a
/// step may.
const AT_ONCE: usize = 240;

/// Reads members one after the other.
#[derive(Debug)]
pub(super) struct GzipDecoder {
    place: GzipPart,
    /// Flags of the header that is read.
    flags: u8,
    inflater: Decompress,
    /// Of what this member gave.
    sum: Crc,
    /// No member has ended yet.
    is_first: bool,
}

/// A place in a member.
#[derive(Debug, Clone, Copy)]
enum GzipPart {
    /// So many bytes into the ten that each header has.
    Fixed(usize),
    /// The length of an extra field: so many bytes of it were read, which say so much.
    ExtraLength(u8, u16),
    /// So many bytes of the extra field are left.
    Extra(u16),
    /// In the name, which a zero ends.
    Name,
    /// In the comment, which a zero ends.
    Comment,
    /// So many bytes of the header's own checksum are left.
    HeaderSum(u8),
    Body,
    /// So many bytes of the checksum and the length were read, which say so much.
    Trailer(u32, u64),
}

impl Default for GzipDecoder {
    fn default() -> Self {
        let (inflater, sum) = (Decompress::new(false), Crc::new());
        Self { place: GzipPart::Fixed(0), flags: 0, inflater, sum, is_first: true }
    }
}

impl GzipDecoder {
    /// Takes a byte of a header or a trailer.
    fn byte(&mut self, byte: u8) -> Result<(), String> {
        self.place = match self.place {
            // Files are padded with zeros, where they stood on a tape or in blocks.
            GzipPart::Fixed(0) if byte == 0 && !self.is_first => GzipPart::Fixed(0),
            GzipPart::Fixed(at) => self.fixed(at, byte)?,
            GzipPart::ExtraLength(0, _) => GzipPart::ExtraLength(1, u16::from(byte)),
            GzipPart::ExtraLength(_, low) => match low | u16::from(byte) << 8 {
                0 => self.behind(EXTRA),
                length => GzipPart::Extra(length),
            },
            GzipPart::Extra(1) => self.behind(EXTRA),
            GzipPart::Extra(left) => GzipPart::Extra(left.saturating_sub(1)),
            GzipPart::Name if byte == 0 => self.behind(NAME),
            GzipPart::Comment if byte == 0 => self.behind(COMMENT),
            GzipPart::HeaderSum(2) => GzipPart::HeaderSum(1),
            GzipPart::HeaderSum(_) => self.behind(CHECKED),
            GzipPart::Trailer(7, said) => {
                let said = said | u64::from(byte) << 56;
                let has = u64::from(self.sum.sum()) | u64::from(self.sum.amount()) << 32;
                if said != has {
                    return Err("its checksum does not match".to_owned());
                }
                self.is_first = false;
                GzipPart::Fixed(0)
            }
            GzipPart::Trailer(at, said) => GzipPart::Trailer(at + 1, said | u64::from(byte) << (8 * at)),
            same @ (GzipPart::Name | GzipPart::Comment | GzipPart::Body) => same,
        };
        Ok(())
    }

    /// Takes one of the ten bytes that each header has.
    fn fixed(&mut self, at: usize, byte: u8) -> Result<GzipPart, String> {
        match (at, byte) {
            (0, 0x1f) | (1, 0x8b) | (2, 8) | (4..=8, _) => {}
            (0 | 1, _) if !self.is_first => {
                return Err("the bytes after the end are not gzip data".to_owned());
            }
            (3, flags) if flags & RESERVED == 0 => self.flags = flags,
            (9, _) => return Ok(self.next_part()),
            _ => return Err("its header is invalid".to_owned()),
        }
        Ok(GzipPart::Fixed(at + 1))
    }

    /// Returns the part that follows, once the part of this flag was read.
    fn behind(&mut self, flag: u8) -> GzipPart {
        self.flags &= !flag;
        self.next_part()
    }

    /// The next part of the header, in the order of the format, or the body.
    fn next_part(&mut self) -> GzipPart {
        let has = |flag| self.flags & flag != 0;
        if has(EXTRA) {
            return GzipPart::ExtraLength(0, 0);
        }
        if has(NAME) {
            return GzipPart::Name;
        }
        if has(COMMENT) {
            return GzipPart::Comment;
        }
        if has(CHECKED) {
            return GzipPart::HeaderSum(2);
        }
        self.inflater.reset(false);
        self.sum.reset();
        GzipPart::Body
    }

    fn inflate(&mut self, input: &[u8], out: &mut [u8]) -> DecodeStep {
        let input = input.get(..AT_ONCE.min(input.len())).unwrap_or_default();
        let before = (self.inflater.total_in(), self.inflater.total_out());
        let done = self.inflater.decompress(input, out, FlushDecompress::None);
        let since = |now: u64, before: u64| usize::try_from(now.saturating_sub(before)).unwrap_or(usize::MAX);
        let taken = since(self.inflater.total_in(), before.0);
        // Also where the rest is damaged.
        let given = since(self.inflater.total_out(), before.1);
        self.sum.update(out.get(..given).unwrap_or_default());
        let outcome = match done {
            Ok(Status::StreamEnd) => {
                self.place = GzipPart::Trailer(0, 0);
                Ok(DecoderPosition::Inside)
            }
            Ok(Status::Ok | Status::BufError) if taken > 0 || given > 0 => Ok(DecoderPosition::Inside),
            _ => Err("they cannot be inflated".to_owned()),
        };
        DecodeStep { taken, given, outcome }
    }
}

impl Decoder for GzipDecoder {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> DecodeStep {
        if let GzipPart::Body = self.place {
            return self.inflate(input, out);
        }
        let mut taken = 0;
        for byte in input {
            taken += 1;
            if let Err(damage) = self.byte(*byte) {
                return DecodeStep { taken, given: 0, outcome: Err(damage) };
            }
            if let GzipPart::Body = self.place {
                break;
            }
        }
        let is_between = matches!(self.place, GzipPart::Fixed(0)) && !self.is_first;
        DecodeStep {
            taken,
            given: 0,
            outcome: Ok(if is_between { DecoderPosition::Between } else { DecoderPosition::Inside }),
        }
    }
}
