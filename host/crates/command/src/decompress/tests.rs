//! Compressed bytes in, in any pieces, whole and damaged; what they hold out.

use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use std::io::{BufReader, Write};

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn zstandard(data: &[u8]) -> Vec<u8> {
    // As the `zstd` command does it.
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// Lines that compress about as real ones do.
fn lines(count: u64) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    (0..count)
        .flat_map(|n| format!("{{\"n\":{n},\"x\":{},\"y\":{}}}\n", next(), next()).into_bytes())
        .collect()
}

/// What is read before the end or an error, and that error.
fn read(stored: &[u8], buffer: usize) -> (Vec<u8>, Option<String>) {
    let mut reader = MaybeCompressedReader::new(BufReader::with_capacity(buffer, stored), false);
    let mut all = Vec::new();
    loop {
        match reader.fill_buf().map(<[u8]>::to_vec) {
            Ok(held) if held.is_empty() => return (all, None),
            Ok(held) => {
                reader.consume(held.len());
                all.extend(held);
            }
            Err(error) => return (all, Some(error.to_string())),
        }
    }
}

#[test]
fn formats_are_told_by_their_first_bytes_and_by_nothing_less() {
    let unknown: [&[u8]; 7] = [b"", b"\x1f", b"\x1f\x8b", b"(", b"\x28\xb5\x2f", b"P", b"\x5f\x2a\x4d"];
    for start in unknown {
        assert_eq!(sniff(start), SniffedFormat::Unknown, "{start:?}");
        // So short a text is one.
        assert_eq!(read(start, 1), (start.to_vec(), None));
    }
    for plain in [&b"{}"[..], b"(a)", b"\x1f\x8b\x07", b"Pa", b"PK\x03\x04", b"\x28\xb5\x2f\xfe"] {
        assert_eq!(sniff(plain), SniffedFormat::Plain, "{plain:?}");
        assert_eq!(read(plain, 1), (plain.to_vec(), None));
    }
    assert_eq!(sniff(&gzip(b"")), SniffedFormat::Packed(CompressionFormat::Gzip));
    assert_eq!(sniff(&zstandard(b"")), SniffedFormat::Packed(CompressionFormat::Zstandard));
    assert_eq!(sniff(b"\x5a\x2a\x4d\x18"), SniffedFormat::Packed(CompressionFormat::Zstandard));
}

#[test]
fn what_is_packed_is_read_whole_in_any_pieces() {
    let text = lines(3000);
    let (half, rest) = text.split_at(text.len() / 2);
    let skippable = b"\x53\x2a\x4d\x18\x03\0\0\0abc";
    let gzips =
        [gzip(&text), [gzip(half), gzip(b""), gzip(rest)].concat(), [gzip(&text), vec![0; 700]].concat()];
    let zstandards = [
        zstandard(&text),
        [zstandard(half), skippable.to_vec(), zstandard(rest)].concat(),
        [skippable.to_vec(), zstandard(&text)].concat(),
    ];
    for stored in gzips.iter().chain(&zstandards) {
        for buffer in [1, 7, 4096, 1 << 20] {
            let (all, error) = read(stored, buffer);
            assert_eq!((all == text, error), (true, None), "with a buffer of {buffer}");
        }
    }
    assert_eq!(read(&gzip(b""), 9), (Vec::new(), None));
    assert_eq!(read(&zstandard(b""), 9), (Vec::new(), None));
    let as_stored = MaybeCompressedReader::new(&gzips[0][..], true);
    assert_eq!(as_stored.bytes().collect::<io::Result<Vec<u8>>>().unwrap(), gzips[0]);
}

#[test]
fn every_part_of_a_gzip_header_is_passed_over() {
    let packed = gzip(b"text");
    let body = &packed[10..];
    for flags in 0..32_u8 {
        let mut header = vec![0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 5, 6];
        for (flag, part) in
            [(EXTRA, &b"\x02\0ab"[..]), (NAME, b"name\0"), (COMMENT, b"\0"), (CHECKED, b"\xff\xff")]
        {
            header.extend(if flags & flag == 0 { b"" } else { part });
        }
        assert_eq!(read(&[&header, body].concat(), 3), (b"text".to_vec(), None), "{flags:b}");
    }
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    const CHECKED: u8 = 2;
}

