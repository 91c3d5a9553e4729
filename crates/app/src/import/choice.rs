//! How a person wants a file read: the roles of its columns, chosen in the preview or named in the terminal.

use std::collections::BTreeSet;

use wardroom_connectors::files::{Layout, OnBad, Preview, Reading, Role};

use super::rows::{ColumnRole, PreviewRow, ReadingChoice, TableLayout};
use super::{COLUMNS_CUT, OPENMETRICS, UNREAD};
use crate::error::AppError;
use crate::phrase::Phrase;

/// Columns that a sentence names: a wide file has thousands.
const NAMED_COLUMNS: usize = 40;

/// A column by its name, and what it is to be taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedColumn {
    /// The name as the preview shows it.
    pub name: String,
    /// What the column holds.
    pub role: ColumnRole,
}

/// Returns the reading of a preview with some columns taken for what a person named them.
///
/// A column that is named for the times, the metrics' names, kinds or units takes the place of the one that was found;
/// columns that are named for values take the place of all that were found. What loses its place is left out, and every
/// other column stays what it was found to be. Another column of times has an order of day and month of its own.
///
/// # Errors
///
/// `columns_given` where the format itself says what stands where; `column_unknown` with the columns that there are;
/// `column_twice` for one that is named for two things; the preview's own refusal where it shows no columns.
pub fn with_columns(preview: &PreviewRow, named: &[NamedColumn]) -> Result<ReadingChoice, AppError> {
    let refused = || preview.refusal.clone().unwrap_or_else(|| AppError::internal(&"a preview of nothing"));
    let mut reading = preview.reading.clone().ok_or_else(refused)?;
    if named.is_empty() {
        return Ok(reading);
    }
    if preview.about.iter().any(|said| said.key == OPENMETRICS) {
        return Err(AppError::new("columns_given").with("file", &preview.name));
    }
    let places = places_of(preview, named)?;
    let taken: BTreeSet<ColumnRole> = named.iter().map(|column| column.role).collect();
    for role in &mut reading.roles {
        if taken.contains(role) && *role != ColumnRole::Label {
            *role = ColumnRole::LeftOut;
        }
    }
    for (at, column) in places.into_iter().zip(named) {
        if let Some(role) = reading.roles.get_mut(at) {
            *role = column.role;
        }
    }
    let time = |roles: &[ColumnRole]| roles.iter().position(|role| *role == ColumnRole::Time);
    if preview.reading.as_ref().is_some_and(|found| time(&found.roles) != time(&reading.roles)) {
        reading.day_first = None;
    }
    Ok(reading)
}

/// Says which columns with something in them are not taken although nobody said so; `None` where there are none.
pub fn not_taken(preview: &PreviewRow, reading: &ReadingChoice, named: &[NamedColumn]) -> Option<Phrase> {
    let is_named = |name: &str| named.iter().any(|column| column.name == name);
    let left: Vec<&str> = preview
        .columns
        .iter()
        .zip(&reading.roles)
        .filter(|(column, role)| **role == ColumnRole::LeftOut && !column.first_value.is_empty())
        .map(|(column, _)| column.name.as_str())
        .filter(|name| !is_named(name))
        .collect();
    (!left.is_empty()).then(|| Phrase::new("import-not-taken").text("columns", listed(&left)))
}

/// Says of each column that cannot be read why, and that a file has more columns than are taken; not of columns that a
/// person leaves out.
pub fn not_read(preview: &PreviewRow, named: &[NamedColumn]) -> Vec<Phrase> {
    let is_left =
        |name: &str| named.iter().any(|column| column.name == name && column.role == ColumnRole::LeftOut);
    let unread = preview.columns.iter().filter(|c| c.understood.key.starts_with(UNREAD) && !is_left(&c.name));
    let each = unread.take(NAMED_COLUMNS).map(|column| {
        Phrase::new("import-not-read")
            .text("column", column.name.clone())
            .word("why", column.understood.key.clone())
    });
    let cut = preview.about.iter().filter(|said| said.key == COLUMNS_CUT);
    let cut = cut.map(|said| Phrase { values: said.values.clone(), ..Phrase::new("import-columns-cut") });
    each.chain(cut).collect()
}

