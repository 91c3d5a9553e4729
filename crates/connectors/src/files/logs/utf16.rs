//! Text in UTF-16: told by its mark or by its zeros, named where it is not read, and turned into UTF-8 in a stream.

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};

use super::super::ForeignKind;

/// Units of two bytes that are looked at.
const UNITS: usize = 2048;

/// Fewer units tell nothing without a mark.
const FEWEST_UNITS: usize = 8;

/// In which order the two bytes of a unit stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Utf16 {
    /// The lower one first, as Windows writes it.
    LittleEndian,
    /// The higher one first.
    BigEndian,
}

impl Utf16 {
    /// Returns the encoding's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LittleEndian => "UTF-16LE",
            Self::BigEndian => "UTF-16BE",
        }
    }

    pub(super) const fn kind(self) -> ForeignKind {
        match self {
            Self::LittleEndian => ForeignKind::Utf16Le,
            Self::BigEndian => ForeignKind::Utf16Be,
        }
    }

    /// Tells from the first bytes of a text whether it is UTF-16.
    pub(super) fn of(sample: &[u8]) -> Option<Self> {
        match sample {
            // The mark of UTF-32 begins like that of UTF-16.
            [0xff, 0xfe, 0, 0, ..] => None,
            [0xff, 0xfe, ..] => Some(Self::LittleEndian),
            [0xfe, 0xff, ..] => Some(Self::BigEndian),
            _ => Self::by_zeros(sample),
        }
    }

    /// Tells it without a mark. Signs, digits and blanks of ASCII have a zero beside them, which lines in every language
    /// have many of; no other text has so many zeros that stand on one side and never two together.
    fn by_zeros(sample: &[u8]) -> Option<Self> {
        let (mut n, mut little, mut big) = (0_usize, 0_usize, 0_usize);
        for unit in sample.chunks_exact(2).take(UNITS) {
            n += 1;
            match unit {
                [0, 0] => return None,
                [byte, 0] => little += usize::from(is_of_text(*byte)),
                [0, byte] => big += usize::from(is_of_text(*byte)),
                _ => {}
            }
        }
        let is_side = |side: usize, other: usize| n >= FEWEST_UNITS && side * 4 >= n && other * 8 <= side;
        if is_side(little, big) {
            Some(Self::LittleEndian)
        } else {
            is_side(big, little).then_some(Self::BigEndian)
        }
    }

    fn decoder(self) -> Decoder {
        match self {
            Self::LittleEndian => UTF_16LE.new_decoder_with_bom_removal(),
            Self::BigEndian => UTF_16BE.new_decoder_with_bom_removal(),
        }
    }
}

const fn is_of_text(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e | b'\n' | b'\r' | b'\t')
}

/// Turns what arrives into UTF-8 where it is UTF-16, and leaves it as it is where it is not.
#[derive(Default)]
pub(super) struct Decoding {
    /// A first byte that may begin a mark.
    held: Vec<u8>,
    is_told: bool,
    found: Option<(Utf16, Decoder)>,
}

impl Decoding {
    /// Returns the text of the bytes that come next. What is not UTF-16 becomes U+FFFD.
    pub(super) fn text_of(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let bytes =
            if self.held.is_empty() { bytes } else { [std::mem::take(&mut self.held), bytes].concat() };
        if !self.is_told {
            if matches!(bytes.as_slice(), [0xff | 0xfe]) {
                self.held = bytes;
                return Vec::new();
            }
            self.is_told = !bytes.is_empty();
            self.found = Utf16::of(&bytes).map(|order| (order, order.decoder()));
        }
        match &mut self.found {
            Some((_, decoder)) => decoded(decoder, &bytes, End::NotYet),
            None => bytes,
        }
    }

    /// Returns what is left when nothing comes any more.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        match &mut self.found {
            Some((_, decoder)) => decoded(decoder, &[], End::Here),
            None => std::mem::take(&mut self.held),
        }
    }

    /// Returns in which encoding it came, when that is UTF-16.
    pub(super) fn encoding(&self) -> Option<Utf16> {
        self.found.as_ref().map(|(order, _)| *order)
    }
}

/// Whether a text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Here,
    NotYet,
}

fn decoded(decoder: &mut Decoder, bytes: &[u8], end: End) -> Vec<u8> {
    let (mut text, mut at) = (String::new(), 0);
    loop {
        let left = &bytes[at..];
        // Three bytes at most for each unit of two, and some for a unit that waits.
        text.reserve(decoder.max_utf8_buffer_length(left.len()).unwrap_or(left.len()));
        let (result, read, _) = decoder.decode_to_string(left, &mut text, end == End::Here);
        at += read;
        if result == CoderResult::InputEmpty {
            return text.into_bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "2026-11-10 12:00:00 INFO 连接池已满 größe 🜁\r\n";

    fn written(text: &str, order: Utf16) -> Vec<u8> {
        let bytes = |unit: u16| match order {
            Utf16::LittleEndian => unit.to_le_bytes(),
            Utf16::BigEndian => unit.to_be_bytes(),
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn it_is_told_with_and_without_a_mark_and_other_bytes_are_not() {
        for order in [Utf16::LittleEndian, Utf16::BigEndian] {
            assert_eq!(Utf16::of(&written(LINE, order)), Some(order));
            assert_eq!(Utf16::of(&written("\u{feff}连", order)), Some(order));
        }
        let numbers: Vec<u8> = (0..500_u32).flat_map(|n| (n * 7).to_le_bytes()).collect();
        for other in
            [LINE.as_bytes(), b"a\0b", b"\xff\xfe\0\0a\0\0\0", &numbers, &[0; 64], b"nul\0 here and there\n"]
        {
            assert_eq!(Utf16::of(other), None, "{other:?}");
        }
    }

    #[test]
    fn what_arrives_in_any_pieces_is_the_same_text() {
        let text = LINE.repeat(3);
        for order in [Utf16::LittleEndian, Utf16::BigEndian] {
            let bytes = written(&format!("\u{feff}{text}"), order);
            for size in [1, 2, 3, 7, bytes.len()] {
                let mut decoding = Decoding::default();
                let mut out = Vec::new();
                for piece in bytes.chunks(size) {
                    out.extend(decoding.text_of(piece.to_vec()));
                }
                out.extend(decoding.rest());
                assert_eq!(String::from_utf8(out).unwrap(), text, "pieces of {size}");
                assert_eq!(decoding.encoding(), Some(order));
            }
        }
        let mut plain = Decoding::default();
        assert_eq!(plain.text_of(b"\xff".to_vec()), b"");
        assert_eq!([plain.text_of(b"x\n".to_vec()), plain.rest()].concat(), b"\xffx\n");
        assert_eq!(plain.encoding(), None);
        let mut alone = Decoding::default();
        assert_eq!([alone.text_of(b"\xfe".to_vec()), alone.rest()].concat(), b"\xfe");
    }

    #[test]
    fn half_a_unit_at_the_end_is_said() {
        let mut bytes = written(LINE, Utf16::LittleEndian);
        bytes.push(b'x');
        let mut decoding = Decoding::default();

        let text = [decoding.text_of(bytes), decoding.rest()].concat();

        assert_eq!(String::from_utf8(text).unwrap(), format!("{LINE}\u{fffd}"));
    }
}
