//! Names as they are shown: on one line, and with nothing in them that cannot be seen; and as they are compared.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Reports whether a character is no white space and shows nothing by itself: control characters, marks that turn the
/// direction of what follows, joiners, and blanks without width.
///
/// # Source
///
/// Unicode 16.0, `DerivedCoreProperties.txt` (`Default_Ignorable_Code_Point`) and the general category `Cc`.
pub fn is_unseen(c: char) -> bool {
    is_joiner(c)
        || c.is_control() && !c.is_whitespace()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e00ff}'
                | '\u{e01f0}'..='\u{e0fff}'
        )
}

/// Reports whether an unseen character changes how its neighbours look, so that a text cannot do without it: joiners,
/// as Persian and signs made of several need them, and variation selectors.
pub const fn is_joiner(c: char) -> bool {
    matches!(
        c,
        '\u{34f}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200c}'
            | '\u{200d}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Returns a name as it is shown: white space of any kind is one blank between words, and what cannot be seen is left
/// out, but for joiners. Empty when nothing of it can be seen.
///
/// # Example
///
/// ```
/// use wardroom_core::name::shown_name;
///
/// assert_eq!(shown_name("web\nfront\u{200b}end "), "web frontend");
/// assert_eq!(shown_name("\u{202e}\u{200d}"), "");
/// ```
pub fn shown_name(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    let is_plain = |c: char| c == ' ' || !c.is_whitespace() && !is_unseen(c);
    if name.chars().all(is_plain) && !name.contains("  ") {
        return Cow::Borrowed(name);
    }
    let mut shown = String::with_capacity(name.len());
    let mut is_seen = false;
    let mut is_apart = false;
    for c in name.chars() {
        if c.is_whitespace() {
            is_apart = true;
        } else if !is_unseen(c) || is_joiner(c) {
            if is_apart && is_seen {
                shown.push(' ');
            }
            is_apart = false;
            is_seen |= !is_unseen(c);
            shown.push(c);
        }
    }
    if !is_seen {
        shown.clear();
    }
    Cow::Owned(shown)
}

/// Returns a text in the one form of all that Unicode calls the same characters: a letter and the mark behind it are
/// one character, and what is only drawn otherwise (full width, ligatures, raised digits) is the plain one.
///
/// # Source
///
/// Unicode Standard Annex #15 (Unicode Normalization Forms), form KC.
///
/// # Example
///
/// ```
/// use wardroom_core::name::composed;
///
/// assert_eq!(composed("cafe\u{301}"), "caf\u{e9}");
/// assert_eq!(composed("ＤＢ－１"), "DB-1");
/// ```
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfkc().collect())
}

/// Returns a text as it is searched in and for: composed, in lower case.
pub fn searched(text: &str) -> String {
    composed(text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_on_one_line_without_what_turns_or_hides_it() {
        assert_eq!(shown_name("web\r\nfront\tend"), "web front end");
        assert_eq!(shown_name("pay\u{202e}stnem\u{202c}"), "paystnem");
        assert_eq!(shown_name("\u{feff}db\u{ad}-m1\u{200b}"), "db-m1");
        assert_eq!(shown_name("\u{1b}[31mred\u{7}"), "[31mred");
        assert_eq!(shown_name(" a\u{a0}\u{2028}b "), "a b");
    }

    #[test]
    fn what_shapes_its_neighbours_stays() {
        for name in ["می\u{200c}خواهم", "👩\u{200d}💻 laptops", "✔\u{fe0f}", "数据库", "éclair"]
        {
            assert_eq!(shown_name(name), name);
        }
    }

    #[test]
    fn a_name_of_which_nothing_can_be_seen_is_empty() {
        for name in ["", " \t\n", "\u{200b}", "\u{200d}\u{202e} \u{fe0f}"] {
            assert_eq!(shown_name(name), "", "{name:?}");
        }
    }

    #[test]
    fn the_same_letters_are_one_text_however_they_are_encoded() {
        for (text, one) in [
            ("cafe\u{301}", "caf\u{e9}"),
            ("\u{212b}ngstro\u{308}m", "\u{c5}ngstr\u{f6}m"),
            ("\u{ff7b}\u{ff70}\u{ff8a}\u{ff9e}", "\u{30b5}\u{30fc}\u{30d0}"),
            ("\u{fb01}le\u{3000}server", "file server"),
        ] {
            assert_eq!(composed(text), one);
            assert_eq!(composed(one), one);
        }
        assert_eq!(searched("CAFE\u{301}"), searched("caf\u{e9}"));
    }

    #[test]
    fn a_plain_name_is_borrowed() {
        assert!(matches!(shown_name(" db-m1 prod "), Cow::Borrowed("db-m1 prod")));
        assert!(matches!(composed("数据库 db-m1"), Cow::Borrowed("数据库 db-m1")));
    }
}