#[test]
fn what_is_cut_short_gives_all_it_holds_and_then_says_so() {
    let text = lines(200_000);
    for stored in [gzip(&text), zstandard(&text)] {
        let mut before = 0;
        for tenth in 0..10 {
            let cut = stored.len() * tenth / 10;
            let (all, error) = read(&stored[..cut.max(5)], 4096);
            assert!(text.starts_with(&all) && all.len() >= before);
            // A block of Zstandard that is not whole gives nothing; deflate gives all but its last
            // bytes.
            let most_back = text.len() / 10 + (128 << 10);
            assert!(all.len() + most_back >= text.len() / 10 * tenth, "{} of {tenth} tenths", all.len());
            before = all.len();
            let error = error.unwrap();
            assert!(error.starts_with("its ") && error.contains("end too early"), "{error}");
        }
        let (all, error) = read(&stored[..stored.len() - 1], 4096);
        assert_eq!((all == text, error.is_some()), (true, true));
    }
}

#[test]
fn what_comes_before_damage_is_read() {
    let text = lines(100_000);
    let (half, rest) = text.split_at(text.len() / 2);
    for pack in [gzip, zstandard] {
        let first = pack(half);
        let mut second = pack(rest);
        for at in [0, second.len() / 2, second.len() - 2] {
            let sound = second[at];
            second[at] ^= 0x55;
            for buffer in [600, 1 << 20] {
                let (all, error) = read(&[first.as_slice(), &second].concat(), buffer);
                assert!(all.len() >= half.len() && all.starts_with(half), "at {at}: {}", all.len());
                let error = error.unwrap();
                assert!(error.starts_with("its "), "{error}");
            }
            second[at] = sound;
        }
        let (all, error) = read(&[first.as_slice(), b"garbage"].concat(), 64);
        assert_eq!((all == half, error.is_some()), (true, true));
    }
}

#[test]
fn the_block_before_a_damaged_one_is_read() {
    let text = lines(30_000);
    let mut stored = zstandard(&text);
    // Walks the blocks of the one frame: behind its header each says its size and whether it is the
    // last.
    let header = 4
        + 1
        + match stored[4] >> 6 {
            0 => usize::from(stored[4] >> 5 & 1),
            1 => 2,
            2 => 4,
            _ => 8,
        }
        + usize::from(stored[4] >> 5 & 1 == 0);
    let (mut at, mut blocks) = (header, Vec::new());
    loop {
        blocks.push(at);
        let head = u32::from_le_bytes([stored[at], stored[at + 1], stored[at + 2], 0]);
        at += 3 + usize::try_from(head >> 3).unwrap();
        if head & 1 == 1 {
            break;
        }
    }
    assert!(blocks.len() > 4, "{blocks:?}");
    // A type that is reserved.
    stored[blocks[3]] |= 0b110;
    for buffer in [5, 1 << 20] {
        let (all, error) = read(&stored, buffer);
        assert_eq!((all == text[..3 * (128 << 10)], error.is_some()), (true, true), "{}", all.len());
    }
}

#[test]
fn a_bomb_takes_no_more_than_its_buffers() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..256 {
        encoder.write_all(&[0; 1 << 20]).unwrap();
    }
    let gzip = encoder.finish().unwrap();
    let zstandard = zstd::stream::encode_all(io::repeat(0).take(256 << 20), 3).unwrap();
    for stored in [gzip, zstandard] {
        let mut reader = MaybeCompressedReader::new(stored.as_slice(), false);
        let mut all = 0;
        loop {
            let held = reader.fill_buf().unwrap().len();
            assert!(held <= OUT);
            if held == 0 {
                break;
            }
            reader.consume(held);
            all += held;
        }
        assert_eq!(all, 256 << 20);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damage_never_gives_what_was_not_there_before_it(at: usize, bit in 0..8_u8, is_gzip: bool) {
        let text = lines(2000);
        let mut stored = if is_gzip { gzip(&text) } else { zstandard(&text) };
        let at = at % stored.len();
        stored[at] ^= 1 << bit;
        let (all, error) = read(&stored, 4096);
        // Some bits mean nothing: the time in a header. Else there is an error, or it is no
        // compressed input any more.
        prop_assert!(error.is_some() || all == text || all == stored);
    }
}
