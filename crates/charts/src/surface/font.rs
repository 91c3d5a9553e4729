//! Fonts handed in by the caller: which characters they have, how wide those are, and their registration.

use plotters::style::{FontStyle, register_font};

use super::ChartError;

/// The bytes of the fonts, each a complete font file with outlines (not WOFF). A collection's first font is used.
#[derive(Clone, Copy, Debug)]
pub struct FontFiles {
    /// The text font.
    pub regular: &'static [u8],
    /// The text font for titles; the regular one is used where there is none.
    pub semibold: Option<&'static [u8]>,
    /// The font for queries and identifiers; the regular one is used where there is none.
    pub mono: Option<&'static [u8]>,
    /// The font for Han characters, asked for whatever the others lack.
    pub cjk: Option<&'static [u8]>,
}

/// The look of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Running text.
    Regular,
    /// Titles.
    Semibold,
    /// Queries and identifiers.
    Mono,
}

/// Fonts that were read and can measure and draw text.
#[derive(Clone, Debug)]
pub struct Fonts {
    regular: Font,
    semibold: Option<Font>,
    mono: Option<Font>,
    cjk: Option<Font>,
}

impl Fonts {
    /// Reads the fonts and makes them known to the pixel backend, where they stay until the process ends.
    ///
    /// Registering the same bytes again does nothing. Cost: constant; no glyph is read before it is drawn.
    ///
    /// # Errors
    ///
    /// [`ChartError::BadFont`] when a file is not a font that can be read.
    pub fn register(files: FontFiles) -> Result<Self, ChartError> {
        let optional =
            |name, bytes: Option<&'static [u8]>| bytes.map(|bytes| Font::read(name, bytes)).transpose();
        Ok(Self {
            regular: Font::read("regular", files.regular)?,
            semibold: optional("semibold", files.semibold)?,
            mono: optional("mono", files.mono)?,
            cjk: optional("cjk", files.cjk)?,
        })
    }

    /// Returns the width of a text in the unit of `size` (the height of the em square).
    ///
    /// A character that no font has counts as one em, which is what a Han character of the viewer's font takes.
    pub fn width(&self, text: &str, face: Face, size: f64) -> f64 {
        text.chars()
            .map(|c| self.glyph(c, face).map_or(1.0, |(font, glyph)| font.advance(glyph)))
            .sum::<f64>()
            * size
    }

    /// Cuts a text to a width and marks the cut with an ellipsis.
    #[must_use]
    pub fn fitted(&self, text: &str, face: Face, size: f64, room: f64) -> String {
        if self.width(text, face, size) <= room {
            return text.to_owned();
        }
        let room = room - self.width("…", face, size);
        let mut used = 0.0;
        let mut kept = String::new();
        for c in text.chars() {
            used += self.width(c.encode_utf8(&mut [0; 4]), face, size);
            if used > room {
                break;
            }
            kept.push(c);
        }
        format!("{}…", kept.trim_end())
    }

    /// Cuts a text to a width in its middle, so that its beginning and its end stay, and marks the cut with an ellipsis.
    #[must_use]
    pub fn fitted_between(&self, text: &str, face: Face, size: f64, room: f64) -> String {
        if self.width(text, face, size) <= room {
            return text.to_owned();
        }
        let mut used = 0.0;
        let mut end: Vec<char> = Vec::new();
        for c in text.chars().rev() {
            let width = self.width(c.encode_utf8(&mut [0; 4]), face, size);
            if used + width > room * 0.5 {
                break;
            }
            used += width;
            end.push(c);
        }
        let end: String = end.into_iter().rev().collect();
        let begin = text.strip_suffix(end.as_str()).unwrap_or(text);
        format!("{}{end}", self.fitted(begin, face, size, room - used))
    }

    /// Returns the characters of a text that no font has, each once, in order of appearance.
    pub fn missing(&self, text: &str, face: Face) -> Vec<char> {
        let mut missing = Vec::new();
        for c in text.chars() {
            if self.glyph(c, face).is_none() && !missing.contains(&c) {
                missing.push(c);
            }
        }
        missing
    }

    /// Returns the font that has the character, and the glyph in it.
    pub(super) fn glyph(&self, c: char, face: Face) -> Option<(&Font, u16)> {
        let wanted = match face {
            Face::Regular => None,
            Face::Semibold => self.semibold.as_ref(),
            Face::Mono => self.mono.as_ref(),
        };
        let order = [wanted, Some(&self.regular), self.cjk.as_ref()];
        order.into_iter().flatten().find_map(|font| font.glyph(c).map(|glyph| (font, glyph)))
    }
}

/// One font file: the few tables that measuring needs, as offsets into its bytes.
///
/// Source: *OpenType specification* 1.9, chapters "Font file", `cmap`, `head`, `hhea`, `hmtx`.
#[derive(Clone)]
pub(super) struct Font {
    key: String,
    bytes: &'static [u8],
    cmap: Cmap,
    metrics: usize,
    n_metrics: usize,
    units_per_em: f64,
    height: f64,
}

