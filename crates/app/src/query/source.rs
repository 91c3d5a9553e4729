//! Which source answers, and by the rules of which version of Prometheus.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_analysis::promql::Dialect;
use wardroom_connectors::source::SourceVersion;
use wardroom_store::{SeriesRow, SourceId, SourceRow};

use crate::connections;
use crate::context::Open;
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::sync;

/// The rules by which an expression is answered, and how they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    pub(super) dialect: Dialect,
    known: Known,
}

/// How the rules are known.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Known {
    /// The source said what it is: product and version.
    Told(String),
    /// Imported and simulated data belong to no server.
    Imported,
    /// The source has not said a version of Prometheus.
    Assumed,
}

impl Rules {
    /// Returns the rules for data of no server.
    pub(super) fn of_imports() -> Self {
        Self { dialect: Dialect::Three, known: Known::Imported }
    }

    /// Reports whether the rules are assumed of a source that has rules of its own.
    pub(super) fn are_assumed(&self) -> bool {
        self.known == Known::Assumed
    }

    pub(super) fn major(&self) -> u32 {
        match self.dialect {
            Dialect::Two => 2,
            Dialect::Three => NEWEST_MAJOR,
        }
    }

    /// Says what an answer stands on.
    pub(super) fn proof(&self, source: Option<&str>, samples: usize, series: usize) -> Phrase {
        let window = match self.dialect {
            Dialect::Two => "query-window-closed",
            Dialect::Three => "query-window-open",
        };
        let major = self.major().to_string();
        let Some(source) = source.filter(|_| samples > 0) else {
            return Phrase::new("query-proof-nothing").text("major", major).word("window", window);
        };
        let phrase = match &self.known {
            Known::Told(told) => Phrase::new("query-proof").text("told", told),
            Known::Imported => Phrase::new("query-proof-imported").text("major", major),
            Known::Assumed => Phrase::new("query-proof-assumed").text("major", major),
        };
        phrase.count("samples", samples).count("series", series).text("source", source).word("window", window)
    }
}

/// What a source says it is, as rules. Only Prometheus' own version numbers name rules of Prometheus.
fn rules_of(product: &str, version: &str) -> Option<Rules> {
    if product != "Prometheus" {
        return None;
    }
    let major: u32 = version.trim_start_matches('v').split('.').next()?.parse().ok()?;
    let dialect = match major {
        2 => Dialect::Two,
        3.. => Dialect::Three,
        // Thanos and others answer with versions of their own, which begin with 0.
        _ => return None,
    };
    Some(Rules { dialect, known: Known::Told(format!("{product} {version}")) })
}

/// Returns the rules for the samples of a source.
pub(super) async fn rules(open: &Open, source: Option<&SourceRow>) -> Result<Rules, AppError> {
    let Some(source) = source else { return Ok(Rules::of_imports()) };
    if source.kind != connections::PROMETHEUS {
        return Ok(Rules::of_imports());
    }
    let told = sync::version_of(open, source.id).await?;
    let known = told.and_then(|is| rules_of(&is.product, &is.version));
    Ok(known.unwrap_or(Rules { dialect: Dialect::Three, known: Known::Assumed }))
}

/// The major version whose rules hold where no other is known.
pub(super) const NEWEST_MAJOR: u32 = 3;

/// Returns the major version of Prometheus that a source says it has.
pub(super) fn major_of(told: &SourceVersion) -> Option<u32> {
    rules_of(&told.product, &told.version).map(|rules| rules.major())
}

/// Reports whether sources of a kind bring samples.
pub(super) fn has_samples(kind: &str) -> bool {
    [connections::PROMETHEUS, connections::SIMULATED, connections::FILE].contains(&kind)
}

/// Chooses the source: the named one, or the only one that has what is asked for.
///
/// `asked` are the series that the selectors of the expression match in all sources, one list a selector. A source has
/// what is asked for when it has series for every selector for which any source has some; where none has all of it,
/// each that has a part of it. `None` where nobody has anything and several could be meant.
///
/// # Errors
///
/// `query_no_source`; `query_sources` with the names.
pub(super) fn choose<'a>(
    sources: &'a [SourceRow],
    asked: &[Vec<&SeriesRow>],
    named: Option<&str>,
) -> Result<Option<&'a SourceRow>, AppError> {
    let candidates: Vec<&SourceRow> =
        sources.iter().filter(|s| has_samples(&s.kind) && named.is_none_or(|name| s.name == name)).collect();
    if candidates.is_empty()
        && let Some(name) = named
    {
        return Err(AppError::new("query_no_source").with("name", name));
    }
    let mut has: BTreeMap<SourceId, usize> = BTreeMap::new();
    for matched in asked {
        for source in matched.iter().map(|row| row.source).collect::<BTreeSet<_>>() {
            *has.entry(source).or_default() += 1;
        }
    }
    let rank = |source: &SourceRow| has.get(&source.id).copied().unwrap_or(0);
    let most = candidates.iter().map(|s| rank(s)).max().unwrap_or(0);
    let wanted = asked.iter().filter(|matched| !matched.is_empty()).count();
    // Where no source has everything, more of it is not a reason to prefer one.
    let least = if most == wanted { wanted } else { 1 };
    let fit: Vec<&SourceRow> = candidates.into_iter().filter(|s| most == 0 || rank(s) >= least).collect();
    // What was kept of a deleted source steps back behind a source that is there.
    let alive: Vec<&SourceRow> = fit.iter().copied().filter(|s| !s.deleted).collect();
    let fit = if alive.is_empty() { fit } else { alive };
    match fit.as_slice() {
        [only] => Ok(Some(only)),
        [] => Ok(None),
        _ if most == 0 => Ok(None),
        several => {
            let names: BTreeSet<&str> = several.iter().map(|s| s.name.as_str()).collect();
            let names: Vec<&str> = names.into_iter().collect();
            Err(AppError::new("query_sources").with("names", names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_prometheus_own_versions_name_its_rules() {
        let dialect = |product, version| rules_of(product, version).map(|r| r.dialect);

        assert_eq!(dialect("Prometheus", "2.42.0+ds"), Some(Dialect::Two));
        assert_eq!(dialect("Prometheus", "3.5.0"), Some(Dialect::Three));
        assert_eq!(dialect("Prometheus", "v4.0.0-rc.1"), Some(Dialect::Three));
        // Thanos answers with its own version; VictoriaMetrics with one that it makes up.
        assert_eq!(dialect("Prometheus", "0.39.2"), None);
        assert_eq!(dialect("VictoriaMetrics", "2.24.0"), None);
        assert_eq!(dialect("Grafana Mimir", "2.17.0"), None);
        assert_eq!(dialect("Prometheus", ""), None);
    }
}
