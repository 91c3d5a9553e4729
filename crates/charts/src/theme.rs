//! The design tokens: the colours of the window, as constants for pictures.

/// The two looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theme {
    /// An ink field with paper-coloured text.
    #[default]
    Dark,
    /// Paper with ink-coloured text.
    Light,
}

/// A colour by its role; the same name as the custom property of the window, without the dashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// Behind everything.
    Desk,
    /// The screen, and the ground of a picture.
    Surface,
    /// Overlays and chips.
    Raised,
    /// Inputs and code.
    Inset,
    /// A row under the pointer.
    Hover,
    /// The selected row.
    Selected,
    /// The faintest rule: grid lines.
    LineFaint,
    /// Rules.
    Line,
    /// Borders.
    LineStrong,
    /// Text.
    Fg,
    /// Second text; thresholds.
    Fg2,
    /// The faintest allowed for text.
    Fg3,
    /// Marks only, never text.
    Fg4,
    /// Focus, selection, time window.
    Lamp,
    /// The same, at rest.
    LampDim,
    /// Severity critical, nothing else.
    Crit,
    /// The tint behind `crit`.
    CritBg,
    /// Severity warning.
    Warn,
    /// The tint behind `warn`.
    WarnBg,
    /// Severity information.
    Info,
    /// The tint behind `info`.
    InfoBg,
    /// A check that passed.
    Ok,
    /// The tint behind `ok`.
    OkBg,
    /// The frame of replay.
    Replay,
    /// The frame of a drill.
    Drill,
    /// The tint behind `drill`.
    DrillBg,
    /// Series 1.
    S1,
    /// Series 2.
    S2,
    /// Series 3.
    S3,
    /// Series 4.
    S4,
    /// Series 5.
    S5,
    /// Series 6.
    S6,
    /// The total or baseline series.
    S7,
    /// Heat step 0 of 5.
    H0,
    /// Heat step 1 of 5.
    H1,
    /// Heat step 2 of 5.
    H2,
    /// Heat step 3 of 5.
    H3,
    /// Heat step 4 of 5.
    H4,
    /// Heat step 5 of 5.
    H5,
    /// Series 1 as text.
    S1T,
    /// Series 2 as text.
    S2T,
    /// Series 3 as text.
    S3T,
    /// Series 4 as text.
    S4T,
    /// Series 5 as text.
    S5T,
    /// Series 6 as text.
    S6T,
}

impl Token {
    /// Returns the token's name as the window writes it (`fg-2`).
    pub fn name(self) -> &'static str {
        DARK[self as usize].0
    }

    /// Returns the colour in a theme, as `#rrggbb`.
    pub fn hex(self, theme: Theme) -> &'static str {
        tokens(theme)[self as usize].1
    }

    /// Returns the colour in a theme as red, green and blue.
    pub(crate) fn rgb(self, theme: Theme) -> (u8, u8, u8) {
        let hex = self.hex(theme);
        let channel = |at: usize| hex.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        match (channel(1), channel(3), channel(5)) {
            (Some(red), Some(green), Some(blue)) => (red, green, blue),
            _ => unreachable!("the tables below hold six hexadecimal digits each"),
        }
    }

    /// Returns the line colour of series `idx`: six differ, the rest are drawn in `fg-4`.
    pub fn series(idx: usize) -> Self {
        const LINES: [Token; 6] = [Token::S1, Token::S2, Token::S3, Token::S4, Token::S5, Token::S6];
        LINES.get(idx).copied().unwrap_or(Self::Fg4)
    }

    /// Returns the label colour of series `idx`, readable at 4.5:1.
    pub fn series_text(idx: usize) -> Self {
        const TEXTS: [Token; 6] = [Token::S1T, Token::S2T, Token::S3T, Token::S4T, Token::S5T, Token::S6T];
        TEXTS.get(idx).copied().unwrap_or(Self::Fg3)
    }

    /// Returns the heat colour of a share from 0 to 1: six equal steps.
    pub fn heat(share: f64) -> Self {
        const STEPS: [(f64, Token); 5] =
            [(1.0, Token::H0), (2.0, Token::H1), (3.0, Token::H2), (4.0, Token::H3), (5.0, Token::H4)];
        STEPS.iter().find(|(end, _)| share * 6.0 < *end).map_or(Self::H5, |step| step.1)
    }
}

/// Returns every token of a theme: name and `#rrggbb`, in the order of the window's style sheet.
pub fn tokens(theme: Theme) -> &'static [(&'static str, &'static str)] {
    match theme {
        Theme::Dark => &DARK,
        Theme::Light => &LIGHT,
    }
}

