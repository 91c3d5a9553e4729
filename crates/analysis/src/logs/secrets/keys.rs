//! Keys: which names promise a secret, and how sure their value must look.

use super::SecretRule;

/// How careful a value is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    /// Any value that is no word about a password.
    Any,
    /// As `Any`, for the key `pass`, which also counts tests and rounds.
    Short,
    /// As `Any`, for the key `pwd`, which also names the working directory.
    Directory,
    /// A value that is no plain word.
    Named,
    /// A value that looks random.
    Strong,
    /// A value that looks random, long, and not like the id of a connection.
    Session,
    /// The credentials of an `Authorization` header.
    Header,
    /// Pairs of cookies.
    Cookies,
}

/// Keys by how they end, without signs and in lower case; the first that fits counts.
const ENDINGS: [(&str, SecretRule, Care); 60] = [
    ("authorization", SecretRule::Authorization, Care::Header),
    ("setcookie", SecretRule::Cookie, Care::Cookies),
    ("cookie", SecretRule::Cookie, Care::Cookies),
    ("password", SecretRule::Password, Care::Any),
    ("passwd", SecretRule::Password, Care::Any),
    ("passphrase", SecretRule::Password, Care::Any),
    ("passcode", SecretRule::Password, Care::Any),
    ("passwordhash", SecretRule::Password, Care::Named),
    ("passwdhash", SecretRule::Password, Care::Named),
    ("pwd", SecretRule::Password, Care::Directory),
    ("dbpass", SecretRule::Password, Care::Any),
    ("userpass", SecretRule::Password, Care::Any),
    ("awssecret", SecretRule::AwsKey, Care::Named),
    ("secretaccesskey", SecretRule::AwsKey, Care::Named),
    ("clientsecret", SecretRule::Secret, Care::Named),
    ("appsecret", SecretRule::Secret, Care::Named),
    ("apisecret", SecretRule::Secret, Care::Named),
    ("consumersecret", SecretRule::Secret, Care::Named),
    ("sharedsecret", SecretRule::Secret, Care::Named),
    ("signingsecret", SecretRule::Secret, Care::Named),
    ("webhooksecret", SecretRule::Secret, Care::Named),
    ("jwtsecret", SecretRule::Secret, Care::Named),
    ("keysecret", SecretRule::Secret, Care::Named),
    ("tokensecret", SecretRule::Secret, Care::Named),
    ("secretkey", SecretRule::Secret, Care::Named),
    ("secret", SecretRule::Secret, Care::Strong),
    ("apikey", SecretRule::ApiKey, Care::Named),
    ("accesskey", SecretRule::ApiKey, Care::Named),
    ("accountkey", SecretRule::ApiKey, Care::Named),
    ("authkey", SecretRule::ApiKey, Care::Named),
    ("encryptionkey", SecretRule::ApiKey, Care::Named),
    ("masterkey", SecretRule::ApiKey, Care::Strong),
    ("privatekey", SecretRule::ApiKey, Care::Named),
    ("sharedkey", SecretRule::ApiKey, Care::Named),
    ("signingkey", SecretRule::ApiKey, Care::Named),
    ("subscriptionkey", SecretRule::ApiKey, Care::Named),
    ("sessionkey", SecretRule::Session, Care::Named),
    ("jsessionid", SecretRule::Session, Care::Named),
    ("phpsessid", SecretRule::Session, Care::Named),
    ("aspnetsessionid", SecretRule::Session, Care::Named),
    ("connectsid", SecretRule::Session, Care::Named),
    ("sessionid", SecretRule::Session, Care::Session),
    ("accesstoken", SecretRule::Token, Care::Named),
    ("refreshtoken", SecretRule::Token, Care::Named),
    ("authtoken", SecretRule::Token, Care::Named),
    ("apitoken", SecretRule::Token, Care::Named),
    ("bearertoken", SecretRule::Token, Care::Named),
    ("bottoken", SecretRule::Token, Care::Named),
    ("csrftoken", SecretRule::Token, Care::Named),
    ("xsrftoken", SecretRule::Token, Care::Named),
    ("deploytoken", SecretRule::Token, Care::Named),
    ("idtoken", SecretRule::Token, Care::Named),
    ("jointoken", SecretRule::Token, Care::Named),
    ("privatetoken", SecretRule::Token, Care::Named),
    ("securitytoken", SecretRule::Token, Care::Named),
    ("sessiontoken", SecretRule::Token, Care::Named),
    ("vaulttoken", SecretRule::Token, Care::Named),
    ("resettoken", SecretRule::Token, Care::Named),
    ("token", SecretRule::Token, Care::Strong),
    ("credentials", SecretRule::Secret, Care::Strong),
];

/// Tokens that page through lists or cancel work.
const HARMLESS: [&str; 8] = [
    "pagetoken",
    "nexttoken",
    "continuationtoken",
    "cancellationtoken",
    "synctoken",
    "starttoken",
    "endtoken",
    "tokentoken",
];

