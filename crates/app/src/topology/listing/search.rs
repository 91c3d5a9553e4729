//! What entities are searched for: words that occur anywhere, or in one field such as `team:data`.

use wardroom_core::name::searched;

use crate::topology::room::Snapshot;

/// A field that can be searched alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Name,
    Kind,
    Tier,
    Team,
    Department,
    Person,
    Contact,
    Domain,
    System,
    Environment,
    Site,
    Status,
    Note,
    Source,
    Tag,
    Link,
}

/// All fields with the words that people write for them.
const FIELDS: [(&str, Field); 16] = [
    ("name", Field::Name),
    ("kind", Field::Kind),
    ("tier", Field::Tier),
    ("team", Field::Team),
    ("department", Field::Department),
    ("person", Field::Person),
    ("contact", Field::Contact),
    ("domain", Field::Domain),
    ("system", Field::System),
    ("environment", Field::Environment),
    ("site", Field::Site),
    ("status", Field::Status),
    ("note", Field::Note),
    ("source", Field::Source),
    ("tag", Field::Tag),
    ("link", Field::Link),
];

/// Other words for them, which columns of a file may have as well.
const ALSO: [(&str, Field); 2] = [("owner", Field::Team), ("env", Field::Environment)];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    /// The text occurs in anything that is said of an entity.
    Anywhere(String),
    /// It occurs in this field.
    In(Field, String),
}

/// A search that was typed. Every part of it has to be fulfilled.
#[derive(Clone, Debug)]
pub(super) struct Search {
    conditions: Vec<Condition>,
}

impl Search {
    /// Reads what was typed: words, `field:value`, and quotation marks around what has spaces in it. What is no field
    /// is a word like any other, such as an address with a port.
    pub(super) fn new(text: &str) -> Self {
        let parts = split(&searched(text));
        Self { conditions: parts.iter().map(|part| condition(part)).collect() }
    }

    /// Reports whether a thing fulfils every part.
    pub(super) fn finds(&self, snapshot: &Snapshot, thing: usize) -> bool {
        let mut all: Option<String> = None;
        self.conditions.iter().all(|condition| match condition {
            Condition::Anywhere(wanted) => {
                all.get_or_insert_with(|| everything(snapshot, thing)).contains(wanted.as_str())
            }
            Condition::In(field, wanted) => {
                let mut is_there = false;
                each(snapshot, thing, *field, &mut |text| {
                    // A tier is a number and not a part of one.
                    is_there |= match field {
                        Field::Tier => text == wanted,
                        Field::Name
                        | Field::Kind
                        | Field::Team
                        | Field::Department
                        | Field::Person
                        | Field::Contact
                        | Field::Domain
                        | Field::System
                        | Field::Environment
                        | Field::Site
                        | Field::Status
                        | Field::Note
                        | Field::Source
                        | Field::Tag
                        | Field::Link => searched(text).contains(wanted.as_str()),
                    };
                });
                is_there
            }
        })
    }
}

/// Splits a text at the spaces that stand outside quotation marks.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_quoted = false;
    for letter in text.chars() {
        is_quoted ^= letter == '"';
        if letter.is_whitespace() && !is_quoted {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn condition(part: &str) -> Condition {
    let bare = |text: &str| text.replace('"', "");
    let field = part.split_once(':').filter(|(_, value)| !value.is_empty()).and_then(|(word, value)| {
        let (_, field) = FIELDS.iter().chain(&ALSO).find(|(name, _)| *name == word)?;
        Some(Condition::In(*field, bare(value)))
    });
    field.unwrap_or_else(|| Condition::Anywhere(bare(part)))
}

/// Returns everything that is said of a thing. A tier alone is no word to look for.
fn everything(snapshot: &Snapshot, thing: usize) -> String {
    let mut all = String::new();
    for (_, field) in FIELDS.iter().filter(|(_, field)| *field != Field::Tier) {
        each(snapshot, thing, *field, &mut |text| {
            all.push_str(text);
            all.push(' ');
        });
    }
    searched(&all)
}

/// Hands over the texts of one field of a thing.
fn each(snapshot: &Snapshot, thing: usize, field: Field, take: &mut dyn FnMut(&str)) {
    let known = snapshot.thing(thing);
    let entity = &known.entity;
    match field {
        Field::Name => {
            take(&known.name);
            known.names.iter().for_each(|name| take(name));
        }
        Field::Kind => take(entity.kind.as_str()),
        Field::Tier => entity.tier.iter().for_each(|tier| take(&tier.to_string())),
        Field::Team => take(&entity.team),
        Field::Department => take(&entity.department),
        Field::Person => take(&entity.person),
        Field::Contact => take(&entity.contact),
        Field::Domain => take(&entity.domain),
        Field::System => take(&entity.system),
        Field::Environment => take(&entity.environment),
        Field::Site => take(&entity.site),
        Field::Status => take(&entity.status),
        Field::Note => take(&known.note),
        Field::Source => {
            let sources = known.records.iter().map(|place| snapshot.records[*place].source);
            sources.for_each(|source| take(&snapshot.source_name(source)));
        }
        Field::Tag => entity.tags.iter().for_each(|(name, value)| take(&format!("{name}={value}"))),
        Field::Link => entity.links.iter().for_each(|(title, url)| {
            take(title);
            take(url);
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_asked_by_the_word_that_a_file_has_for_it_too() {
        let search = Search::new("owner:data env:prod");

        let wanted = [(Field::Team, "data"), (Field::Environment, "prod")];
        assert_eq!(search.conditions, wanted.map(|(field, text)| Condition::In(field, text.to_owned())));
    }

    #[test]
    fn quotation_marks_hold_words_together_and_what_is_no_field_is_a_word() {
        let search = Search::new("team:\"On Call\"  tier:1 10.0.3.7:5432 team: x\"y z");

        let word = |text: &str| Condition::Anywhere(text.to_owned());
        assert_eq!(
            search.conditions,
            [
                Condition::In(Field::Team, "on call".to_owned()),
                Condition::In(Field::Tier, "1".to_owned()),
                word("10.0.3.7:5432"),
                word("team:"),
                word("xy z"),
            ]
        );
    }
}
