//! A server for each product: it hands out the items of its recorded replies in pages of the size that is asked for, the
//! way the product does, and misbehaves where a test says so.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::loopback::{Reply, answer, answer_with};

/// A product that a preset is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product {
    /// The preset.
    pub(super) key: &'static str,
    /// The folder of its replies below `tests/fixtures/cmdb`; empty where they stand below.
    folder: &'static str,
    /// What the address has behind the host.
    below: &'static str,
    /// The user; empty for a token.
    user: &'static str,
    secret: &'static str,
    style: Style,
}

/// How a product hands out pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// `limit` and `offset`; the answer names the next page and the number of all.
    Next,
    /// `limit` and `cursor`; the answer has the next cursor and the number of all.
    Cursor,
    /// `sysparm_limit` and `sysparm_offset`; a header has the number of all.
    Table,
    /// `page.start` and `page.limit` in a JSON body.
    Body,
    /// `page` and `limit` in JSON text in a form; nothing says how many there are.
    Form,
    /// `range=0-499`; `Content-Range` has the number of all, and what lies behind it is refused.
    Range,
}

/// Every preset with the replies that it is read from.
pub(super) const PRODUCTS: [Product; 7] = [
    Product {
        key: "netbox",
        folder: "netbox/4.6",
        below: "",
        user: "",
        secret: "nbt_key.planted-5f1c",
        style: Style::Next,
    },
    Product {
        key: "nautobot",
        folder: "nautobot/3.2",
        below: "",
        user: "",
        secret: "0123456789abcdef0123456789abcdef01234567",
        style: Style::Next,
    },
    Product {
        key: "backstage",
        folder: "",
        below: "",
        user: "",
        secret: "planted-5f1c",
        style: Style::Cursor,
    },
    Product {
        key: "servicenow",
        folder: "servicenow/table-api",
        below: "",
        user: "reader",
        secret: "planted-5f1c",
        style: Style::Table,
    },
    Product {
        key: "blueking",
        folder: "blueking/3.14",
        below: "/api/bk-cmdb/prod",
        user: "wardroom",
        secret: "planted-5f1c",
        style: Style::Body,
    },
    Product {
        key: "itop",
        folder: "itop/3.2",
        below: "",
        user: "reader",
        secret: "planted-5f1c",
        style: Style::Form,
    },
    Product {
        key: "glpi",
        folder: "glpi/10.0",
        below: "",
        user: "",
        secret: "planted-5f1c",
        style: Style::Range,
    },
];

/// What is wrong with a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nothing.
    None,
    /// It refuses the credentials, in its own words.
    Refuses,
    /// Its answers end in their middle.
    CutsOff,
    /// A page for people stands in its place, with status 200.
    ShowsPage,
    /// A page for people says that nothing is there.
    IsNotThere,
    /// It says nothing.
    IsSilent,
    /// It has nothing.
    IsEmpty,
}

/// A running product; what is wrong with it can change.
pub(super) struct Server {
    product: Product,
    loopback: Loopback,
    trouble: Arc<Mutex<Trouble>>,
}

impl Server {
    pub(super) fn of(product: Product) -> Self {
        let replies = Replies::of(product);
        let trouble = Arc::new(Mutex::new(Trouble::None));
        let wrong = Arc::clone(&trouble);
        let loopback = Loopback::start(move |seen| replies.answer(seen, *wrong.lock().unwrap()));
        Self { product, loopback, trouble }
    }

    pub(super) fn has(&self, trouble: Trouble) {
        *self.trouble.lock().unwrap() = trouble;
    }

    /// Opens a connection as a program does that has just begun. Limits are such that a test need not wait for them.
    pub(super) fn open(&self, page_size: u32, timeout: Duration) -> Cmdb {
        let auth = match self.product.user {
            "" => AuthKind::Bearer,
            user => AuthKind::Basic { user: user.to_owned() },
        };
        let config = CmdbConfig {
            url: format!("{}{}", self.loopback.url(), self.product.below),
            auth,
            page_size,
            ..config(&self.loopback, presets::preset(self.product.key))
        };
        let mapping = Mapping::parse(&config.mapping).unwrap();
        let mut settings = config.http_settings(0, 1 << 24);
        settings.timeout = timeout;
        settings.retry_delays = vec![Duration::ZERO];
        let binding = SecretBinding::of_url(&config.url).unwrap();
        let secret = Secret::new(self.product.secret.to_owned(), binding);
        Cmdb::with_http(&config, mapping, settings, Some(secret)).unwrap()
    }
}

/// The replies of one product.
struct Replies {
    style: Style,
    folder: PathBuf,
    script: Value,
}

/// The part of a list that is asked for.
#[derive(Clone, Copy, Debug)]
struct Window {
    start: usize,
    limit: usize,
}

impl Replies {
    fn of(product: Product) -> Self {
        let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/cmdb");
        let folder = fixtures.join(product.folder);
        let script = if product.folder.is_empty() {
            Value::Null
        } else {
            let text = std::fs::read_to_string(folder.join("exchanges.json")).unwrap();
            serde_json::from_str(&text).unwrap()
        };
        Self { style: product.style, folder, script }
    }

