//! Names and addresses in the form in which they are compared.

use std::net::IpAddr;

use wardroom_core::name::{composed, is_unseen};

/// Domains that nobody owns, under which every company names its own machines.
const PRIVATE_DOMAINS: [&str; 7] = ["local", "localdomain", "lan", "internal", "intranet", "corp", "home"];
/// First labels of names that are written from the domain inwards, as packages are (`org.example.checkout`).
const DOMAIN_FIRST: [&str; 7] = ["com", "org", "net", "io", "cn", "de", "dev"];

/// Returns a name without scheme, user, path, port and brackets: `http://db-m1:9100/x` is `db-m1`.
pub(crate) fn bare(name: &str) -> &str {
    let name = name.trim();
    let rest = match name.split_once("://") {
        Some((_, rest)) => {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
            authority.rsplit_once('@').map_or(authority, |(_, host)| host)
        }
        None => name,
    };
    if let Some((address, _)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        return address;
    }
    match rest.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && !host.contains(':') && is_port(port) => host,
        Some(_) | None => rest,
    }
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Returns a name as it is compared: without what [`bare`] drops and what cannot be seen, composed, in lower case, words
/// joined by hyphens.
pub(crate) fn folded(name: &str) -> String {
    folded_as(name, |c| c)
}

/// Folds a name, every character of which stands for another.
pub(super) fn folded_as(name: &str, read: impl Fn(char) -> char) -> String {
    let mut text = String::with_capacity(name.len());
    for c in composed(bare(name)).chars().filter(|&c| !is_unseen(c)).map(read) {
        if c == '_' || c.is_whitespace() {
            if !text.ends_with('-') {
                text.push('-');
            }
        } else if is_dash(c) {
            text.push('-');
        } else {
            text.extend(c.to_lowercase());
        }
    }
    text.truncate(text.trim_end_matches(['.', '-']).len());
    text
}

/// Reports whether a character is one that programs for texts put in the place of a hyphen.
const fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Returns the address that a text is, without mask, zone and port.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    let text = bare(text);
    let text = text.split(['/', '%']).next().unwrap_or(text);
    let may_be = text.contains(':') || text.starts_with(|c: char| c.is_ascii_digit());
    if !may_be {
        return None;
    }
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// Reports whether an address can tell one machine from another: loopback, link-local and the like cannot.
pub(crate) fn tells_apart(address: IpAddr) -> bool {
    let link_local = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !(link_local || address.is_loopback() || address.is_unspecified() || address.is_multicast())
}

/// Splits a folded full domain name into the machine's own name and its domain; `None` for other names.
///
/// Two labels are a name with a dot in it (`node.js`), unless the second is a domain that nobody owns.
pub(crate) fn split_domain(folded: &str) -> Option<(&str, &str)> {
    let (host, domain) = folded.split_once('.')?;
    let top = domain.rsplit('.').next().unwrap_or(domain);
    let labels_are_sound = folded
        .split('.')
        .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'));
    let is_domain = domain.contains('.') || PRIVATE_DOMAINS.contains(&top);
    let sound = labels_are_sound
        && is_domain
        && top.starts_with(char::is_alphabetic)
        && !DOMAIN_FIRST.contains(&host)
        && address(folded).is_none();
    sound.then_some((host, domain))
}

/// Returns the forms of a folded full domain name without its domain, shortest first: of `rt1.fra.example.net`
/// `rt1` and `rt1.fra`. None for other names.
pub(crate) fn short_forms(folded: &str) -> impl Iterator<Item = &str> {
    let ends = split_domain(folded).map(|_| folded.match_indices('.').map(|(at, _)| at));
    let whole = folded.matches('.').count();
    // What is left of the name as a domain has at least two labels, but for the private ones.
    ends.into_iter().flatten().take(whole.saturating_sub(1).max(1)).map(|end| &folded[..end])
}