impl std::fmt::Debug for Font {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Font")
            .field("key", &self.key)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Where the map from characters to glyphs is, by its format.
#[derive(Clone, Copy)]
enum Cmap {
    /// Format 4: segments of the basic plane.
    Segments(usize),
    /// Format 12: groups of all planes.
    Groups(usize),
}

impl Font {
    fn read(name: &'static str, bytes: &'static [u8]) -> Result<Self, ChartError> {
        let bad = || ChartError::BadFont { name };
        let mut font = Self::tables(bytes).ok_or_else(bad)?;
        let head = table(bytes, *b"head").ok_or_else(bad)?;
        // Two files under one name would replace each other for the whole process; the checksum tells them apart.
        let checksum = u32_at(bytes, head + 8).ok_or_else(bad)?;
        font.key = format!("{name}-{}-{checksum:08x}", bytes.len());
        register_font(&font.key, FontStyle::Normal, bytes).map_err(|_| bad())?;
        Ok(font)
    }

    fn tables(bytes: &'static [u8]) -> Option<Self> {
        let head = table(bytes, *b"head")?;
        let hhea = table(bytes, *b"hhea")?;
        let units_per_em = f64::from(u16_at(bytes, head + 18)?);
        let ascent = i16_at(bytes, hhea + 4)?;
        let descent = i16_at(bytes, hhea + 6)?;
        let height = f64::from(ascent) - f64::from(descent);
        let n_metrics = usize::from(u16_at(bytes, hhea + 34)?);
        (units_per_em > 0.0 && height > 0.0 && n_metrics > 0).then_some(())?;
        Some(Self {
            key: String::new(),
            bytes,
            cmap: find_cmap(bytes)?,
            metrics: table(bytes, *b"hmtx")?,
            n_metrics,
            units_per_em,
            height,
        })
    }

    /// Returns the family name the font is registered under.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Returns the height from descender to ascender, in ems: what the pixel backend takes as the size.
    pub(super) fn height_in_ems(&self) -> f64 {
        self.height / self.units_per_em
    }

    /// Returns how far the pen moves after a glyph, in ems.
    pub(super) fn advance(&self, glyph: u16) -> f64 {
        // Glyphs behind the last metric share its advance.
        let idx = usize::from(glyph).min(self.n_metrics - 1);
        u16_at(self.bytes, self.metrics + 4 * idx).map_or(0.0, |units| f64::from(units) / self.units_per_em)
    }

    /// Returns the distance from the pen to the left edge of a glyph, in ems.
    pub(super) fn left_bearing(&self, glyph: u16) -> f64 {
        let idx = usize::from(glyph);
        let at = if idx < self.n_metrics {
            self.metrics + 4 * idx + 2
        } else {
            self.metrics + 4 * self.n_metrics + 2 * (idx - self.n_metrics)
        };
        i16_at(self.bytes, at).map_or(0.0, |units| f64::from(units) / self.units_per_em)
    }

    /// Returns the glyph of a character; `None` when the font does not have it.
    pub(super) fn glyph(&self, c: char) -> Option<u16> {
        let glyph = match self.cmap {
            Cmap::Segments(at) => glyph_in_segments(self.bytes, at, u32::from(c)),
            Cmap::Groups(at) => glyph_in_groups(self.bytes, at, u32::from(c)),
        };
        glyph.filter(|&glyph| glyph != 0)
    }
}

fn glyph_in_segments(bytes: &[u8], at: usize, code: u32) -> Option<u16> {
    let code = u16::try_from(code).ok()?;
    let n = usize::from(u16_at(bytes, at + 6)? / 2);
    let ends = at + 14;
    let starts = ends + 2 * n + 2;
    let (deltas, offsets) = (starts + 2 * n, starts + 4 * n);
    let end_of = |idx: usize| u16_at(bytes, ends + 2 * idx).unwrap_or(u16::MAX);
    let idx = first_index(n, |idx| end_of(idx) >= code)?;
    let start = u16_at(bytes, starts + 2 * idx)?;
    if code < start {
        return None;
    }
    let delta = u16_at(bytes, deltas + 2 * idx)?;
    let offset = usize::from(u16_at(bytes, offsets + 2 * idx)?);
    if offset == 0 {
        return Some(code.wrapping_add(delta));
    }
    let glyph = u16_at(bytes, offsets + 2 * idx + offset + 2 * usize::from(code - start))?;
    Some(if glyph == 0 { 0 } else { glyph.wrapping_add(delta) })
}

fn glyph_in_groups(bytes: &[u8], at: usize, code: u32) -> Option<u16> {
    let n = usize::try_from(u32_at(bytes, at + 12)?).ok()?.min(bytes.len() / 12);
    let group = |idx: usize| at + 16 + 12 * idx;
    let idx = first_index(n, |idx| u32_at(bytes, group(idx) + 4).unwrap_or(u32::MAX) >= code)?;
    let start = u32_at(bytes, group(idx))?;
    let first = u32_at(bytes, group(idx) + 8)?;
    u16::try_from(first.checked_add(code.checked_sub(start)?)?).ok()
}

/// Returns the first index below `n` for which an ordered condition holds, by halving.
fn first_index(n: usize, holds: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    (low < n).then_some(low)
}

/// Returns the offset of the best Unicode map: all planes before the basic one.
fn find_cmap(bytes: &[u8]) -> Option<Cmap> {
    let cmap = table(bytes, *b"cmap")?;
    let n = usize::from(u16_at(bytes, cmap + 2)?);
    let mut found = None;
    for idx in 0..n {
        let record = cmap + 4 + 8 * idx;
        let platform = u16_at(bytes, record)?;
        let at = cmap + usize::try_from(u32_at(bytes, record + 4)?).ok()?;
        match (platform, u16_at(bytes, at)) {
            (0 | 3, Some(12)) => return Some(Cmap::Groups(at)),
            (0 | 3, Some(4)) => found = found.or(Some(Cmap::Segments(at))),
            _ => {}
        }
    }
    found
}

/// Returns the offset of a table in the file (in the first font of a collection).
fn table(bytes: &[u8], tag: [u8; 4]) -> Option<usize> {
    let is_collection = bytes.get(..4)? == b"ttcf";
    let font = if is_collection { usize::try_from(u32_at(bytes, 12)?).ok()? } else { 0 };
    let n = usize::from(u16_at(bytes, font.checked_add(4)?)?);
    let record =
        (0..n).map(|idx| font + 12 + 16 * idx).find(|&at| bytes.get(at..at + 4) == Some(&tag[..]))?;
    usize::try_from(u32_at(bytes, record + 8)?).ok()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes([pair[0], pair[1]]))
}

