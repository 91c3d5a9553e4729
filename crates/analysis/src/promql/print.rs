//! Numbers and moments as the server prints them.

/// Prints a value as the HTTP API does: the shortest text that is this number, with an exponent below 1e-6 and from
/// 1e21 on.
///
/// Source: `util/jsonutil/marshal.go` of Prometheus.
pub fn value(v: f64) -> String {
    let magnitude = v.abs();
    if !magnitude.is_finite() || magnitude == 0.0 || (1e-6..1e21).contains(&magnitude) {
        return plain(v);
    }
    let text = format!("{v:e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(rest) => ('-', rest),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

/// Prints a value without an exponent, as `count_values` writes it into a label.
pub fn plain(v: f64) -> String {
    if v.is_nan() {
        "NaN".to_owned()
    } else if v.is_infinite() {
        if v > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else {
        v.to_string()
    }
}

/// Prints milliseconds as seconds, with three more digits only where they are not zero.
pub fn seconds(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let (whole, rest) = (ms.unsigned_abs() / 1000, ms.unsigned_abs() % 1000);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:03}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_print_as_the_api_prints_them() {
        // Asked of Prometheus 2.42 with `query=` the number.
        assert_eq!(value(1e-9), "1e-09");
        assert_eq!(value(1.5e21), "1.5e+21");
        assert_eq!(value(-1e20), "-100000000000000000000");
        assert_eq!(value(0.000_001), "0.000001");
        assert_eq!(value(-0.0), "-0");
        assert_eq!(value(f64::INFINITY), "+Inf");
        assert_eq!(value(f64::NAN), "NaN");
    }

    #[test]
    fn moments_print_as_seconds() {
        assert_eq!(seconds(1_795_285_801_137), "1795285801.137");
        assert_eq!(seconds(-1_500), "-1.500");
        assert_eq!(seconds(60_000), "60");
    }
}
