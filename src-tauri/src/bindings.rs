//! The TypeScript contract: types from the wire structs, wrappers from the one list of commands, and the drift test.

use ts_rs::{Config, TS};

/// A command as its wrapper needs it.
#[derive(Debug)]
pub(crate) struct CommandRow {
    name: &'static str,
    doc: String,
    arguments: Vec<(String, String)>,
    answer: String,
}

impl CommandRow {
    /// Begins a row.
    pub(crate) fn new(name: &'static str, doc: &[&str]) -> Self {
        let doc = doc.iter().map(|d| d.trim()).collect::<Vec<_>>().join(" ");
        Self { name, doc, arguments: Vec::new(), answer: String::new() }
    }

    /// Adds an argument.
    pub(crate) fn argument<T: TS>(mut self, name: &str) -> Self {
        self.arguments.push((camel(name), T::name(&config())));
        self
    }

    /// Names the answer.
    pub(crate) fn answer<T: TS>(mut self) -> Self {
        self.answer = T::name(&config());
        self
    }
}

fn config() -> Config {
    Config::new().with_large_int("number")
}

fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut upper = false;
    for c in name.chars() {
        if c == '_' {
            upper = true;
        } else if upper {
            out.extend(c.to_uppercase());
            upper = false;
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::fmt::Write as _;
    use std::path::Path;

    use ts_rs::TypeVisitor;
    use wardroom_app::alerts::*;
    use wardroom_app::bill::*;
    use wardroom_app::changed::*;
    use wardroom_app::changes::*;
    use wardroom_app::compare::*;
    use wardroom_app::connections::*;
    use wardroom_app::drills::rows::*;
    use wardroom_app::error::AppError;
    use wardroom_app::events::AppEvent;
    use wardroom_app::export::*;
    use wardroom_app::feedback::*;
    use wardroom_app::group_score::*;
    use wardroom_app::import::*;
    use wardroom_app::inventory::*;
    use wardroom_app::jobs::*;
    use wardroom_app::logs::*;
    use wardroom_app::now::*;
    use wardroom_app::query::*;
    use wardroom_app::reports::*;
    use wardroom_app::series::*;
    use wardroom_app::settings::*;
    use wardroom_app::topology::*;
    use wardroom_app::workspaces::*;

    use crate::commands::{self, PathPurpose};

    /// Gathers declarations, each once, with everything they name.
    #[derive(Default)]
    struct Gathered(BTreeMap<String, String>);

    impl TypeVisitor for Gathered {
        fn visit<T: TS + 'static + ?Sized>(&mut self) {
            if T::output_path().is_none() || self.0.contains_key(&T::ident(&config())) {
                return;
            }
            let doc = T::docs().unwrap_or_default();
            self.0.insert(T::ident(&config()), format!("{doc}export {}\n", T::decl(&config())));
            T::visit_dependencies(self);
        }
    }

    fn generated() -> String {
        let mut types = Gathered::default();
        types.visit::<AppError>();
        types.visit::<AppEvent>();
        types.visit::<AppStateRow>();
        types.visit::<RecentRow>();
        types.visit::<WorkspaceRow>();
        types.visit::<CheckRow>();
        types.visit::<CompactRow>();
        types.visit::<Settings>();
        types.visit::<PathPurpose>();
        types.visit::<NowView>();
        types.visit::<MetricsRequest>();
        types.visit::<MetricsView>();
        types.visit::<FindingsRequest>();
        types.visit::<FindingsView>();
        types.visit::<ChartRequest>();
        types.visit::<ChartHeader>();
        types.visit::<PictureRequest>();
        types.visit::<SourceRow>();
        types.visit::<ConnectionDraft>();
        types.visit::<ProbeRow>();
        types.visit::<ScopeRow>();
        types.visit::<PlanRow>();
        types.visit::<SyncRequest>();
        types.visit::<JobRow>();
        types.visit::<PreviewRow>();
        types.visit::<ReadingChoice>();
        types.visit::<ImportRequest>();
        types.visit::<ExportRequest>();
        types.visit::<ReportRequest>();
        types.visit::<AskedQuery>();
        types.visit::<QueryRequest>();
        types.visit::<QueryView>();
        types.visit::<ChangedRequest>();
        types.visit::<ChangedRanking>();
        types.visit::<ChangedRowsRequest>();
        types.visit::<CompareRequest>();
        types.visit::<CompareView>();
        types.visit::<GroupScoreRequest>();
        types.visit::<GroupScoreView>();
        types.visit::<BillRequest>();
        types.visit::<KeptDetector>();
        types.visit::<BillView>();
        types.visit::<FeedbackDraft>();
        types.visit::<WindowDraft>();
        types.visit::<FeedbackItem>();
        types.visit::<FeedbackStage>();
        types.visit::<AlertsRequest>();
        types.visit::<AlertsView>();
        types.visit::<LogsRequest>();
        types.visit::<LogsView>();
        types.visit::<LogCountsView>();
        types.visit::<LogValuesRequest>();
        types.visit::<LogValuesView>();
        types.visit::<TemplatesRequest>();
        types.visit::<TemplatesView>();
        types.visit::<TemplateRequest>();
        types.visit::<TemplateDetails>();
        types.visit::<DecisionDraft>();
        types.visit::<DecisionRow>();
        types.visit::<QueryCheck>();
        types.visit::<LogPlace>();
        types.visit::<LogItem>();
        types.visit::<LogFilesChoice>();
        types.visit::<LogFilesPreview>();
        types.visit::<LogFilesRequest>();
        types.visit::<MaskingRow>();
        types.visit::<EntitiesRequest>();
        types.visit::<EntitiesView>();
        types.visit::<DependenciesRequest>();
        types.visit::<DependenciesView>();
        types.visit::<NameHit>();
        types.visit::<EntityDetails>();
        types.visit::<SavedFilter>();
        types.visit::<MapRequest>();
        types.visit::<MapView>();
        types.visit::<VersionItem>();
        types.visit::<ReachRequest>();
        types.visit::<ReachView>();
        types.visit::<PathsRequest>();
        types.visit::<PathsView>();
        types.visit::<SinglePointsView>();
        types.visit::<DoubtsRequest>();
        types.visit::<DoubtsView>();
        types.visit::<TopologyDecision>();
        types.visit::<TopologyDecisionItem>();
        types.visit::<TopologyExport>();
        types.visit::<PresetItem>();
        types.visit::<MappingCheck>();
        types.visit::<InventoryFilePreview>();
        types.visit::<InventoryImported>();
        types.visit::<ChecksRequest>();
        types.visit::<ChecksView>();
        types.visit::<ChangesRequest>();
        types.visit::<ChangesView>();
        types.visit::<DrillList>();
        types.visit::<DrillBrief>();
        types.visit::<DrillOptions>();
        types.visit::<DrillState>();
        types.visit::<ClockWish>();
        types.visit::<DryRunRow>();
        types.visit::<ActedRow>();
        types.visit::<DebriefView>();
        types.visit::<KeptResults>();
        types.visit::<InstructorState>();
        types.visit::<InjectionRequest>();
        let mut out = String::from(HEAD);
        for declaration in types.0.values() {
            out.push_str(declaration);
            out.push('\n');
        }
        out.push_str(BRIDGE);
        for row in commands::rows() {
            wrapper(&mut out, &row);
        }
        out.push_str(FOOT);
        out
    }

    fn wrapper(out: &mut String, row: &CommandRow) {
        let parameters: Vec<String> = row.arguments.iter().map(|(n, t)| format!("{n}: {t}")).collect();
        let names: Vec<&str> = row.arguments.iter().map(|(n, _)| n.as_str()).collect();
        let passed = if names.is_empty() { String::new() } else { format!(", {{ {} }}", names.join(", ")) };
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "\t/** {} */\n\t{}: ({}): Promise<Result<{}>> => call('{}'{passed}),",
            row.doc,
            camel(row.name),
            parameters.join(", "),
            row.answer,
            row.name
        );
    }

    const HEAD: &str = "// Generated from the core by `cargo xtask bindings`; do not edit.\nimport { invoke } from '@tauri-apps/api/core';\nimport { listen } from '@tauri-apps/api/event';\n\n/** What a command answers: its data, or one failure. */\nexport type Result<T> = { status: 'ok'; data: T } | { status: 'error'; error: AppError };\n\n";

    const BRIDGE: &str = "function isAppError(value: unknown): value is AppError {\n\treturn typeof value === 'object' && value !== null && 'code' in value && 'fields' in value;\n}\n\nasync function call<T>(command: string, args?: Record<string, unknown>): Promise<Result<T>> {\n\ttry {\n\t\treturn { status: 'ok', data: await invoke<T>(command, args) };\n\t} catch (thrown) {\n\t\t// The bridge itself refuses with a plain text, for instance an unknown command.\n\t\treturn { status: 'error', error: isAppError(thrown) ? thrown : { code: 'internal', fields: { detail: String(thrown) } } };\n\t}\n}\n\n/** The commands of the core. None of them throws. */\nexport const commands = {\n\t/** A header and typed arrays; see `decodeChart`. */\n\tchart: (request: ChartRequest): Promise<Result<ArrayBuffer>> => call('chart', { request }),\n";

    const FOOT: &str = "};\n\n/** The commands, for classes that are given them. */\nexport type Commands = typeof commands;\n\n/** What the core tells by itself. */\nexport const events = {\n\t/** Hears every fact from now on; the answer ends it. */\n\tlisten: (handler: (event: AppEvent) => void): Promise<() => void> => listen<AppEvent>('app-event', (event) => handler(event.payload)),\n\t/** Hears of files dropped on the window. */\n\tfilesDropped: (handler: (paths: string[]) => void): Promise<() => void> =>\n\t\tlisten<{ paths: string[] }>('tauri://drag-drop', (event) => handler(event.payload.paths)),\n};\n\n/** The events, for classes that are given them. */\nexport type Events = typeof events;\n";

    #[test]
    fn every_type_that_a_command_names_is_declared() {
        let written = generated();
        let is_ours =
            |name: &&str| name.starts_with(char::is_uppercase) && !["Array", "Record"].contains(name);
        let missing: Vec<String> = commands::rows()
            .iter()
            .flat_map(|row| row.arguments.iter().map(|(_, named)| named).chain([&row.answer]))
            .flat_map(|named| named.split(|c: char| !c.is_alphanumeric()).filter(is_ours))
            .filter(|name| !written.contains(&format!("export type {name} ")))
            .map(str::to_owned)
            .collect();

        assert_eq!(missing, Vec::<String>::new(), "name them in `generated`");
    }

    #[test]
    fn the_bindings_of_the_window_are_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/lib/ipc/bindings.ts");
        let wanted = generated();
        if std::env::var_os("WARDROOM_WRITE_BINDINGS").is_some() {
            std::fs::write(&path, &wanted).unwrap();
        }

        let committed = std::fs::read_to_string(&path).unwrap();

        assert!(committed == wanted, "the bindings drifted from the core: run `cargo xtask bindings`");
    }
}