    fn answer(&self, seen: &Seen, trouble: Trouble) -> Reply {
        match trouble {
            Trouble::None | Trouble::IsEmpty => self.reply(&Asked::of(seen), trouble),
            Trouble::Refuses => self.refusal(),
            Trouble::CutsOff => match self.reply(&Asked::of(seen), trouble) {
                Reply::Raw(bytes) => {
                    let body = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
                    Reply::Raw(bytes[..body.midpoint(bytes.len())].to_vec())
                }
                silent @ (Reply::Endless | Reply::Silence) => silent,
            },
            Trouble::ShowsPage => answer(200, "text/html", "<html><title>Sign in</title></html>"),
            Trouble::IsNotThere => answer(404, "text/html", "<html><title>Not Found</title></html>"),
            Trouble::IsSilent => Reply::Silence,
        }
    }

    fn refusal(&self) -> Reply {
        if self.script.is_null() {
            let body = json!({ "error": { "name": "AuthenticationError", "message": "Illegal token" } });
            return answer(401, "application/json", &body.to_string());
        }
        let refusal = &self.script["refusal"];
        let status = refusal["status"].as_u64().unwrap_or(200);
        answer(u16::try_from(status).unwrap(), "application/json", &self.file(&refusal["file"]).to_string())
    }

    fn file(&self, name: &Value) -> Value {
        let text = std::fs::read_to_string(self.folder.join(name.as_str().unwrap())).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Returns the answers to a request, whatever page it asks for.
    fn bodies(&self, asked: &Asked) -> Vec<Value> {
        if self.script.is_null() {
            return vec![json!({ "items": catalog(asked) })];
        }
        let all = self.script["exchanges"].as_array().unwrap().iter();
        let whole = all.filter(|exchange| exchange["status"].is_null());
        let mut fits = whole.filter(|exchange| asked.fits(exchange)).peekable();
        let Some(first) = fits.peek().map(|first| beside_paging(first)) else { return Vec::new() };
        let mut files: Vec<&Value> =
            fits.filter(|exchange| beside_paging(exchange) == first).map(|e| &e["file"]).collect();
        files.sort_by_key(|file| file.as_str());
        files.dedup();
        files.into_iter().map(|file| self.file(file)).collect()
    }

    fn reply(&self, asked: &Asked, trouble: Trouble) -> Reply {
        let mut bodies = self.bodies(asked);
        let Some(mut body) = bodies.pop() else {
            return answer(404, "application/json", "{\"detail\":\"Not found.\"}");
        };
        let Some(place) = self.place_of_items(&body) else {
            return answer(200, "application/json", &body.to_string());
        };
        let list = |body: &Value| match body.pointer(place) {
            Some(Value::Array(items)) => items.iter().map(|item| (String::new(), item.clone())).collect(),
            Some(Value::Object(items)) => items.clone().into_iter().collect(),
            _ => Vec::new(),
        };
        let mut items: Vec<(String, Value)> = bodies.iter().flat_map(list).chain(list(&body)).collect();
        if trouble == Trouble::IsEmpty {
            items.clear();
        }
        let window = asked.window(self.style);
        let total = items.len();
        let page: Vec<(String, Value)> = items.into_iter().skip(window.start).take(window.limit).collect();
        let end = window.start + page.len();
        let page = match self.style {
            Style::Form if page.is_empty() => Value::Null,
            Style::Form => Value::Object(page.into_iter().collect()),
            Style::Next | Style::Cursor | Style::Table | Style::Body | Style::Range => {
                page.into_iter().map(|(_, item)| item).collect()
            }
        };
        *body.pointer_mut(place).unwrap() = page;
        self.dress(body, asked, (window, end, total))
    }

    /// Returns where the items of an answer are; `None` for an answer that has none.
    fn place_of_items(&self, body: &Value) -> Option<&'static str> {
        let places: &[&'static str] = match self.style {
            Style::Next => &["/results"],
            Style::Cursor => &["/items"],
            Style::Table => &["/result"],
            Style::Body => &["/data/info", "/data/data"],
            Style::Form => &["/objects"],
            Style::Range => &[""],
        };
        let is_list = |place: &&&str| match body.pointer(place) {
            Some(found) => self.style != Style::Range || found.is_array(),
            None => false,
        };
        places.iter().find(is_list).copied()
    }

    /// Adds to a page what leads to the next one.
    fn dress(&self, mut body: Value, asked: &Asked, (window, end, total): (Window, usize, usize)) -> Reply {
        let mut headers = String::new();
        match self.style {
            Style::Next => {
                body["count"] = total.into();
                // Behind a proxy a server may think that it is called otherwise.
                let next = format!("http://inside:8080{}?limit={}&offset={end}", asked.path, window.limit);
                body["next"] = if end < total { next.into() } else { Value::Null };
            }
            Style::Cursor => {
                body["totalItems"] = total.into();
                body["pageInfo"] =
                    if end < total { json!({ "nextCursor": end.to_string() }) } else { json!({}) };
            }
            Style::Table => write!(headers, "X-Total-Count: {total}\r\n").unwrap(),
            Style::Body => body["data"]["count"] = total.into(),
            Style::Form => {}
            Style::Range if window.start >= total && total > 0 => {
                let refused = self.file(&"past-end.json".into());
                return answer(400, "application/json", &refused.to_string());
            }
            Style::Range => {
                let last = end.saturating_sub(1);
                write!(headers, "Content-Range: {}-{last}/{total}\r\n", window.start).unwrap();
            }
        }
        answer_with(200, "application/json", &headers, &body.to_string())
    }
}

