//! Lines with secrets and lines without, all of our own making.
//!
//! Card numbers are the test numbers that payment providers publish; the access keys of Amazon are those of its manual.

use super::*;

/// A token in the form of RFC 7519, made for these tests.
const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0In0.c2lnbmF0dXJlLW9mLXRlc3Q";

/// Lines whose secret stands between `«` and `»`, with the rule that has to find it.
const SECRETS: [(&str, &str); 105] = [
    // Keys and values.
    ("password", "login user=bob password=«hunter2» ok"),
    ("password", "login user=bob password=«hunter2»"),
    ("password", "password: «hunter2»"),
    ("password", "password: «Tr0ub4dor&3» for user bob"),
    ("password", "password: «swordfish»"),
    ("password", "Password=«swordfish»;Database=orders"),
    ("password", "Server=db;User Id=sa;Pwd=«s3cret!»;Timeout=30"),
    ("password", "Server=db;User Id=sa;Password=«My Pass!1»;Encrypt=true"),
    ("password", "retry;password=«hunter2» then done"),
    ("password", "{\"user\":\"bob\",\"password\":\"«hun ter,2»\",\"port\":5432}"),
    ("password", "{\\\"user\\\":\\\"bob\\\",\\\"password\\\":\\\"«hunter2»\\\"}"),
    ("password", "{'passwd': '«hunter2»'}"),
    ("password", "params[\"db_password\"] => \"«abc\\\"def»\""),
    ("password", "PGPASSWORD=«hunter2» psql -h db"),
    ("password", "export DB_PASS=«hunter2»"),
    ("password", "smtpPass=«hunter2» smtpUser=x"),
    ("password", "new_password2=«hunter3»&confirm=yes"),
    ("password", "GET /login?user=bob&password=«hunter2»&next=/home HTTP/1.1"),
    ("password", "ssl.keystore.password = «changeit7»"),
    ("password", "passphrase: \"«correct horse battery staple»\""),
    ("password", "passwd:«hunter2»"),
    ("password", "pwd=«hunter2»"),
    ("password", "mysqldump --user root --password «hunter2» orders"),
    ("password", "curl -u admin:«hunter2» https://api.example.com/v1"),
    ("password", "<user>bob</user><password>«hunter2»</password>"),
    ("password", "CREATE USER 'app'@'%' IDENTIFIED BY '«hunter2»'"),
    ("password", "用户 bob 密码=«hunter2» 登录"),
    ("password", "密码：«hunter2»"),
    ("password", "password_hash=«$2b$12$KIXQ4q8Jz1yV»"),
    ("password", "Password: [«hunter2»]"),
    ("password", "connecting (user=app, password=«hunter2», db=orders)"),
    ("password", "password=«a,b;c» user=x"),
    ("secret", "client_secret=«9f8e7d6c5b4a» grant_type=x"),
    ("secret", "\"clientSecret\": \"«Zk3pQ9»\""),
    ("secret", "SECRET_KEY=«django-insecure-3x@q»"),
    ("secret", "secret: «a8f5f167f44f4964e6c998dee827110c»"),
    ("secret", "webhook_secret: «whsec8Zk3pQ9»"),
    ("api_key", "api_key=«9f8e7d6c5b4a3210»"),
    ("api_key", "X-API-Key: «9f8e7d6c5b4a3210»"),
    ("api_key", "apikey: «9f8e7d6c5b4a3210» sent"),
    ("api_key", "DefaultEndpointsProtocol=https;AccountKey=«Zk3pQ9/x+Yw8Vb2==»;EndpointSuffix=x"),
    ("api_key", "GET /v1/geo?apikey=«9f8e7d6c»&q=berlin"),
    ("api_key", "?sv=2022&sig=«Zk3pQ9xYw8Vb2Nm5Lk7Jh4Gf1Ds0Aa%3D»"),
    ("api_key", "charge with «sk_live_00112233445566778899aabb» failed"),
    ("api_key", "using key «sk-proj-00112233445566778899aabbccddeeff»."),
    ("api_key", "//registry/:_x «npm_00112233445566778899aabbccddeeff0011»"),
    ("api_key", "mail via «SG.00112233445566778899aa.00112233445566778899aabb»"),
    ("api_key", "--api-key «9f8e7d6c5b4a»"),
    ("token", "token=«9f8e7d6c5b4a3210»"),
    ("token", "token: \"«9f8e7d6c5b4a3210»\""),
    ("token", "access_token=«abc123»&scope=read"),
    ("token", "\"refresh_token\":\"«tGzv3JOkF0XG5Qx2TlKWIA»\""),
    ("token", "X-Auth-Token: «gAAAAABk9f8e7d6c»"),
    ("token", "X-CSRF-Token=«9f8e7d6c5b4a»"),
    ("token", "kubeadm join 10.0.0.1:6443 --token «abcdef.0123456789abcdef»"),
    ("token", "reset_token=«550e8400-e29b-41d4-a716-446655440000»"),
    ("token", "X-Vault-Token: «9f8e7d6c5b4a»"),
    ("token", "unwrapped «hvs.00112233445566778899aabbcc»"),
    ("token", "X-Amz-Security-Token=«FwoGZXIvYXdzEBYaDK»"),
    ("token", "令牌: «9f8e7d6c5b4a3210»"),
    // Headers.
    ("authorization", "Authorization: Bearer «9f8e7d6c5b4a3210»"),
    ("authorization", "authorization: Basic «Ym9iOmh1bnRlcjI=»"),
    ("authorization", "\"Authorization\":\"Bearer «abcd»\""),
    ("authorization", "headers={Authorization=[Bearer «abc123def»], Accept=[*/*]}"),
    ("authorization", "Authorization: «9f8e7d6c5b4a3210»"),
    ("authorization", "Proxy-Authorization: Basic «Ym9iOmh1bnRlcjI=»"),
    ("authorization", "Authorization: Token «9944b09199c62bcf9418»"),
    (
        "authorization",
        "Authorization: AWS4-HMAC-SHA256 «Credential=AKIAIOSFODNN7EXAMPLE/20260101, Signature=fe5f80»",
    ),
    ("authorization", "Authorization: Digest «username=\"bob\", nonce=\"x1\", response=\"6629\"»"),
    ("authorization", "Authorization: ApiKey «VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHA=»"),
    ("authorization", "authorization: token «9f8e7d6c»"),
    ("bearer", "calling with bearer «9f8e7d6c5b4a32100123»"),
    ("bearer", "curl -H 'X: Basic «Ym9iOmh1bnRlcjI=»'"),
    ("bearer", "sent Bearer «AAAAABk9f8e7d6c5b4a.x-y_z», status 401"),
    ("cookie", "Cookie: «sid=9f8e7d6c5b4a; lang=en»"),
    ("cookie", "\"cookie\":\"«SESSION=9f8e7d6c5b4a»\","),
    ("cookie", "Set-Cookie: «auth=9f8e7d6c5b4a; Path=/; HttpOnly»"),
    ("session", "GET /cart;jsessionid=«1A530637289A03B07199A44E8D531427»"),
    ("session", "PHPSESSID=«r2t5uvjq435r4q7ib3vtdjq120»"),
    ("session", "session_id=«Zk3pQ9xYw8Vb2Nm5Lk7Jh4Gf1»"),
    // Shapes.
    ("jwt", "user «eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0In0.c2lnbmF0dXJlLW9mLXRlc3Q» rejected"),
    ("jwt", "token=«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0In0.c2lnbmF0dXJlLW9mLXRlc3Q»"),
    ("aws_key", "AccessKeyId «AKIAIOSFODNN7EXAMPLE» denied"),
    ("aws_key", "temporary \"«ASIAIOSFODNN7EXAMPLE»\""),
    ("aws_key", "aws_secret_access_key = «wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»"),
    ("aws_key", "AWS_SECRET_ACCESS_KEY=«wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»"),
    ("gcp_key", "maps?key=«AIza00112233445566778899aabbccddeeff001»&v=3"),
    ("github_token", "remote: «ghp_00112233445566778899aabbccddeeff0011» expired"),
    ("github_token", "token=«ghs_00112233445566778899aabbccddeeff0011»"),
    ("github_token", "using «github_pat_00112233445566778899aa_bb»"),
    ("github_token", "CI_JOB «glpat-0011223344556677889a»"),
    ("slack_token", "posting as «xoxb-001122334455-aabbccddeeff»"),
    ("slack_token", "POST https://hooks.slack.com/services/«T00000000/B00000000/aabbccdd0011»"),
    (
        "private_key",
        "-----BEGIN RSA PRIVATE KEY-----«\nMIIEowIBAAKCAQEA\nq1w2e3\n»-----END RSA PRIVATE KEY-----",
    ),
    ("private_key", "key -----BEGIN PRIVATE KEY-----«\nMIIEowIBAAKCAQEA and cut»"),
    (
        "private_key",
        "{\"private_key\":\"-----BEGIN PRIVATE KEY-----«\\nMIIEvQIBADANBg\\n»-----END PRIVATE KEY-----\\n\"}",
    ),
    ("url_credentials", "connect postgres://app:«hunter2»@db-m1:5432/orders"),
    ("url_credentials", "amqp://guest:«gu:est»@rabbit:5672/ refused"),
    ("url_credentials", "redis://:«hunter2»@cache:6379/0"),
    ("url_credentials", "clone https://«00112233aabbccddeeff44556677»@git.example.com/x.git"),
    ("card_number", "charged «4111111111111111» for order 7"),
    ("card_number", "card=«5555555555554444» exp=12/30"),
    ("card_number", "pan «3782 822463 10005» declined"),
    ("card_number", "card «4111-1111-1111-1111»"),
    ("card_number", "{\"number\":\"«6011111111111117»\"}"),
];