/// Reports whether one domain is the other or lies in it.
pub(crate) fn domains_agree(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Returns a serial number as it is compared; `None` for what vendors and people write when there is none.
pub(crate) fn serial(text: &str) -> Option<String> {
    const NONE: [&str; 14] = [
        "none",
        "null",
        "n/a",
        "na",
        "unknown",
        "default",
        "defaultstring",
        "tobefilledbyo.e.m.",
        "notspecified",
        "systemserialnumber",
        "notapplicable",
        "123456789",
        "0123456789",
        "invalid",
    ];
    let text: String =
        composed(text).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let first = text.chars().next()?;
    let says_nothing =
        text.chars().count() < 4 || text.chars().all(|c| c == first) || NONE.contains(&text.as_str());
    (!says_nothing).then_some(text)
}

/// Returns an environment as it is compared.
pub(crate) fn environment(text: &str) -> String {
    let text = folded(text);
    let word = match text.as_str() {
        "prod" | "prd" | "live" | "生产" | "生产环境" => "production",
        "stage" | "stg" | "pre" | "preprod" | "pre-production" | "预发" | "预发布" => "staging",
        "tst" | "测试" | "测试环境" => "test",
        "dev" | "develop" | "开发" | "开发环境" => "development",
        _ => return text,
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_schemes_users_and_paths_are_no_part_of_a_name() {
        let same = [
            "db-m1",
            "DB-M1",
            "db_m1",
            "db-m1:9100",
            " db-m1. ",
            "http://db-m1:8080/metrics?x=1",
            "amqp://user:pass@db-m1:5672/v",
            "ＤＢ－Ｍ１",
        ];
        for name in same {
            assert_eq!(folded(name), "db-m1", "{name}");
        }
        assert_eq!(folded("Checkout  API"), "checkout-api");
        assert_eq!(folded("db\u{2011}m1"), folded("db\u{2013}m1"));
        assert_eq!(folded("db\u{2212}m1"), "db-m1");
        assert_eq!(folded("CAFE\u{301} 1"), "caf\u{e9}-1");
        assert_eq!(folded("check\u{200b}out\n\u{202e}API\u{feff}"), "checkout-api");
        assert_eq!(folded("component:default/checkout"), "component:default/checkout");
    }

    #[test]
    fn an_address_is_one_however_it_is_written() {
        assert_eq!(address("10.0.3.7:9100"), address("10.0.3.7/24"));
        assert_eq!(address("[2001:DB8::1]:9100"), address("2001:db8:0:0::1"));
        assert_eq!(address("::ffff:10.0.3.7"), address("10.0.3.7"));
        assert_eq!(address("fe80::1%eth0"), address("fe80::1"));
        assert!(address("10.0.3").is_none() && address("web-1").is_none() && address("1.2.3.4.5").is_none());
        assert!(!tells_apart("127.0.0.1".parse().unwrap()) && !tells_apart("fe80::1".parse().unwrap()));
    }

    #[test]
    fn only_a_full_domain_name_has_a_domain() {
        assert_eq!(split_domain("db-m1.prod.example.net"), Some(("db-m1", "prod.example.net")));
        assert_eq!(split_domain("db-m1.local"), Some(("db-m1", "local")));
        assert_eq!(split_domain("数据库.example.net"), Some(("数据库", "example.net")));
        for name in ["node.js", "10.0.3.7", "org.example.checkout", "v1.2.3", "a..example.net", "db-m1"] {
            assert_eq!(split_domain(name), None, "{name}");
        }
    }

    #[test]
    fn the_short_forms_of_a_name_leave_a_domain_of_two_labels() {
        let forms = |name| short_forms(name).collect::<Vec<_>>();
        assert_eq!(forms("rt1.fra.example.net"), ["rt1", "rt1.fra"]);
        assert_eq!(forms("db-m1.local"), ["db-m1"]);
        assert_eq!(forms("node.js"), [""; 0]);
    }

    #[test]
    fn a_domain_agrees_with_itself_and_what_lies_in_it() {
        assert!(domains_agree("example.net", "prod.example.net"));
        assert!(!domains_agree("example.net", "otherexample.net"));
        assert!(!domains_agree("fra.example.net", "muc.example.net"));
    }

    #[test]
    fn a_serial_number_that_says_nothing_is_none() {
        for text in ["", "N/A", "0000000", "To be filled by O.E.M.", "Default string", "abc"] {
            assert_eq!(serial(text), None, "{text}");
        }
        assert_eq!(serial(" CZJ 4410 "), Some("czj4410".to_owned()));
    }
}
