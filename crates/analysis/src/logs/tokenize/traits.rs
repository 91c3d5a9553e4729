//! What can be said of a value from its characters, and which words are values.

/// What was seen of a value, as a set; the traits of the same value in many lines are the union.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::logs) struct Traits(pub(in crate::logs) u32);

impl Traits {
    pub(in crate::logs) const HEX: Self = Self(1);
    pub(in crate::logs) const LETTER: Self = Self(1 << 1);
    pub(in crate::logs) const OTHER: Self = Self(1 << 2);
    pub(in crate::logs) const DOT: Self = Self(1 << 3);
    pub(in crate::logs) const COLON: Self = Self(1 << 4);
    pub(in crate::logs) const DASH: Self = Self(1 << 5);
    pub(in crate::logs) const SLASH: Self = Self(1 << 6);
    pub(in crate::logs) const LIST: Self = Self(1 << 7);
    pub(in crate::logs) const SIGN: Self = Self(1 << 8);
    pub(in crate::logs) const QUAD: Self = Self(1 << 9);
    pub(in crate::logs) const PATH: Self = Self(1 << 10);
    pub(in crate::logs) const URL: Self = Self(1 << 11);
    pub(in crate::logs) const HOST: Self = Self(1 << 12);
    pub(in crate::logs) const TIME: Self = Self(1 << 13);
    pub(in crate::logs) const UUID: Self = Self(1 << 14);
    pub(in crate::logs) const ADDRESS: Self = Self(1 << 15);
    pub(in crate::logs) const FLAG: Self = Self(1 << 16);
    pub(in crate::logs) const USER: Self = Self(1 << 17);
    pub(in crate::logs) const DURATION: Self = Self(1 << 18);
    pub(in crate::logs) const BYTES: Self = Self(1 << 19);
    pub(in crate::logs) const PREFIX: Self = Self(1 << 20);
    /// A word, not a value by its form.
    pub(in crate::logs) const WORD: Self = Self(1 << 21);

    pub(in crate::logs) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(in crate::logs) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(in crate::logs) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the traits of a word of digits with these other characters.
    pub(super) const fn of_class(hex: bool, letter: bool, other: bool) -> Self {
        Self((hex as u32 * Self::HEX.0) | (letter as u32 * Self::LETTER.0) | (other as u32 * Self::OTHER.0))
    }

    /// Returns the trait of a sign inside a value.
    pub(super) const fn of_sign(sign: u8) -> Self {
        match sign {
            b'.' => Self::DOT,
            b':' => Self::COLON,
            b'-' => Self::DASH,
            b'/' => Self::SLASH,
            _ => Self::LIST,
        }
    }

    /// Reports whether the value can be a date, so that a time of day behind it belongs to it.
    pub(super) const fn is_date(self) -> bool {
        self.contains(Self::TIME)
            || (self.meets(Self(Self::DASH.0 | Self::SLASH.0))
                && !self
                    .meets(Self(Self::HEX.0 | Self::LETTER.0 | Self::OTHER.0 | Self::COLON.0 | Self::DOT.0)))
    }
}

/// Returns what a word without digits stands for when it is a value: a truth value, nothing, an administrator.
///
/// Rules BL and US of the guidelines.
pub(super) fn user_string(word: &[u8]) -> Option<Traits> {
    match word.len() {
        4 if word.eq_ignore_ascii_case(b"true") || word.eq_ignore_ascii_case(b"null") => Some(Traits::FLAG),
        4 if word.eq_ignore_ascii_case(b"root") => Some(Traits::USER),
        5 if word.eq_ignore_ascii_case(b"false") => Some(Traits::FLAG),
        5 if word.eq_ignore_ascii_case(b"admin") => Some(Traits::USER),
        _ => None,
    }
}

/// Words with digits that name a technique and not a thing.
const TECHNIQUES: [&[u8]; 24] = [
    b"sha224", b"sha256", b"sha384", b"sha512", b"aes128", b"aes192", b"aes256", b"crc32c", b"x86_64",
    b"i386", b"i486", b"i586", b"i686", b"h264", b"h265", b"x509", b"ppc64", b"ppc64le", b"iso8601",
    b"iso8859", b"rfc3339", b"rfc5424", b"win32", b"s390x",
];

/// Reports whether a word with digits and other characters is a value.
///
/// `hex` says that all its letters are hexadecimal digits; `before` is the byte before the word.
pub(super) fn value_by_form(word: &[u8], hex: bool, before: u8) -> bool {
    let Some(first) = word.iter().find(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80) else {
        return true;
    };
    if first.is_ascii_digit() || before == b'=' || (hex && word.len() >= 6) {
        return true;
    }
    let (mut run, mut longest, mut numbered) = (0, 0, false);
    let mut previous = b' ';
    for &byte in word {
        run = if byte.is_ascii_digit() { run + 1 } else { 0 };
        longest = longest.max(run);
        numbered |= run == 1 && previous == b'_';
        previous = byte;
    }
    (longest >= 3 || numbered) && !TECHNIQUES.iter().any(|technique| word.eq_ignore_ascii_case(technique))
}

/// Returns what the letters of a word with digits say: a time, an amount of data, a version, a number in base 16.
pub(super) fn unit_of(word: &[u8]) -> Option<Traits> {
    let number = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if number == 0 {
        let version = matches!(word, [b'v' | b'V', rest @ ..] if rest.iter().all(u8::is_ascii_digit));
        return version.then_some(Traits::PREFIX);
    }
    if matches!(word, [b'0', b'x' | b'X', rest @ ..] if rest.iter().all(u8::is_ascii_hexdigit)) {
        return Some(Traits::HEX);
    }
    match &word[number..] {
        b"ns" | b"us" | b"ms" | b"s" | b"sec" | b"secs" | b"m" | b"min" | b"mins" | b"h" | b"hr" | b"hrs" => {
            Some(Traits::DURATION)
        }
        b"k" | b"K" | b"kB" | b"KB" | b"kb" | b"M" | b"MB" | b"mb" | b"G" | b"GB" | b"gb" | b"T" | b"TB"
        | b"KiB" | b"MiB" | b"GiB" | b"TiB" | b"Kbytes" => Some(Traits::BYTES),
        _ => None,
    }
}