const DARK: [(&str, &str); 45] = [
    ("desk", "#070d10"),
    ("surface", "#0d1418"),
    ("raised", "#141c20"),
    ("inset", "#050a0c"),
    ("hover", "#192226"),
    ("selected", "#163033"),
    ("line-faint", "#1a2125"),
    ("line", "#252d32"),
    ("line-strong", "#454f54"),
    ("fg", "#f0ede3"),
    ("fg-2", "#bfbcb3"),
    ("fg-3", "#96948c"),
    ("fg-4", "#63645c"),
    ("lamp", "#79dede"),
    ("lamp-dim", "#2e7579"),
    ("crit", "#ff655a"),
    ("crit-bg", "#411716"),
    ("warn", "#f4b854"),
    ("warn-bg", "#37270e"),
    ("info", "#92b6d1"),
    ("info-bg", "#172732"),
    ("ok", "#75cfae"),
    ("ok-bg", "#112921"),
    ("replay", "#64a1ee"),
    ("drill", "#b585f6"),
    ("drill-bg", "#251737"),
    ("s1", "#64bcf7"),
    ("s2", "#e5d478"),
    ("s3", "#37ae87"),
    ("s4", "#e791c2"),
    ("s5", "#5475c5"),
    ("s6", "#856537"),
    ("s7", "#d6e3e4"),
    ("h0", "#10191d"),
    ("h1", "#1e3246"),
    ("h2", "#405165"),
    ("h3", "#7e7b67"),
    ("h4", "#beaa5e"),
    ("h5", "#f5e378"),
    ("s1-t", "#64bcf7"),
    ("s2-t", "#e5d478"),
    ("s3-t", "#37ae87"),
    ("s4-t", "#e791c2"),
    ("s5-t", "#7092e5"),
    ("s6-t", "#af8e5f"),
];

const LIGHT: [(&str, &str); 45] = [
    ("desk", "#efede5"),
    ("surface", "#fbfaf6"),
    ("raised", "#f6f4ee"),
    ("inset", "#fffefe"),
    ("hover", "#efede5"),
    ("selected", "#d6eff0"),
    ("line-faint", "#eae8e1"),
    ("line", "#dcd9d1"),
    ("line-strong", "#a09f95"),
    ("fg", "#152026"),
    ("fg-2", "#3b454c"),
    ("fg-3", "#5b656b"),
    ("fg-4", "#848e93"),
    ("lamp", "#046a73"),
    ("lamp-dim", "#6db2b9"),
    ("crit", "#a5010f"),
    ("crit-bg", "#ffe6e4"),
    ("warn", "#965c0f"),
    ("warn-bg", "#fcedcd"),
    ("info", "#3c688b"),
    ("info-bg", "#e1eff9"),
    ("ok", "#227057"),
    ("ok-bg", "#dbf4e9"),
    ("replay", "#2767bd"),
    ("drill", "#793cbb"),
    ("drill-bg", "#f0e9fe"),
    ("s1", "#308fcf"),
    ("s2", "#a0881e"),
    ("s3", "#03634a"),
    ("s4", "#b34588"),
    ("s5", "#24329f"),
    ("s6", "#916742"),
    ("s7", "#152026"),
    ("h0", "#f2f0ea"),
    ("h1", "#e7dfb6"),
    ("h2", "#c8bf93"),
    ("h3", "#939482"),
    ("h4", "#4a6076"),
    ("h5", "#162a50"),
    ("s1-t", "#036ea9"),
    ("s2-t", "#7c6701"),
    ("s3-t", "#03634a"),
    ("s4-t", "#ac3f82"),
    ("s5-t", "#24329f"),
    ("s6-t", "#895f3a"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_under_its_own_name() {
        assert_eq!(Token::Desk.name(), "desk");
        assert_eq!(Token::LampDim.name(), "lamp-dim");
        assert_eq!(Token::H5.name(), "h5");
        assert_eq!(Token::S6T.name(), "s6-t");
        assert_eq!(Token::S6T as usize, DARK.len() - 1);
    }

    #[test]
    fn both_themes_name_the_same_tokens_and_every_colour_reads() {
        for (dark, light) in DARK.iter().zip(&LIGHT) {
            assert_eq!(dark.0, light.0);
            for hex in [dark.1, light.1] {
                assert!(hex.len() == 7 && hex.starts_with('#') && u32::from_str_radix(&hex[1..], 16).is_ok());
            }
        }
        assert_eq!(Token::Surface.rgb(Theme::Dark), (0x0d, 0x14, 0x18));
    }

    #[test]
    fn heat_steps_are_equal_and_held_at_the_ends() {
        assert_eq!(Token::heat(0.0), Token::H0);
        assert_eq!(Token::heat(0.17), Token::H1);
        assert_eq!(Token::heat(0.5), Token::H3);
        assert_eq!(Token::heat(1.0), Token::H5);
        assert_eq!(Token::heat(-3.0), Token::H0);
    }

    #[test]
    fn a_seventh_series_is_a_plain_mark() {
        assert_eq!(Token::series(5), Token::S6);
        assert_eq!(Token::series(6), Token::Fg4);
    }
}
