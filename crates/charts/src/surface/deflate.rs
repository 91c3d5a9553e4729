//! Lossless packing of pixels: a PNG file from rows of red, green and blue.
//!
//! One block with the fixed codes and greedy matches is enough for charts, which are flat: a typical one packs to a
//! fiftieth.
//!
//! Source: RFC 1950 (zlib), RFC 1951 (deflate), *PNG specification* third edition.

/// The match lengths that have codes 257 and up: first length, bits that follow (RFC 1951, §3.2.5).
const LENGTHS: [(usize, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// The distances that have codes 0 and up: first distance, bits that follow (RFC 1951, §3.2.5).
const DISTANCES: [(usize, u32); 30] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 1),
    (7, 1),
    (9, 2),
    (13, 2),
    (17, 3),
    (25, 3),
    (33, 4),
    (49, 4),
    (65, 5),
    (97, 5),
    (129, 6),
    (193, 6),
    (257, 7),
    (385, 7),
    (513, 8),
    (769, 8),
    (1025, 9),
    (1537, 9),
    (2049, 10),
    (3073, 10),
    (4097, 11),
    (6145, 11),
    (8193, 12),
    (12_289, 12),
    (16_385, 13),
    (24_577, 13),
];

const FARTHEST: usize = 32_768;
const LONGEST: usize = 258;
const HASH_BITS: u32 = 15;

/// Packs pixels into a PNG file.
///
/// `pixels` has three bytes for each of `width * height` pixels, rows from the top.
pub(super) fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let stride = usize::try_from(width).unwrap_or(0) * 3;
    let mut rows = Vec::with_capacity(pixels.len() + pixels.len() / stride.max(1));
    for row in pixels.chunks(stride.max(1)) {
        // Filter 0: the row as it is.
        rows.push(0);
        rows.extend_from_slice(row);
    }
    let mut header = Vec::with_capacity(13);
    header.extend_from_slice(&width.to_be_bytes());
    header.extend_from_slice(&height.to_be_bytes());
    // Eight bits a channel, red green blue, the only compression and filter method, not interlaced.
    header.extend_from_slice(&[8, 2, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"IDAT", &zlib(&rows, stride + 1));
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    file.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let start = file.len();
    file.extend_from_slice(&kind);
    file.extend_from_slice(data);
    let sum = crc32(&file[start..]);
    file.extend_from_slice(&sum.to_be_bytes());
}

/// Packs bytes as a zlib stream; `stride` is a distance at which they tend to repeat.
fn zlib(bytes: &[u8], stride: usize) -> Vec<u8> {
    // Deflate with a window of 32 kB, no preset dictionary.
    let mut out = vec![0x78, 0x01];
    let mut bits = Bits { out: Vec::new(), pending: 0, n_pending: 0 };
    // The last block, with the fixed codes.
    bits.push(0b011, 3);
    let mut seen = vec![usize::MAX; 1 << HASH_BITS];
    let mut at = 0;
    while at < bytes.len() {
        let candidates = [seen_before(bytes, at, &mut seen), at.checked_sub(stride)];
        let best = candidates
            .into_iter()
            .flatten()
            .map(|from| (match_length(bytes, from, at), at - from))
            .filter(|&(length, distance)| length >= 4 && distance > 0 && distance <= FARTHEST)
            .max_by_key(|&(length, _)| length);
        if let Some((length, distance)) = best {
            bits.push_match(length, distance);
            for skipped in at + 1..at + length {
                seen_before(bytes, skipped, &mut seen);
            }
            at += length;
        } else {
            bits.push_symbol(u32::from(bytes[at]));
            at += 1;
        }
    }
    bits.push_symbol(256);
    out.extend_from_slice(&bits.finish());
    out.extend_from_slice(&adler32(bytes).to_be_bytes());
    out
}

/// Returns where the four bytes at `at` stood last, by their hash, and notes that they stand here.
fn seen_before(bytes: &[u8], at: usize, seen: &mut [usize]) -> Option<usize> {
    let four = bytes.get(at..at + 4)?;
    let word = u32::from_le_bytes([four[0], four[1], four[2], four[3]]);
    // Knuth's multiplicative hash.
    let slot = usize::try_from(word.wrapping_mul(2_654_435_761) >> (32 - HASH_BITS)).ok()?;
    let before = std::mem::replace(seen.get_mut(slot)?, at);
    (before != usize::MAX).then_some(before)
}

fn match_length(bytes: &[u8], from: usize, at: usize) -> usize {
    bytes[from..].iter().zip(&bytes[at..]).take(LONGEST).take_while(|(a, b)| a == b).count()
}

/// Bits written from the lowest of each byte.
struct Bits {
    out: Vec<u8>,
    pending: u64,
    n_pending: u32,
}

impl Bits {
    fn push(&mut self, value: u32, n: u32) {
        self.pending |= u64::from(value) << self.n_pending;
        self.n_pending += n;
        while self.n_pending >= 8 {
            self.out.push(self.pending.to_le_bytes()[0]);
            self.pending >>= 8;
            self.n_pending -= 8;
        }
    }

    /// Writes a code, whose highest bit comes first.
    fn push_code(&mut self, code: u32, n: u32) {
        self.push(code.reverse_bits() >> (32 - n), n);
    }

