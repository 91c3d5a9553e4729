//! Units of values.

/// The unit of a series' values, in its base form (seconds, bytes, ratio): never milliseconds or percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Not known; the number is shown as it is.
    #[default]
    Unknown,
    /// A count of things.
    Count,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// A share from 0 to 1.
    Ratio,
    /// Things per second.
    PerSecond,
    /// Bytes per second.
    BytesPerSecond,
    /// Degrees Celsius.
    Celsius,
    /// A point in time, in seconds since the epoch.
    UnixTime,
}

impl Unit {
    /// Returns the stable word used in files (`seconds`, `bytes_per_second`, …).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Count => "count",
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
            Self::Ratio => "ratio",
            Self::PerSecond => "per_second",
            Self::BytesPerSecond => "bytes_per_second",
            Self::Celsius => "celsius",
            Self::UnixTime => "unix_time",
        }
    }

    /// Reads what [`Unit::as_str`] wrote; anything else is [`Unit::Unknown`].
    pub fn parse(text: &str) -> Self {
        match text {
            "count" => Self::Count,
            "seconds" => Self::Seconds,
            "bytes" => Self::Bytes,
            "ratio" => Self::Ratio,
            "per_second" => Self::PerSecond,
            "bytes_per_second" => Self::BytesPerSecond,
            "celsius" => Self::Celsius,
            "unix_time" => Self::UnixTime,
            _ => Self::Unknown,
        }
    }

    /// Guesses the unit from a metric name by the suffixes that Prometheus recommends; a rule that says of itself that it
    /// makes a ratio (`service:http_errors:ratio5m`) is one.
    ///
    /// Source: Prometheus documentation, *Metric and label naming*, section "Base units", and *Recording rules*.
    pub fn from_metric_name(name: &str) -> Self {
        let base = name.strip_suffix("_total").unwrap_or(name);
        let base = base.strip_suffix("_sum").unwrap_or(base);
        if base.ends_with("_timestamp_seconds") || base.ends_with("_time_seconds") && base.contains("start") {
            Self::UnixTime
        } else if base.ends_with("_seconds") {
            Self::Seconds
        } else if base.ends_with("_bytes") {
            Self::Bytes
        } else if base.ends_with("_ratio") || is_ratio_rule(name) {
            Self::Ratio
        } else if base.ends_with("_celsius") {
            Self::Celsius
        } else if name.ends_with("_total") || name.ends_with("_count") || name.ends_with("_bucket") {
            Self::Count
        } else {
            Self::Unknown
        }
    }

    /// Returns the unit of the per-second increase of a counter in this unit.
    ///
    /// Seconds per second are a ratio (a busy share); a count becomes a rate.
    #[must_use]
    pub const fn rate(self) -> Self {
        match self {
            Self::Bytes | Self::BytesPerSecond => Self::BytesPerSecond,
            Self::Seconds | Self::Ratio | Self::UnixTime => Self::Ratio,
            Self::Unknown | Self::Count | Self::PerSecond | Self::Celsius => Self::PerSecond,
        }
    }
}

/// Reports whether a recording rule's name (`level:metric:operations`) says that it makes a ratio.
fn is_ratio_rule(name: &str) -> bool {
    let is_ratio = |word: &str| {
        // Behind it may stand how far the rule looks back: a number with the letter of its unit.
        word.strip_prefix("ratio").is_some_and(|window| {
            let digits = window.strip_suffix(['s', 'm', 'h', 'd', 'w']).unwrap_or(window);
            digits.bytes().all(|digit| digit.is_ascii_digit())
        })
    };
    name.contains(':') && name.split([':', '_']).any(is_ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_units_by_their_suffix() {
        assert_eq!(Unit::from_metric_name("process_cpu_seconds_total"), Unit::Seconds);
        assert_eq!(Unit::from_metric_name("node_filesystem_avail_bytes"), Unit::Bytes);
        assert_eq!(Unit::from_metric_name("process_start_time_seconds"), Unit::UnixTime);
        assert_eq!(Unit::from_metric_name("http_requests_total"), Unit::Count);
        assert_eq!(Unit::from_metric_name("temperature"), Unit::Unknown);
        assert_eq!(Unit::from_metric_name("service:http_errors:ratio1m"), Unit::Ratio);
        assert_eq!(Unit::from_metric_name("job:errors:ratio_rate5m"), Unit::Ratio);
        assert_eq!(Unit::from_metric_name("cache:hit_ratio:1m"), Unit::Ratio);
        assert_eq!(Unit::from_metric_name("job:http_requests:rate5m"), Unit::Unknown);
        assert_eq!(Unit::from_metric_name("job:ratiometers:sum"), Unit::Unknown);
    }

    #[test]
    fn every_unit_survives_its_word() {
        let all = [
            Unit::Unknown,
            Unit::Count,
            Unit::Seconds,
            Unit::Bytes,
            Unit::Ratio,
            Unit::PerSecond,
            Unit::BytesPerSecond,
            Unit::Celsius,
            Unit::UnixTime,
        ];

        for unit in all {
            assert_eq!(Unit::parse(unit.as_str()), unit);
        }
    }
}