/// Finds the columns by their names.
fn places_of(preview: &PreviewRow, named: &[NamedColumn]) -> Result<Vec<usize>, AppError> {
    let names: Vec<&str> = preview.columns.iter().map(|column| column.name.as_str()).collect();
    let mut places = Vec::with_capacity(named.len());
    for wanted in named {
        let at = names.iter().position(|name| *name == wanted.name).ok_or_else(|| {
            AppError::new("column_unknown")
                .with("column", &wanted.name)
                .with("file", &preview.name)
                .with("known", listed(&names))
        })?;
        if places.contains(&at) {
            return Err(AppError::new("column_twice").with("column", &wanted.name));
        }
        places.push(at);
    }
    Ok(places)
}

/// Lists columns, but not thousands.
fn listed(names: &[&str]) -> String {
    let more = if names.len() > NAMED_COLUMNS { ", …" } else { "" };
    format!("{}{more}", names.get(..NAMED_COLUMNS).unwrap_or(names).join(", "))
}

/// Returns how a file is read with what a person chose.
pub(super) fn reading_of(preview: &Preview, choice: &ReadingChoice) -> Reading {
    Reading {
        layout: match choice.layout {
            TableLayout::Long => Layout::Long,
            TableLayout::Wide => Layout::Wide,
        },
        roles: choice.roles.iter().map(|r| role_in(*r)).collect(),
        day_first: choice.day_first,
        zone: choice.zone.clone().filter(|z| !z.trim().is_empty()),
        on_bad: if choice.refuse_bad { OnBad::Refuse } else { OnBad::LeaveOut },
        ..preview.reading()
    }
}

/// Returns how a file is read as the window gets it.
pub(super) fn choice_of(reading: &Reading) -> ReadingChoice {
    ReadingChoice {
        layout: match reading.layout {
            Layout::Long => TableLayout::Long,
            Layout::Wide => TableLayout::Wide,
        },
        roles: reading.roles.iter().map(|r| role_out(*r)).collect(),
        day_first: reading.day_first,
        zone: reading.zone.clone(),
        refuse_bad: reading.on_bad == OnBad::Refuse,
    }
}

const fn role_in(role: ColumnRole) -> Role {
    match role {
        ColumnRole::Time => Role::Time,
        ColumnRole::Name => Role::Name,
        ColumnRole::Label => Role::Label,
        ColumnRole::Value => Role::Value,
        ColumnRole::Kind => Role::Kind,
        ColumnRole::Unit => Role::Unit,
        ColumnRole::LeftOut => Role::LeftOut,
    }
}

