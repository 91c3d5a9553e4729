//! Paths into an item: `site.name`, `tags.*.slug`, `relations[type=dependsOn].targetRef`.

use serde_json::Value;

/// A way into a JSON value. It may lead to several values, or to none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    text: String,
    root: Root,
    steps: Vec<Step>,
}

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    /// At the value that is looked at: the item, or the part of it that a relation goes through.
    Here,
    /// `$item`: at the item, from within a part of it.
    Item,
    /// `$key`: the name under which the item stands in a map.
    Key,
    /// `$base`: the address of the connection.
    Base,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The member of this name.
    Name(String),
    /// The element at this position.
    Index(usize),
    /// Every element, or every member's value.
    All,
    /// The elements whose member has this text.
    Where(String, String),
}

/// What paths are followed in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'v> {
    /// The value that is looked at.
    pub(crate) here: &'v Value,
    /// The item.
    pub(crate) item: &'v Value,
    /// The name under which the item stands in a map; empty elsewhere.
    pub(crate) key: &'v str,
    /// The address of the connection.
    pub(crate) base: &'v str,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Found<'v> {
    /// A value within the item.
    Value(&'v Value),
    /// A text beside it.
    Text(&'v str),
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    ///
    /// The position in characters, and what is wrong there.
    pub(crate) fn parse(text: &str) -> Result<Self, (usize, &'static str)> {
        let mut parser = Parser { chars: text.chars().collect(), at: 0 };
        let root = parser.root()?;
        let steps = parser.steps(root != Root::Here)?;
        if matches!(root, Root::Key | Root::Base) && !steps.is_empty() {
            return Err((0, "nothing can follow $key and $base"));
        }
        Ok(Self { text: text.to_owned(), root, steps })
    }

    /// Returns the path as it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns everything the path leads to, in the order of the source. `null` is nothing.
    pub(crate) fn find<'v>(&self, scene: Scene<'v>) -> Vec<Found<'v>> {
        let start = match self.root {
            Root::Here => scene.here,
            Root::Item => scene.item,
            Root::Key | Root::Base => {
                let text = if self.root == Root::Key { scene.key } else { scene.base };
                return if text.is_empty() { Vec::new() } else { vec![Found::Text(text)] };
            }
        };
        let mut values = Vec::new();
        follow(start, &self.steps, &mut values);
        values.into_iter().map(Found::Value).collect()
    }

    /// Returns the first value that the path leads to within a value.
    pub(crate) fn first<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        let mut values = Vec::new();
        follow(value, &self.steps, &mut values);
        values.first().copied()
    }
}

/// Follows steps; a value that does not have what a step asks for leads nowhere.
fn follow<'v>(value: &'v Value, steps: &[Step], out: &mut Vec<&'v Value>) {
    let Some((step, rest)) = steps.split_first() else {
        if !value.is_null() {
            out.push(value);
        }
        return;
    };
    match (step, value) {
        (Step::Name(name), Value::Object(map)) => {
            if let Some(member) = map.get(name) {
                follow(member, rest, out);
            }
        }
        (Step::Index(at), Value::Array(list)) => {
            if let Some(element) = list.get(*at) {
                follow(element, rest, out);
            }
        }
        (Step::All, Value::Array(list)) => list.iter().for_each(|element| follow(element, rest, out)),
        (Step::All, Value::Object(map)) => map.values().for_each(|member| follow(member, rest, out)),
        (Step::Where(name, wanted), Value::Array(list)) => {
            let fits = |element: &&Value| element.get(name).and_then(text_of).is_some_and(|t| t == *wanted);
            list.iter().filter(fits).for_each(|element| follow(element, rest, out));
        }
        // A filter on one object asks the object itself.
        (Step::Where(name, wanted), Value::Object(map)) => {
            if map.get(name).and_then(text_of).is_some_and(|text| text == *wanted) {
                follow(value, rest, out);
            }
        }
        (
            Step::Name(_) | Step::Index(_) | Step::All | Step::Where(..),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_),
        ) => {}
    }
}

