//! `import`: read a file into a workspace, or show how it is understood.

use serde_json::json;
use wardroom_app::import::{
    self, ColumnRole, FileVerdict, ImportRequest, NamedColumn, PreviewRow, ReadingChoice,
};
use wardroom_app::jobs::JobKind;
use wardroom_app::phrase::Phrase;
use wardroom_app::{App, AppError, detection};
use wardroom_core::{TimeRange, Timestamp};

use crate::arguments::{Columns, Import};
use crate::commands::{as_job, in_workspace, job};
use crate::output::Output;
use crate::rows::for_scripts;

/// Runs `import`.
pub(crate) async fn run(app: &App, arguments: &Import, output: &Output) -> Result<u8, AppError> {
    let path = std::path::absolute(&arguments.file).unwrap_or_else(|_| arguments.file.clone());
    let path = path.display().to_string();
    let first = import::preview(app, &path, None).await?;
    let named = named(&arguments.columns);
    // A file in which no times or no values were found may have them in the columns that are named.
    if named.is_empty()
        && let Some(refusal) = first.refusal
    {
        return Err(refusal);
    }
    let reading = choice(arguments, import::with_columns(&first, &named)?);
    if arguments.preview {
        let preview = import::preview(app, &path, Some(reading)).await?;
        if let Some(refusal) = preview.refusal {
            return Err(refusal);
        }
        print_preview(&preview, output);
        output.result(&for_scripts(&preview, output.words())?, &[]);
        return Ok(0);
    }
    let mut not_taken: Vec<Phrase> = import::not_taken(&first, &reading, &named).into_iter().collect();
    not_taken.extend(import::not_read(&first, &named));
    let name = arguments.name.clone().unwrap_or_else(|| first.name.clone());
    let request = ImportRequest { path, reading: Some(reading), source_name: name };
    let importing = Box::pin(async {
        let open = app.open()?;
        let task = job(app, JobKind::Import, &request.source_name);
        as_job(&task, import::run(app, &open, &request, &task)).await
    });
    let outcome = in_workspace(app, &arguments.workspace, importing).await?;
    if !arguments.no_detect {
        let open = app.open()?;
        let task = job(app, JobKind::Detect, "");
        as_job(&task, detection::run(app, &open, app.now(), &task)).await?;
    }
    output.say(
        &Phrase::new("terminal-imported")
            .text("samples", outcome.samples.to_string())
            .text("series", outcome.series.to_string())
            .text("bad", outcome.bad_row_count.to_string()),
    );
    if let Some(range) = outcome.range {
        output.say(&import::period(range));
    }
    let words = output.words();
    let bad = outcome.bad_rows.iter().take(20).map(|row| import::left_out(row, words));
    let notices: Vec<Phrase> = import::notices(&outcome, app.now()).into_iter().chain(not_taken).collect();
    let warnings: Vec<String> = bad.chain(notices.iter().map(|notice| words.phrase(notice))).collect();
    let result = json!({ "source": outcome.source, "name": outcome.name, "again": outcome.is_again, "rows": outcome.rows, "samples": outcome.samples,
        "series": outcome.series, "bad_rows": outcome.bad_row_count, "overwritten": outcome.overwritten,
        "repeated_times": outcome.repeated_times,
        "first": outcome.range.map(|range| range.start().to_string()),
        "last": outcome.range.map(|range| before(range.end()).to_string()) });
    output.result(&result, &warnings);
    Ok(if outcome.bad_row_count > 0 { 5 } else { 0 })
}

/// Returns the last moment of a period that ends here.
fn before(end: Timestamp) -> Timestamp {
    Timestamp::from_millis(end.as_millis().saturating_sub(1))
}

/// Returns the columns that the command line names, each with what it is taken for.
fn named(columns: &Columns) -> Vec<NamedColumn> {
    let one = |name: Option<&String>, role| (name.cloned().into_iter().collect::<Vec<_>>(), role);
    let all = [
        one(columns.time.as_ref(), ColumnRole::Time),
        one(columns.metric.as_ref(), ColumnRole::Name),
        (columns.values.clone(), ColumnRole::Value),
        (columns.labels.clone(), ColumnRole::Label),
        one(columns.kind.as_ref(), ColumnRole::Kind),
        one(columns.unit.as_ref(), ColumnRole::Unit),
        (columns.ignored.clone(), ColumnRole::LeftOut),
    ];
    let each = |(names, role): (Vec<String>, ColumnRole)| {
        names.into_iter().map(move |name| NamedColumn { name, role })
    };
    all.into_iter().flat_map(each).collect()
}

fn choice(arguments: &Import, reading: ReadingChoice) -> ReadingChoice {
    let asked = arguments.day_first || arguments.month_first;
    ReadingChoice {
        day_first: if asked { Some(arguments.day_first) } else { reading.day_first },
        zone: arguments.times_in.clone().or(reading.zone),
        refuse_bad: arguments.strict,
        ..reading
    }
}

fn print_preview(preview: &PreviewRow, output: &Output) {
    let about: Vec<String> = preview.about.iter().map(|p| output.words().phrase(p)).collect();
    output.line(&format!("{}: {}", preview.name, about.join(", ")));
    for column in &preview.columns {
        let role = match column.role {
            ColumnRole::Time => "role-time",
            ColumnRole::Name => "role-name",
            ColumnRole::Label => "role-label",
            ColumnRole::Value => "role-value",
            ColumnRole::Kind => "role-kind",
            ColumnRole::Unit => "role-unit",
            ColumnRole::LeftOut => "role-left-out",
        };
        let (role, understood) = (output.words().word(role), output.words().phrase(&column.understood));
        output.line(&format!("  {:<24} {role:<10} {understood}  {}", column.name, column.first_value));
    }
    let rows = format!("{:.0}", preview.rows);
    if preview.question.is_some() {
        output.say(&Phrase::new("terminal-preview-asking").text("rows", rows));
    } else {
        output.say(
            &Phrase::new(if preview.estimated { "terminal-preview-about" } else { "terminal-preview" })
                .text("rows", rows)
                .text("series", preview.series.to_string())
                .text("samples", format!("{:.0}", preview.samples))
                .text("bad", preview.bad_row_count.to_string()),
        );
    }
    if let Some(range) = preview.range.and_then(|span| TimeRange::try_from(span).ok()) {
        output.say(&import::period(range));
    }
    if preview.verdict == FileVerdict::Asking
        && let Some(question) = &preview.question
    {
        for reading in [&question.day_first, &question.month_first].into_iter().flatten() {
            output.say(reading);
        }
        if question.day_first.is_none() {
            output.say(&Phrase::new("terminal-zone-question"));
        }
    }
}