/// A request as it was understood.
struct Asked {
    method: String,
    path: String,
    params: Vec<(String, String)>,
    headers: String,
    /// Without blanks and decoded, so that a form and JSON are looked through alike.
    body: String,
}

impl Asked {
    fn of(seen: &Seen) -> Self {
        let mut words = seen.head.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let url = reqwest::Url::parse(&format!("http://localhost{target}")).unwrap();
        let params = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()));
        let headers = seen.head.to_lowercase();
        let mut body = seen.body.clone();
        if headers.contains("application/x-www-form-urlencoded") {
            let form = reqwest::Url::parse(&format!("http://localhost/?{body}")).unwrap();
            let fields = form.query_pairs().map(|(name, value)| format!("{name}={value}"));
            body = fields.collect::<Vec<_>>().join("&");
        }
        body.retain(|c| !c.is_whitespace());
        let path = url.path().to_owned();
        Self { method: method.to_owned(), path, params: params.collect(), headers, body }
    }

    fn param(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Reports whether an exchange is for this request, but for the page.
    fn fits(&self, exchange: &Value) -> bool {
        let path = exchange["path"].as_str().unwrap();
        let is_there =
            if exchange["prefix"] == true { self.path.starts_with(path) } else { self.path.ends_with(path) };
        let asked = exchange["headers_asked"].as_object();
        is_there
            && exchange["method"].as_str().is_none_or(|method| method == self.method)
            && asked.into_iter().flatten().all(|(name, value)| {
                self.headers.contains(&format!("{name}: {}", value.as_str().unwrap()).to_lowercase())
            })
            && beside_paging(exchange).iter().skip(1).all(|part| self.body.contains(part))
    }

    /// Returns which part of the list is asked for.
    fn window(&self, style: Style) -> Window {
        let number = |text: &str| text.parse::<usize>().ok();
        let of_body = |name: &str| {
            let (_, rest) = self.body.split_once(&format!("\"{name}\":"))?;
            number(rest.split(|c: char| !c.is_ascii_digit()).next()?)
        };
        let (start, limit) = match style {
            Style::Next => (number(self.param("offset")), number(self.param("limit"))),
            Style::Cursor => (number(self.param("cursor")), number(self.param("limit"))),
            Style::Table => (number(self.param("sysparm_offset")), number(self.param("sysparm_limit"))),
            Style::Body => (of_body("start"), of_body("limit")),
            Style::Form => {
                let before = of_body("page").unwrap_or(1) - 1;
                (of_body("limit").map(|limit| before * limit), of_body("limit"))
            }
            Style::Range => {
                let (first, last) = self.param("range").split_once('-').unwrap_or_default();
                let first = number(first);
                (first, number(last).zip(first).map(|(last, first)| last + 1 - first))
            }
        };
        Window { start: start.unwrap_or(0), limit: limit.unwrap_or(usize::MAX) }
    }
}

/// Returns the path of an exchange and what a body has to hold that does not say which page is meant.
fn beside_paging(exchange: &Value) -> Vec<&str> {
    let parts = exchange["body"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let parts = parts.filter(|part| !part.starts_with("\"start\"") && !part.starts_with("\"page\""));
    exchange["path"].as_str().into_iter().chain(parts).collect()
}

/// Returns entities of a small software catalog. The preset was written after a server, which the top-level tests start.
fn catalog(asked: &Asked) -> Vec<Value> {
    let one = |kind: &str, name: &str, spec: Value, relations: Value| {
        json!({ "kind": kind, "metadata": { "namespace": "default", "name": name }, "spec": spec,
            "relations": relations })
    };
    let owned = |to: &str| {
        json!([{ "type": "ownedBy", "targetRef": "group:default/shop" },
            { "type": "dependsOn", "targetRef": format!("resource:default/{to}") }])
    };
    let filter = asked.param("filter");
    if filter.contains("kind=group") {
        let profile = json!({ "profile": { "displayName": "Shop", "email": "shop@example.net" } });
        vec![one("Group", "shop", profile, json!([])), one("Group", "data", json!({}), json!([]))]
    } else if filter.contains("kind=user") {
        vec![one("User", "ana", json!({}), json!([]))]
    } else if filter.contains("kind=system") {
        vec![one("System", "shop", json!({}), json!([]))]
    } else {
        vec![
            one("Component", "orders", json!({ "type": "service" }), owned("orders-db")),
            one("Component", "web", json!({ "type": "website" }), owned("session-cache")),
            one("Resource", "orders-db", json!({ "type": "database" }), json!([])),
            one("Resource", "session-cache", json!({ "type": "cache" }), json!([])),
        ]
    }
}