pub(super) const fn role_out(role: Role) -> ColumnRole {
    match role {
        Role::Time => ColumnRole::Time,
        Role::Name => ColumnRole::Name,
        Role::Label => ColumnRole::Label,
        Role::Value => ColumnRole::Value,
        Role::Kind => ColumnRole::Kind,
        Role::Unit => ColumnRole::Unit,
        Role::LeftOut => ColumnRole::LeftOut,
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::super::preview_row;
    use super::*;
    use crate::settings::Language;
    use crate::words::Words;

    fn previewed(name: &str, text: &str) -> PreviewRow {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(name);
        std::fs::write(&path, text).unwrap();
        let preview = wardroom_connectors::files::preview(&path, None).unwrap();
        preview_row(&path.display().to_string(), &preview)
    }

    fn named(columns: &[(&str, ColumnRole)]) -> Vec<NamedColumn> {
        columns.iter().map(|&(name, role)| NamedColumn { name: name.to_owned(), role }).collect()
    }

    const TABLE: &str = "start,end,host,cpu,mem\n\
        2026-11-10T00:00:00Z,2026-11-10T00:00:30Z,a,1,5\n2026-11-10T00:01:00Z,2026-11-10T00:01:30Z,b,2,6\n";

    #[test]
    fn a_named_column_takes_the_place_of_what_was_found_and_the_rest_stays() {
        use ColumnRole::{Label, LeftOut, Time, Value};
        let preview = previewed("t.csv", TABLE);

        let found = with_columns(&preview, &[]).unwrap();
        let chosen = named(&[("end", Time), ("mem", Value), ("cpu", Label), ("host", LeftOut)]);
        let reading = with_columns(&preview, &chosen).unwrap();

        assert_eq!(found.roles, [Time, LeftOut, Label, Value, Value]);
        assert_eq!(reading.roles, [LeftOut, Time, LeftOut, Label, Value]);
        let left = |reading: &ReadingChoice, named: &[NamedColumn]| {
            not_taken(&preview, reading, named)
                .map(|said| Words::with(Language::En, TimeZone::UTC).phrase(&said))
        };
        assert_eq!(
            left(&reading, &chosen).as_deref(),
            Some("Columns that were not taken: start. --value or --label takes them, --ignore leaves them.")
        );
        assert_eq!(
            left(&ReadingChoice { roles: vec![Time, Label, Label, Value, Value], ..found }, &[]),
            None
        );
    }

    #[test]
    fn columns_beyond_those_that_are_taken_are_told_and_so_are_those_that_are_not_read() {
        let keys = (0..1200).map(|i| format!(",\"k{i:04}\":{i}")).collect::<Vec<_>>().concat();
        let mut preview = previewed("wide.jsonl", &format!("{{\"at\":\"2026-11-10T00:00:00Z\"{keys}}}\n"));
        preview.columns[7].understood = Phrase::new("understood-unread-list");
        let said = |named: &[NamedColumn]| -> Vec<String> {
            let words = Words::with(Language::En, TimeZone::UTC);
            not_read(&preview, named).iter().map(|said| words.phrase(said)).collect()
        };

        let all = said(&[]);
        let left = said(&named(&[("k0006", ColumnRole::LeftOut)]));

        assert_eq!(all.len(), 2);
        assert!(all[0].starts_with("Column k0006 is left out: lists, which are not read"), "{}", all[0]);
        assert!(all[1].starts_with("Only the first 1"), "{}", all[1]);
        assert_eq!(left, all[1..]);
    }

    #[test]
    fn a_further_label_leaves_the_labels_that_were_found() {
        use ColumnRole::{Label, Time, Value};
        let preview = previewed("t.csv", TABLE);

        let reading = with_columns(&preview, &named(&[("end", Label)])).unwrap();

        assert_eq!(reading.roles, [Time, Label, Label, Value, Value]);
    }

    #[test]
    fn a_column_that_is_not_there_is_refused_with_those_that_are() {
        let preview = previewed("t.csv", TABLE);

        let unknown = with_columns(&preview, &named(&[("End", ColumnRole::Time)])).unwrap_err();
        let twice = with_columns(&preview, &named(&[("cpu", ColumnRole::Value), ("cpu", ColumnRole::Label)]));

        assert_eq!(unknown.code, "column_unknown");
        assert_eq!(unknown.fields["known"], "start, end, host, cpu, mem");
        assert_eq!(twice.unwrap_err().code, "column_twice");
    }

    #[test]
    fn columns_can_be_named_where_none_was_found_but_not_where_the_format_gives_them() {
        let mixed = previewed(
            "m.csv",
            "when,load\n2026-11-10T00:00:00Z,1\n2026-11-10T00:01:00Z,high\n\
            2026-11-10T00:02:00Z,low\n2026-11-10T00:03:00Z,low\n",
        );
        let given = previewed("up.om", "# TYPE up gauge\nup{job=\"a\"} 1 1794268800\n# EOF\n");

        let cured = with_columns(&mixed, &named(&[("load", ColumnRole::Value)])).unwrap();
        let refused = with_columns(&given, &named(&[("value", ColumnRole::Value)])).unwrap_err();

        assert_eq!(mixed.refusal.unwrap().code, "file_no_values");
        assert_eq!(cured.roles, [ColumnRole::Time, ColumnRole::Value]);
        assert_eq!(refused.code, "columns_given");
    }

    #[test]
    fn another_column_of_times_has_its_own_order_of_day_and_month() {
        let table = "first,second,cpu\n13/04/2026,03/04/2026,1\n14/04/2026,04/04/2026,2\n";
        let preview = previewed("d.csv", table);

        let reading = with_columns(&preview, &named(&[("second", ColumnRole::Time)])).unwrap();

        assert_eq!(preview.reading.unwrap().day_first, Some(true));
        assert_eq!(reading.day_first, None);
    }
}
