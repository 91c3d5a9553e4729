//! The fonts of pictures: those that come with the program, and one of this machine where Han characters need it.

use std::path::Path;
use std::sync::OnceLock;

use wardroom_charts::{ChartError, FontFiles, Fonts};

use crate::error::AppError;

pub(crate) const SANS: &[u8] = include_bytes!("../../../assets/fonts/WardroomSans-Regular.ttf");
pub(crate) const SEMIBOLD: &[u8] = include_bytes!("../../../assets/fonts/WardroomSans-SemiBold.ttf");
pub(crate) const MONO: &[u8] = include_bytes!("../../../assets/fonts/WardroomMono-Regular.ttf");

/// Where systems keep fonts with Han characters: those of Debian, Ubuntu, Fedora and Arch, of macOS, of Windows.
const HAN: [&str; 12] = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/Hiragino Sans GB.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:\\Windows\\Fonts\\msyh.ttc",
    "C:\\Windows\\Fonts\\simsun.ttc",
];

/// Returns the fonts that come with the program; a viewer's own fonts write what these lack.
pub(crate) fn fonts() -> Result<Fonts, AppError> {
    register(None).map_err(|error| app_error(&error))
}

/// Draws in pixels, where what a font lacks cannot be left to the viewer: a font of this machine is read for the first
/// picture that needs it (some 20 MB, which stay until the program ends).
///
/// # Errors
///
/// `missing_glyphs` where this machine has no font for what is written; `chart`.
pub(crate) fn in_pixels(draw: impl Fn(&Fonts) -> Result<Vec<u8>, ChartError>) -> Result<Vec<u8>, AppError> {
    static FOUND: OnceLock<Option<&'static [u8]>> = OnceLock::new();
    drawn(draw, || *FOUND.get_or_init(|| HAN.iter().find_map(|path| readable(Path::new(path)))))
        .map_err(|error| app_error(&error))
}

fn drawn(
    draw: impl Fn(&Fonts) -> Result<Vec<u8>, ChartError>,
    han: impl FnOnce() -> Option<&'static [u8]>,
) -> Result<Vec<u8>, ChartError> {
    match draw(&register(None)?) {
        Err(missing @ ChartError::MissingGlyphs { .. }) => {
            han().map_or(Err(missing), |font| draw(&register(Some(font))?))
        }
        other => other,
    }
}

/// Reads a font that can be used; the charts keep its bytes for good.
fn readable(path: &Path) -> Option<&'static [u8]> {
    let bytes: &'static [u8] = std::fs::read(path).ok()?.leak();
    register(Some(bytes)).ok().map(|_| bytes)
}

fn register(cjk: Option<&'static [u8]>) -> Result<Fonts, ChartError> {
    Fonts::register(FontFiles { regular: SANS, semibold: Some(SEMIBOLD), mono: Some(MONO), cjk })
}

fn app_error(error: &ChartError) -> AppError {
    match error {
        ChartError::MissingGlyphs { sample } => AppError::new("missing_glyphs").with("sample", sample),
        other @ (ChartError::BadFont { .. } | ChartError::TooLarge { .. } | ChartError::Pixels { .. }) => {
            AppError::new("chart").with("detail", other)
        }
    }
}

#[cfg(test)]
mod tests {
    use wardroom_charts::Face;

    use super::*;

    fn picture(text: &str) -> impl Fn(&Fonts) -> Result<Vec<u8>, ChartError> {
        move |fonts| {
            let missing = fonts.missing(text, Face::Regular);
            match missing.first() {
                Some(_) => Err(ChartError::MissingGlyphs { sample: missing.iter().collect() }),
                None => Ok(text.as_bytes().to_vec()),
            }
        }
    }

    #[test]
    fn a_font_of_the_machine_is_read_only_where_the_others_do_not_suffice() {
        let never = || -> Option<&'static [u8]> { panic!("no other font is needed") };

        assert_eq!(drawn(picture("orders"), never).unwrap(), b"orders");
    }

    #[test]
    fn without_a_font_for_it_a_picture_is_refused_with_what_is_missing() {
        let refused = drawn(picture("数据库"), || None).unwrap_err();

        assert_eq!(app_error(&refused).code, "missing_glyphs");
        assert_eq!(app_error(&refused).fields["sample"], "数据库");
    }

    #[test]
    fn a_file_that_is_no_font_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("font.ttc");
        std::fs::write(&path, b"no font").unwrap();

        assert_eq!(readable(&path), None);
        assert_eq!(readable(&folder.path().join("none.ttc")), None);
    }
}