/// Lines that only sound as if they held a secret.
const CLEAN: [&str; 99] = [
    "password: incorrect",
    "password: failed for root",
    "Failed password for root from 10.0.0.9 port 40022 ssh2",
    "Accepted password for deploy from 10.0.0.9 port 40022 ssh2",
    "Access denied for user 'app'@'10.0.0.9' (using password: YES)",
    "using password: NO",
    "password=<redacted> user=x",
    "password=**** user=x",
    "password: ********",
    "password=xxxxxx",
    "password=${DB_PASSWORD}",
    "password=$DB_PASSWORD",
    "password=null user=x",
    "password: 3 attempts left",
    "password: can't be blank",
    "password: 错误",
    "password=",
    "password:",
    "password",
    "password_attempts=3 password.age=90",
    "passwords: 12",
    "passwd: files systemd",
    "passwd: /etc/passwd- is missing",
    "def login(user: str, password: str) -> bool",
    "sudo: bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/usr/bin/id",
    "PWD=C:\\Users\\bob",
    "first pass: 42 objects",
    "pass=12 fail=0 skip=3",
    "bypass=cache7 compass=north9",
    "token=<EOF>",
    "token: IDENTIFIER",
    "unexpected token: } at line 3",
    "mismatched token 'foo' expecting ';'",
    "tokens: 512",
    "tokens=1024 prompt_tokens=88",
    "token=-9223372036854775808",
    "token: 12345678",
    "next_page_token=9f8e7d6c5b4a3210",
    "continuationToken: 9f8e7d6c5b4a3210",
    "cancellation token: System.Threading.CancellationToken",
    "access_token: invalid_grant",
    "auth_token: expired for client 7",
    "key=42",
    "key=user:9f8e7d6c5b4a3210",
    "api_key: missing",
    "api_key=<none>",
    "apikey: /etc/keys/api.key",
    "secret: kube-system/registry-pull",
    "secret=default",
    "session opened for user alice by (uid=1000)",
    "session closed for user alice",
    "session_id=42",
    "sessionid:0x14ed93111f20027 timeout:30000",
    "session id: 550e8400-e29b-41d4-a716-446655440000",
    "Authorization: required",
    "authorization: denied by policy",
    "authorization=false",
    "Authorization: Bearer <token>",
    "Authorization: Bearer ${TOKEN}",
    "Authorization: Bearer token missing",
    "WWW-Authenticate: Bearer realm=\"orders\"",
    "bearer of bad news",
    "the bearer authentication-handler failed",
    "Basic authentication is off",
    "basic health-check passed",
    "invalid cookie: expired",
    "cookie: lang=en; theme=dark",
    "cookies=3",
    "eyJ is how these tokens begin",
    "eyJhbGci.short.x",
    "ASIA-PACIFIC region, AKIA prefix",
    "AKIAIOSFODNN7EXAMPLE1234 is too long",
    "ghp_short is no token",
    "skip-level-1 task-0011223344556677 risk-assessment-0011223344",
    "sk-learn-classifier-of-many-words-without-digits",
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBg\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOC\n-----END PUBLIC KEY-----",
    "GET http://user@example.com/x",
    "connect postgres://app@db-m1:5432/orders",
    "http://10.0.0.1:8080/path?mail=a@b.example",
    "postgres://app:****@db-m1/orders",
    "ssh://git@git.example.com/repo.git",
    "https://491700000000%40example.org@cards.example.com/principal",
    "event for stream/token: org.example.activity/4505: 132",
    "token: registry-pull-secret-2",
    "mail from bob@example.com to eve@example.com",
    "block blk_4568434182693165548 of size 67108864",
    "block id 4539578763621486 received",
    "offset=4539578763621486",
    "trace_id=4111111111111111",
    "ts=1794927180000 took 12 ms",
    "1794927180000123456 ns",
    "4111111111111112 has a wrong check digit",
    "9111111111111110 has no issuer",
    "20261117145300 compact time, 36227206271667 too",
    "serial -4111111111111111",
    "0x4111111111111111 4111111111111111L 4111111111111111.25",
    "2026-11-17 14:53:00,123 INFO [main] c.e.Orders - order 7711 committed in 12 ms",
    "10.0.0.9 - - [17/Nov/2026:14:53:00 +0000] \"GET /cart/42?page=2 HTTP/1.1\" 200 5124",
];

