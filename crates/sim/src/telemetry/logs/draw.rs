//! What a line is filled with whoever writes it: numbers and names out of its bits.

/// Units of everyday life.
const UNITS: [&str; 4] =
    ["logrotate.service", "fstrim.service", "apt-daily.service", "sysstat-collect.service"];

/// Tables that statements name.
const TABLES: [&str; 6] = ["orders", "order_items", "customers", "stock", "payments", "sessions"];

/// Parts of programs that errors name.
const WORDS: [&str; 6] = ["cart", "price", "voucher", "address", "session", "basket"];

/// Accounts that attackers try.
const ACCOUNTS: [&str; 6] =
    ["root", "admin", "oracle", "postgres", "invalid user test", "invalid user deploy"];

/// The random part of a line, and its one number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draw {
    /// Where numbers and names come from.
    pub(crate) bits: u64,
    /// A number, by the kind of line.
    pub(crate) x: f64,
}

impl Draw {
    /// Returns a number below `below` that belongs to this line; another `salt` gives another number.
    pub(crate) const fn number(self, salt: u32, below: u64) -> u64 {
        self.bits.rotate_left(salt) % below
    }

    /// Returns one of some words.
    pub(crate) fn one_of<'t>(self, salt: u32, texts: &[&'t str]) -> &'t str {
        let place = usize::try_from(self.number(salt, texts.len() as u64)).unwrap_or(0);
        texts[place]
    }

    /// Returns how long the request of the line took: around the mean, with the spread that such times have.
    pub(crate) fn spent_s(self) -> f64 {
        let share = (self.number(33, 1000) as f64 + 0.5) / 1000.0;
        // The inverse of the log-logistic distribution with shape 4; its mean is π/4 / sin(π/4) times the median.
        let factor = (share / (1.0 - share)).sqrt().sqrt() / 1.110_72;
        (self.x * factor).max(0.000_1)
    }

    /// Returns the value of a name; `None` for one that depends on the writer.
    pub(crate) fn value(self, name: &str) -> Option<String> {
        Some(match name {
            "trace" => format!("{:016x}", self.bits),
            "hex8" => format!("{:08X}", self.number(9, 1 << 32)),
            "x" => format!("{:.0}", self.x),
            "x2" | "ratio" => format!("{:.2}", self.x),
            "kib" => format!("{:.0}", self.x * 1024.0),
            "percent" => format!("{:.1}", self.x * 100.0),
            "ms" => format!("{:.0}", self.spent_s() * 1000.0),
            "seconds" => format!("{:.3}", self.spent_s()),
            "digit" => self.number(3, 10).to_string(),
            "digit2" => self.number(5, 90).saturating_add(10).to_string(),
            "digits" => self.number(7, 900).saturating_add(100).to_string(),
            "big" => self.number(11, 9_000_000).saturating_add(1_000_000).to_string(),
            "bytes" => self.number(13, 60_000).saturating_add(180).to_string(),
            "pid" => self.number(17, 30_000).saturating_add(700).to_string(),
            "id" => self.number(19, 4).to_string(),
            "line" => self.number(21, 400).saturating_add(12).to_string(),
            "statement" => format!("S_{}", self.number(23, 40)),
            "table" => self.one_of(25, &TABLES).to_owned(),
            "word" => self.one_of(27, &WORDS).to_owned(),
            "account" => self.one_of(29, &ACCOUNTS).to_owned(),
            "unit" => self.one_of(31, &UNITS).to_owned(),
            // Clients come from the network for tests of RFC 2544.
            "client" => format!("198.18.{}.{}", self.number(37, 200), self.number(39, 250) + 2),
            "sport" => (self.number(43, 28_000) + 32_768).to_string(),
            _ => return None,
        })
    }
}

/// Fills the names in angle brackets of a template; `value` gives each its value.
pub(crate) fn fill(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('>') else {
            rest = &rest[open..];
            break;
        };
        text.push_str(&value(&rest[open + 1..open + close]));
        rest = &rest[open + close + 1..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Noise;

    #[test]
    fn the_mean_of_the_durations_is_that_of_the_line() {
        let noise = Noise::new(1, "durations");

        let mean = (0..4000).map(|k| Draw { bits: noise.bits(k), x: 0.2 }.spent_s()).sum::<f64>() / 4000.0;

        // The spread of the log-logistic with shape 4 is 0.53 of its mean: the error of 4000 draws is below 1 %.
        assert!((mean / 0.2 - 1.0).abs() < 0.04, "{mean}");
    }

    #[test]
    fn what_is_no_name_stays_in_the_text() {
        assert_eq!(fill("a < b, <x>, <", |name| format!("[{name}]")), "a [ b, <x], <");
        assert_eq!(fill("<x> and <y>", str::to_uppercase), "X and Y");
    }
}