/// Keys in Chinese.
const CHINESE: [(&str, SecretRule, Care); 4] = [
    ("密码", SecretRule::Password, Care::Any),
    ("口令", SecretRule::Password, Care::Any),
    ("密钥", SecretRule::Secret, Care::Named),
    ("令牌", SecretRule::Token, Care::Strong),
];

/// The longest key that is looked at, in bytes.
const LONGEST: usize = 64;

/// Returns the key before a separator: what stands there without space, quotes and brackets.
pub(super) fn before(bytes: &[u8], separator: usize) -> &[u8] {
    let mut end = separator;
    for _ in 0..4 {
        match bytes[..end].last() {
            Some(b' ' | b'"' | b'\'' | b'\\' | b']') => end -= 1,
            Some(_) | None => break,
        }
    }
    let len = bytes[..end].iter().rev().take(LONGEST).take_while(|&&b| is_key_byte(b)).count();
    &bytes[end - len..end]
}

fn is_key_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.') || b >= 0x80
}

/// Returns the rule for a key, if its name promises a secret.
pub(super) fn rule(key: &[u8]) -> Option<(SecretRule, Care)> {
    let key = &key[..key.len() - key.iter().rev().take_while(|b| b.is_ascii_digit()).count()];
    let [.., first, last] = key else { return None };
    if *last >= 0x80 {
        return CHINESE
            .into_iter()
            .find(|(end, ..)| key.ends_with(end.as_bytes()))
            .map(|(_, rule, care)| (rule, care));
    }
    if !may_end(first.to_ascii_lowercase(), last.to_ascii_lowercase()) {
        return None;
    }
    let mut plain = [0_u8; LONGEST];
    let plain = without_signs(key, &mut plain);
    if HARMLESS.iter().any(|end| plain.ends_with(end.as_bytes())) {
        return None;
    }
    if plain.ends_with(b"pass") && is_own_word(key, 4) {
        return Some((SecretRule::Password, Care::Short));
    }
    if plain == b"sig" {
        return Some((SecretRule::ApiKey, Care::Session));
    }
    ENDINGS.into_iter().find(|(end, ..)| plain.ends_with(end.as_bytes())).map(|(_, rule, care)| (rule, care))
}

/// Reports whether a key, or what may stand between it and its separator, can end in a byte.
#[inline]
pub(super) const fn may_end_in(last: u8) -> bool {
    matches!(last | 0x20, b'd' | b'e' | b's' | b't' | b'n' | b'y' | b'g' | b'h')
        || matches!(last, b' ' | b'"' | b'\'' | b'\\' | b']' | 0x80..)
}

/// Reports whether a key can end in two letters: a cheap test that most keys fail.
const fn may_end(first: u8, last: u8) -> bool {
    matches!(
        (first, last),
        (b'r' | b'w' | b'i', b'd')
            | (b's' | b'd' | b'i', b'e')
            | (b's' | b'l', b's')
            | (b'e', b't' | b'n' | b'y')
            | (b'o', b'n')
            | (b'i', b'g')
            | (b's', b'h')
    )
}

/// Writes a key in lower case and without `_`, `-` and `.`.
fn without_signs<'b>(key: &[u8], buffer: &'b mut [u8; LONGEST]) -> &'b [u8] {
    let mut len = 0;
    for byte in key.iter().filter(|b| b.is_ascii_alphanumeric()).take(LONGEST) {
        buffer[len] = byte.to_ascii_lowercase();
        len += 1;
    }
    &buffer[..len]
}

/// Reports whether the last `len` bytes of a key are a word of it: not `bypass`, but `db_pass` and `smtpPass`.
fn is_own_word(key: &[u8], len: usize) -> bool {
    let start = key.len().saturating_sub(len);
    start == 0
        || !key[start - 1].is_ascii_alphabetic()
        || (key[start].is_ascii_uppercase() && key[start - 1].is_ascii_lowercase())
}

/// Ends of keys and words before numbers that are ids, sizes or times, and so no card.
const COUNTED: [&str; 30] = [
    "id",
    "ids",
    "ts",
    "time",
    "timestamp",
    "seq",
    "sequence",
    "offset",
    "size",
    "bytes",
    "addr",
    "address",
    "thread",
    "tid",
    "pid",
    "nonce",
    "epoch",
    "count",
    "hash",
    "ns",
    "us",
    "version",
    "block",
    "serial",
    "imei",
    "phone",
    "key",
    "trace",
    "span",
    "seed",
];

/// Reports whether a key or word before a number says that it counts or names something.
pub(super) fn counts(key: &[u8]) -> bool {
    let mut plain = [0_u8; LONGEST];
    let plain = without_signs(key, &mut plain);
    let card = [&b"card"[..], b"pan"].iter().any(|word| plain.windows(word.len()).any(|w| w == *word));
    !card && COUNTED.iter().any(|end| plain.ends_with(end.as_bytes()))
}
