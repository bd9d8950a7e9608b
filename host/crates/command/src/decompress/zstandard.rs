//! Zstandard (RFC 8878), by the reference decoder, fed so that it never decodes more than a block
//! at once: what comes before damage is handed on, and nothing waits for a block that has not come.
//!
//! It must never know where bytes come from.

use super::{DecodeStep, Decoder, DecoderPosition};
use std::io;
use zstd::stream::raw;
use zstd::stream::raw::Operation;

/// Bytes of the header of a block.
const BLOCK_HEADER: usize = 3;

/// Reads frames one after the other. A frame that asks for a window of more than 128 MiB is
/// refused, as by `zstd -d`.
pub(super) struct ZstandardDecoder {
    decoder: raw::Decoder<'static>,
    /// Bytes that the decoder would like to have next.
    wanted: usize,
}

impl ZstandardDecoder {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { decoder: raw::Decoder::new()?, wanted: 1 })
    }
}

impl Decoder for ZstandardDecoder {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> DecodeStep {
        // It asks for a block and the header of the next. Damage in that header would take with it
        // what the block gave.
        let most = if self.wanted > BLOCK_HEADER { self.wanted - BLOCK_HEADER } else { self.wanted.max(1) };
        let part = input.get(..most.min(input.len())).unwrap_or_default();
        match self.decoder.run_on_buffers(part, out) {
            Ok(raw::Status { remaining, bytes_read, bytes_written }) => {
                self.wanted = remaining;
                let at = if remaining == 0 { DecoderPosition::Between } else { DecoderPosition::Inside };
                DecodeStep { taken: bytes_read, given: bytes_written, outcome: Ok(at) }
            }
            Err(error) => DecodeStep { taken: 0, given: 0, outcome: Err(error.to_string()) },
        }
    }
}