fn i16_at(bytes: &[u8], at: usize) -> Option<i16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(i16::from_be_bytes([pair[0], pair[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The fonts that the program ships.
    pub(crate) fn shipped() -> Fonts {
        Fonts::register(FontFiles {
            regular: include_bytes!("../../../../assets/fonts/WardroomSans-Regular.ttf"),
            semibold: Some(include_bytes!("../../../../assets/fonts/WardroomSans-SemiBold.ttf")),
            mono: Some(include_bytes!("../../../../assets/fonts/WardroomMono-Regular.ttf")),
            cjk: None,
        })
        .expect("the shipped fonts are read")
    }

    #[test]
    fn widths_are_those_of_the_font() {
        let fonts = shipped();

        // fontTools 4: `hmtx` of 0, A, i, W is 600, 641, 250, 891 of 1000 units.
        assert!((fonts.width("0AiW", Face::Regular, 10.0) - 23.82).abs() < 1e-9);
        assert!((fonts.width("iii", Face::Mono, 10.0) - 18.0).abs() < 1e-9);
        assert!((fonts.width("A", Face::Semibold, 10.0) - 6.72).abs() < 1e-9);
        let (font, glyph) = fonts.glyph('l', Face::Regular).expect("the letter is there");
        assert!((font.left_bearing(glyph) - 0.085).abs() < 1e-9);
        assert!((font.height_in_ems() - 1.3).abs() < 1e-9);
    }

    #[test]
    fn missing_characters_are_named_once() {
        let fonts = shipped();

        assert_eq!(fonts.missing("p99 ≥ 1 → 结账结账", Face::Regular), ['结', '账']);
        assert!(fonts.missing("µs °C 1.4× – … ĀЖé", Face::Regular).is_empty());
    }

    #[test]
    fn a_long_text_is_cut_with_an_ellipsis() {
        let fonts = shipped();

        let cut = fonts.fitted("checkout_request_duration_seconds", Face::Regular, 11.0, 80.0);

        assert!(cut.ends_with('…') && cut.starts_with("checkout"));
        assert!(fonts.width(&cut, Face::Regular, 11.0) <= 80.0);
        assert_eq!(fonts.fitted("up", Face::Regular, 11.0, 80.0), "up");
    }

    #[test]
    fn a_text_that_is_cut_in_its_middle_keeps_both_ends() {
        let fonts = shipped();
        let cut = |text: &str| fonts.fitted_between(text, Face::Regular, 11.0, 80.0);

        let name = cut("checkout_request_duration_seconds");

        assert!(name.starts_with("check") && name.contains('…') && name.ends_with("conds"), "{name}");
        assert!(fonts.width(&name, Face::Regular, 11.0) <= 80.0);
        assert_eq!((cut("up"), cut("")), ("up".to_owned(), String::new()));
    }

    #[test]
    fn what_is_not_a_font_is_refused() {
        for bytes in [&b""[..], b"wOFF0000000000", b"ttcf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"] {
            let files = FontFiles { regular: bytes, semibold: None, mono: None, cjk: None };

            assert!(matches!(Fonts::register(files), Err(ChartError::BadFont { name: "regular" })));
        }
    }

    #[test]
    fn a_cut_font_never_panics() {
        let whole: &'static [u8] = include_bytes!("../../../../assets/fonts/WardroomMono-Regular.ttf");

        for len in (0..2000).chain((2000..whole.len()).step_by(997)) {
            if let Some(font) = Font::tables(&whole[..len]) {
                let glyph = font.glyph('A').unwrap_or(u16::MAX);
                assert!(font.advance(glyph).is_finite() && font.left_bearing(glyph).is_finite());
            }
        }
    }
}