    /// Writes a literal, the end mark or a length code (RFC 1951, §3.2.6).
    fn push_symbol(&mut self, symbol: u32) {
        match symbol {
            0..=143 => self.push_code(0x30 + symbol, 8),
            144..=255 => self.push_code(0x190 + symbol - 144, 9),
            256..=279 => self.push_code(symbol - 256, 7),
            _ => self.push_code(0xc0 + symbol - 280, 8),
        }
    }

    fn push_match(&mut self, length: usize, distance: usize) {
        let (code, rest, n) = coded(&LENGTHS, length);
        self.push_symbol(257 + code);
        self.push(rest, n);
        let (code, rest, n) = coded(&DISTANCES, distance);
        self.push_code(code, 5);
        self.push(rest, n);
    }

    fn finish(mut self) -> Vec<u8> {
        self.push(0, 7);
        self.out
    }
}

/// Returns the code of a length or distance, what is left above its first value, and in how many bits.
fn coded(table: &[(usize, u32)], value: usize) -> (u32, u32, u32) {
    let idx = table.partition_point(|row| row.0 <= value).saturating_sub(1);
    let (first, n) = table[idx];
    (u32::try_from(idx).unwrap_or(0), u32::try_from(value - first).unwrap_or(0), n)
}

fn adler32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    // The most bytes whose sums stay below 2^32 (zlib's NMAX).
    for block in bytes.chunks(5552) {
        for &byte in block {
            low += u32::from(byte);
            high += low;
        }
        low %= 65_521;
        high %= 65_521;
    }
    (high << 16) | low
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for &byte in bytes {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    !sum
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn checksums_are_those_of_zlib() {
        // Python: zlib.crc32(b"123456789"), zlib.adler32(b"123456789"), zlib.adler32(bytes([255]) * 20000).
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"123456789"), 0x091e_01de);
        assert_eq!(adler32(&vec![255; 20_000]), 0x9f51_d664);
    }

    #[test]
    fn a_flat_picture_packs_small_and_unpacks_equal() {
        let mut pixels = vec![0x20; 300 * 200 * 3];
        pixels[3000] = 0xff;

        let file = png(300, 200, &pixels);

        assert!(file.len() < 3000);
        assert_eq!(unpacked(&file), (300, 200, pixels));
    }

    #[test]
    fn every_length_and_distance_has_a_code() {
        assert_eq!(coded(&LENGTHS, 3), (0, 0, 0));
        assert_eq!(coded(&LENGTHS, 257), (27, 30, 5));
        assert_eq!(coded(&LENGTHS, 258), (28, 0, 0));
        assert_eq!(coded(&DISTANCES, 32_768), (29, 8191, 13));
    }

    proptest! {
        #[test]
        fn bytes_survive_packing(
            bytes in prop::collection::vec(prop_oneof![3 => Just(7_u8), 1 => any::<u8>()], 0..3000),
            stride in 1_usize..400,
        ) {
            let packed = zlib(&bytes, stride);

            prop_assert_eq!(inflated(&packed[2..packed.len() - 4]), bytes);
        }
    }

    /// Reads back what [`png`] wrote: width, height, pixels.
    pub(in crate::surface) fn unpacked(file: &[u8]) -> (u32, u32, Vec<u8>) {
        let word = |at: usize| u32::from_be_bytes([file[at], file[at + 1], file[at + 2], file[at + 3]]);
        let (width, height) = (word(16), word(20));
        let len = usize::try_from(word(33)).unwrap();
        assert_eq!(&file[37..41], b"IDAT");
        let rows = inflated(&file[43..41 + len - 4]);
        let stride = usize::try_from(width).unwrap() * 3;
        let pixels = rows.chunks(stride + 1).flat_map(|row| row[1..].to_vec()).collect();
        (width, height, pixels)
    }

    /// Unpacks one block with the fixed codes, bit by bit as RFC 1951 describes it.
    fn inflated(packed: &[u8]) -> Vec<u8> {
        let mut at = 3;
        let mut bit = || {
            let value = u32::from((packed[at / 8] >> (at % 8)) & 1);
            at += 1;
            value
        };
        let mut out: Vec<u8> = Vec::new();
        loop {
            let mut code = 0;
            for _ in 0..7 {
                code = (code << 1) | bit();
            }
            let symbol = if code < 0x18 {
                256 + code
            } else {
                code = (code << 1) | bit();
                match code {
                    0x30..=0xbf => code - 0x30,
                    0xc0..=0xc7 => 280 + code - 0xc0,
                    _ => 144 + ((code << 1) | bit()) - 0x190,
                }
            };
            if symbol == 256 {
                return out;
            }
            if let Ok(byte) = u8::try_from(symbol) {
                out.push(byte);
                continue;
            }
            let mut value = |(first, n): (usize, u32)| {
                let mut rest = 0;
                for idx in 0..n {
                    rest |= bit() << idx;
                }
                first + usize::try_from(rest).unwrap()
            };
            let length = value(LENGTHS[usize::try_from(symbol - 257).unwrap()]);
            let mut code = 0;
            for _ in 0..5 {
                code = (code << 1) | value((0, 1));
            }
            let distance = value(DISTANCES[code]);
            for _ in 0..length {
                out.push(out[out.len() - distance]);
            }
        }
    }
}