/// Returns a marked line without its marks, and as it has to be masked.
fn unmarked(line: &str, rule: &str) -> (String, String) {
    let (before, rest) = line.split_once('«').expect("a mark");
    let (secret, after) = rest.split_once('»').unwrap_or((rest, ""));
    (format!("{before}{secret}{after}"), format!("{before}<masked:{rule}>{after}"))
}

#[test]
fn every_secret_is_masked_and_nothing_else() {
    let mut wrong = Vec::new();
    for (rule, line) in SECRETS {
        let (line, expected) = unmarked(line, rule);
        let masked = mask(&line, &SecretRules::all());
        let found: Vec<&str> = masked.found.iter().map(|rule| rule.as_str()).collect();
        if masked.text != expected || found != [rule] {
            wrong.push(format!("{line}\n   is {}\nnot {expected}", masked.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lines_without_a_secret_stay_as_they_are() {
    let wrong: Vec<String> = CLEAN
        .into_iter()
        .map(|line| (line, mask(line, &SecretRules::all())))
        .filter(|(line, masked)| masked.text != *line || !masked.found.is_empty())
        .map(|(line, masked)| format!("{line}\n   is {}", masked.text))
        .collect();

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(CLEAN.iter().all(|line| matches!(mask(line, &SecretRules::all()).text, Cow::Borrowed(_))));
}

#[test]
fn masking_twice_is_masking_once() {
    for (rule, line) in SECRETS {
        let (line, _) = unmarked(line, rule);
        let once = mask(&line, &SecretRules::all()).text.into_owned();
        let twice = mask(&once, &SecretRules::all());

        assert_eq!((twice.text.as_ref(), twice.found.len()), (once.as_str(), 0));
    }
}

#[test]
fn several_secrets_of_a_line_are_counted_one_by_one() {
    let line = format!("password=a1 token={JWT} url=ftp://u:p@h/ card 4111111111111111");

    let masked = mask(&line, &SecretRules::all());

    assert_eq!(
        masked.text,
        "password=<masked:password> token=<masked:jwt> url=ftp://u:<masked:url_credentials>@h/ card <masked:card_number>"
    );
    assert_eq!(
        masked.found,
        [SecretRule::Password, SecretRule::Jwt, SecretRule::UrlCredentials, SecretRule::CardNumber]
    );
}

#[test]
fn a_rule_that_is_off_masks_nothing() {
    let line = "password=hunter2 api_key=9f8e7d6c5b4a3210";

    assert_eq!(mask(line, &SecretRules::none()).text, line);
    assert_eq!(
        mask(line, &SecretRules::all().without(SecretRule::Password)).text,
        "password=hunter2 api_key=<masked:api_key>"
    );
    assert_eq!(mask(line, &SecretRules::none().with(SecretRule::Password)).found, [SecretRule::Password]);
}

#[test]
fn a_field_is_judged_by_its_name() {
    let cases = [
        ("db.password", "hunter2", "<masked:password>"),
        ("user.password", "with spaces 密", "<masked:password>"),
        ("http.request.headers.cookie", "sid=9f8e7d6c5b4a", "<masked:cookie>"),
        ("oauth.access_token", "9f8e7d6c5b4a", "<masked:token>"),
        ("token", JWT, "<masked:jwt>"),
        ("url.full", "ftp://u:hunter2@h/", "ftp://u:<masked:url_credentials>@h/"),
        ("password", "<masked:password>", "<masked:password>"),
        ("password", "incorrect", "incorrect"),
        ("password.changed", "yes", "yes"),
        ("token", "IDENTIFIER", "IDENTIFIER"),
        ("process.working_directory", "/home/bob", "/home/bob"),
        ("", "", ""),
    ];
    for (name, value, expected) in cases {
        assert_eq!(mask_field(name, value, &SecretRules::all()).text, expected, "{name}");
        assert_eq!(mask_field(name, value, &SecretRules::none()).text, value);
    }
}

#[test]
fn a_rule_survives_its_word() {
    for rule in SecretRule::ALL {
        assert_eq!(SecretRule::parse(rule.as_str()), Some(rule));
    }
    assert_eq!(SecretRule::parse("x"), None);
}

#[test]
fn cut_and_odd_texts_are_no_reason_to_fail() {
    let mut lines: Vec<String> = SECRETS.iter().map(|(rule, line)| unmarked(line, rule).0).collect();
    lines.extend(CLEAN.iter().map(|line| (*line).to_owned()));
    lines.push("密码".repeat(40) + "：é password=é密 token：\u{0}= =: :// -- < ' \u{feff}");
    for line in &lines {
        for (cut, _) in line.char_indices() {
            for part in [&line[cut..], &line[..cut]] {
                let masked = mask(part, &SecretRules::all());
                assert!(masked.found.is_empty() == (masked.text == part), "{part}");
            }
        }
    }
}

#[test]
fn a_huge_line_is_masked_in_one_pass() {
    let line = "a=b:c-d_e 4 ' < J ".repeat(200_000) + "password=hunter2";

    assert_eq!(mask(&line, &SecretRules::all()).found, [SecretRule::Password]);
}