/// Returns a single value as text: trimmed, and nothing when it is empty, an array or an object.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Reads the text of a path.
struct Parser {
    chars: Vec<char>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self, expected: char) -> bool {
        let is_there = self.peek() == Some(expected);
        self.at += usize::from(is_there);
        is_there
    }

    fn root(&mut self) -> Result<Root, (usize, &'static str)> {
        if !self.take('$') {
            return Ok(Root::Here);
        }
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_alphabetic()) {
            self.at += 1;
        }
        let word: String = self.chars[start..self.at].iter().collect();
        match word.as_str() {
            "" => Ok(Root::Here),
            "item" => Ok(Root::Item),
            "key" => Ok(Root::Key),
            "base" => Ok(Root::Base),
            _ => Err((start, "only $item, $key and $base can stand behind a dollar sign")),
        }
    }

    /// Reads the steps; behind a root every one begins with a full stop or a bracket.
    fn steps(&mut self, mut joined: bool) -> Result<Vec<Step>, (usize, &'static str)> {
        let mut steps = Vec::new();
        while let Some(next) = self.peek() {
            if next == '[' {
                self.at += 1;
                steps.push(self.bracket()?);
            } else {
                if joined && !self.take('.') {
                    return Err((self.at, "a full stop or a bracket is expected"));
                }
                steps.push(self.name()?);
            }
            joined = true;
        }
        Ok(steps)
    }

    fn name(&mut self) -> Result<Step, (usize, &'static str)> {
        if let Some(quote @ ('"' | '\'')) = self.peek() {
            return self.quoted(quote).map(Step::Name);
        }
        let start = self.at;
        while self.peek().is_some_and(|c| !matches!(c, '.' | '[' | ']' | '"' | '\'' | '{' | '}')) {
            self.at += 1;
        }
        let word: String = self.chars[start..self.at].iter().collect();
        match word.trim() {
            "" => Err((start, "a name is missing")),
            "*" => Ok(Step::All),
            digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().map(Step::Index).map_err(|_| (start, "the position is too large"))
            }
            name => Ok(Step::Name(name.to_owned())),
        }
    }

    fn bracket(&mut self) -> Result<Step, (usize, &'static str)> {
        let start = self.at;
        let Some(length) = self.chars[start..].iter().position(|&c| c == ']') else {
            return Err((start, "the bracket is not closed"));
        };
        let inside: String = self.chars[start..start + length].iter().collect();
        self.at = start + length + 1;
        if let Some((name, value)) = inside.split_once('=') {
            let value = value.trim().trim_matches(['"', '\'']);
            return Ok(Step::Where(name.trim().to_owned(), value.to_owned()));
        }
        match inside.trim() {
            "*" => Ok(Step::All),
            digits => digits
                .parse()
                .map(Step::Index)
                .map_err(|_| (start, "a bracket holds a position, * or name=value")),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, (usize, &'static str)> {
        let start = self.at + 1;
        let Some(length) = self.chars.get(start..).and_then(|rest| rest.iter().position(|&c| c == quote))
        else {
            return Err((self.at, "the quotation is not closed"));
        };
        self.at = start + length + 1;
        Ok(self.chars[start..start + length].iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(path: &str, value: &Value) -> Vec<String> {
        let scene = Scene { here: value, item: value, key: "Server::1", base: "https://cmdb.example.net" };
        let found = Path::parse(path).unwrap().find(scene);
        let text = |found: Found<'_>| match found {
            Found::Value(value) => text_of(value).unwrap_or_else(|| value.to_string()),
            Found::Text(text) => text.to_owned(),
        };
        found.into_iter().map(text).collect()
    }

    #[test]
    fn paths_lead_through_members_elements_and_filters() {
        let item = json!({
            "site": {"name": " fra1 ", "x.y/z": 7},
            "tags": [{"slug": "db"}, {"slug": "gold"}],
            "relations": [{"type": "ownedBy", "to": "a"}, {"type": "dependsOn", "to": "b"}, {"type": "dependsOn", "to": "c"}],
            "ports": [22, 443],
            "none": null
        });

        assert_eq!(texts("site.name", &item), ["fra1"]);
        assert_eq!(texts("site.'x.y/z'", &item), ["7"]);
        assert_eq!(texts("tags.*.slug", &item), ["db", "gold"]);
        assert_eq!(texts("tags[1].slug", &item), ["gold"]);
        assert_eq!(texts("relations[type=dependsOn].to", &item), ["b", "c"]);
        assert_eq!(texts("ports.0", &item), ["22"]);
        assert_eq!(texts("$item.site.name", &item), ["fra1"]);
        assert_eq!(texts("$key", &item), ["Server::1"]);
        assert_eq!(texts("$base", &item), ["https://cmdb.example.net"]);
        for nothing in ["none", "none.x", "tags.slug", "ports.9", "site.name.x", "relations[type=x].to"] {
            assert_eq!(texts(nothing, &item), Vec::<String>::new(), "{nothing}");
        }
        assert_eq!(texts("", &item).len(), 1);
    }

    #[test]
    fn a_path_with_a_mistake_says_where_it_is() {
        for (text, at) in [
            ("a..b", 2),
            ("a[b", 2),
            ("a['x", 2),
            ("a.'x", 2),
            ("$own.a", 1),
            ("a]b", 1),
            ("$key.a", 0),
            ("a.", 2),
        ] {
            assert_eq!(Path::parse(text).unwrap_err().0, at, "{text}");
        }
    }
}
