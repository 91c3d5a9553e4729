//! A request as a curl command that a person can run, with stand-ins for secrets.

use crate::http::{Authentication, HttpMethod, HttpRequest, HttpSettings};

/// Writes a request as a curl command for a POSIX shell, on one line. Secrets are stand-ins: `$TOKEN`, `$PASSWORD`,
/// `$API_KEY` (the encoded form).
pub(crate) fn curl(url: &str, request: &HttpRequest, settings: &HttpSettings) -> String {
    curl_signed(url, request, settings, sign_in(settings).into_iter().collect())
}

/// Writes a request like [`curl`], with words of its own that say who asks.
pub(crate) fn curl_signed(
    url: &str,
    request: &HttpRequest,
    settings: &HttpSettings,
    sign_in: Vec<String>,
) -> String {
    let mut words: Vec<String> = vec!["curl".to_owned(), "-sS".to_owned(), "--compressed".to_owned()];
    if request.method == HttpMethod::Get && !request.params.is_empty() {
        words.push("-G".to_owned());
    }
    if let HttpMethod::DeleteJson(_) = &request.method {
        words.push("-X DELETE".to_owned());
    }
    words.extend(sign_in);
    for (name, value) in &settings.headers {
        words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
    }
    if let Some(path) = &settings.ca_path {
        words.push(format!("--cacert {}", quoted(path)));
    }
    match settings.proxy.as_deref() {
        None | Some("") => {}
        Some("none") => words.push("--noproxy '*'".to_owned()),
        Some(proxy) => words.push(format!("--proxy {}", quoted(proxy))),
    }
    match &request.method {
        HttpMethod::Get | HttpMethod::PostForm => {
            words.push(quoted(url));
            let params = request.params.iter();
            words.extend(params.map(|(n, v)| format!("--data-urlencode {}", quoted(&format!("{n}={v}")))));
        }
        HttpMethod::PostJson(body) | HttpMethod::DeleteJson(body) => {
            words.push(quoted(&with_params(url, &request.params)));
            words.push("-H 'Content-Type: application/json'".to_owned());
            words.push(format!("-d {}", quoted(body)));
        }
    }
    words.join(" ")
}

fn sign_in(settings: &HttpSettings) -> Option<String> {
    let by_header = match &settings.authentication {
        Authentication::None => None,
        Authentication::Basic { user } => Some(format!("-u {}:\"$PASSWORD\"", quoted(user))),
        Authentication::Bearer => Some("-H \"Authorization: Bearer $TOKEN\"".to_owned()),
        Authentication::ApiKey => Some("-H \"Authorization: ApiKey $API_KEY\"".to_owned()),
        Authentication::TokenCommand { command } => {
            let command: Vec<String> = command.iter().map(|word| quoted(word)).collect();
            Some(format!("-H \"Authorization: Bearer $({})\"", command.join(" ")))
        }
    };
    let by_certificate = settings.client_certificate.as_ref();
    by_header.or_else(|| {
        by_certificate.map(|(cert, key)| format!("--cert {} --key {}", quoted(cert), quoted(key)))
    })
}

/// Puts parameters behind a URL; the ones of a JSON request are plain names and numbers.
fn with_params(url: &str, params: &[(String, String)]) -> String {
    let Ok(mut whole) = reqwest::Url::parse(url) else {
        return url.to_owned();
    };
    if !params.is_empty() {
        whole.query_pairs_mut().extend_pairs(params);
    }
    whole.to_string()
}

/// Quotes a word for a POSIX shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_search_is_one_line_without_its_key() {
        let settings = HttpSettings {
            url: "https://logs.example.org".to_owned(),
            authentication: Authentication::ApiKey,
            headers: Vec::new(),
            ca_path: Some("/etc/http_ca.crt".to_owned()),
            client_certificate: None,
            proxy: None,
            max_concurrent: 1,
            requests_per_minute: 0,
            timeout: Duration::from_secs(1),
            max_body_bytes: 1,
            retry_delays: Vec::new(),
        };
        let request = HttpRequest {
            method: HttpMethod::PostJson(r#"{"query":{"term":{"user":"o'neil"}}}"#.into()),
            path: "/logs-*/_search".to_owned(),
            params: vec![("keep_alive".to_owned(), "1m".to_owned())],
        };

        let command = curl("https://logs.example.org/logs-*/_search", &request, &settings);

        assert_eq!(
            command,
            r#"curl -sS --compressed -H "Authorization: ApiKey $API_KEY" --cacert '/etc/http_ca.crt' 'https://logs.example.org/logs-*/_search?keep_alive=1m' -H 'Content-Type: application/json' -d '{"query":{"term":{"user":"o'\''neil"}}}'"#
        );
    }
}
