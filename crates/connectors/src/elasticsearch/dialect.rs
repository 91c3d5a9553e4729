//! Which product answers, and what its version can do. What a reply shows outweighs what a version promises.

use serde::Deserialize;

use crate::elasticsearch::config::LogProduct;
use crate::http::HttpAnswer;

/// What answers, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Server {
    /// The product; `None` when it may not be asked and no person said.
    pub(super) product: Option<LogProduct>,
    /// The version as it says; empty when not known.
    pub(super) version: String,
    /// What it says of its build.
    pub(super) distribution: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Root {
    version: RootVersion,
    tagline: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RootVersion {
    number: String,
    distribution: String,
    build_flavor: String,
}

/// How a view of one moment is opened and closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PitWay {
    /// `POST /{index}/_pit`, `DELETE /_pit`.
    Elasticsearch,
    /// `POST /{index}/_search/point_in_time`, `DELETE /_search/point_in_time`.
    OpenSearch,
}

/// What tells documents of the same time apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Tie {
    /// A field that a person named.
    Field(String),
    /// The number of a document within one view, which the server adds by itself.
    Implicit,
    /// The same, asked for by name.
    ShardDoc,
    /// The document's id; costs the server memory.
    Id,
    /// Nothing: every page begins at the last time again and leaves out what is known.
    Time,
}

impl Tie {
    /// Reports whether a place remains good when the view is opened again.
    pub(super) const fn outlives_view(&self) -> bool {
        matches!(self, Self::Field(_) | Self::Id)
    }
}

impl Server {
    /// Reads the answer to `GET /`; `None` when it is neither product.
    ///
    /// OpenSearch can be told to call itself 7.10.2, so `distribution` and `tagline` are asked first.
    pub(super) fn of_root(answer: &HttpAnswer) -> Option<Self> {
        let root: Root = serde_json::from_slice(&answer.body).ok()?;
        let tagline = root.tagline.to_ascii_lowercase();
        let product = if root.version.distribution == "opensearch" || tagline.contains("opensearch") {
            LogProduct::OpenSearch
        } else if tagline == "you know, for search"
            || !answer.header("x-elastic-product").is_empty()
            || !root.version.build_flavor.is_empty()
        {
            LogProduct::Elasticsearch
        } else {
            return None;
        };
        let RootVersion { number, distribution, build_flavor } = root.version;
        let distribution = if distribution.is_empty() { build_flavor } else { distribution };
        Some(Self { product: Some(product), version: number, distribution })
    }

    /// What a person said, for a user who may not ask.
    pub(super) fn unasked(said: Option<LogProduct>) -> Self {
        Self { product: said, ..Self::default() }
    }

    /// The product's name; empty when not known.
    pub(super) const fn name(&self) -> &'static str {
        match self.product {
            Some(LogProduct::Elasticsearch) => "Elasticsearch",
            Some(LogProduct::OpenSearch) => "OpenSearch",
            None => "",
        }
    }

    /// Major and minor version; `None` when not known, or not to be believed.
    fn numbers(&self) -> Option<(u32, u32)> {
        let mut parts = self.version.split(['.', '-']).map(|part| part.parse::<u32>().ok());
        let numbers = (parts.next()??, parts.next()??);
        // An OpenSearch that plays an old Elasticsearch.
        let is_mask = self.product == Some(LogProduct::OpenSearch) && numbers == (7, 10);
        (!is_mask).then_some(numbers)
    }

    /// The ways to open a view that are worth trying, in order.
    pub(super) fn pit_ways(&self) -> &'static [PitWay] {
        match (self.product, self.numbers()) {
            (Some(LogProduct::Elasticsearch), Some(version)) if version < (7, 10) => &[],
            (Some(LogProduct::OpenSearch), Some(version)) if version < (2, 4) => &[],
            (Some(LogProduct::Elasticsearch), _) => &[PitWay::Elasticsearch],
            (Some(LogProduct::OpenSearch), _) => &[PitWay::OpenSearch],
            (None, _) => &[PitWay::Elasticsearch, PitWay::OpenSearch],
        }
    }

    /// The tiebreakers that are worth trying, best first, for a read with or without a view.
    pub(super) fn ties(&self, way: Option<PitWay>, unique_field: Option<&str>) -> Vec<Tie> {
        if let Some(field) = unique_field.map(str::trim).filter(|field| !field.is_empty()) {
            return vec![Tie::Field(field.to_owned())];
        }
        match (way, self.numbers()) {
            // Elasticsearch 7.12 adds it by itself; before that a view has none.
            (Some(PitWay::Elasticsearch), Some(version)) if version < (7, 12) => vec![Tie::Id, Tie::Time],
            (Some(PitWay::Elasticsearch), _) => vec![Tie::Implicit],
            (Some(PitWay::OpenSearch), Some(version)) if version < (3, 0) => vec![Tie::Id, Tie::Time],
            (Some(PitWay::OpenSearch), _) => vec![Tie::ShardDoc, Tie::Id, Tie::Time],
            (None, _) => vec![Tie::Id, Tie::Time],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(product: LogProduct, version: &str) -> Server {
        Server { product: Some(product), version: version.to_owned(), distribution: String::new() }
    }

    #[test]
    fn views_are_opened_where_the_version_has_them() {
        use LogProduct::{Elasticsearch, OpenSearch};
        for (product, version, ways) in [
            (Elasticsearch, "6.8.23", &[][..]),
            (Elasticsearch, "7.10.2", &[PitWay::Elasticsearch][..]),
            (Elasticsearch, "9.5.0", &[PitWay::Elasticsearch]),
            (OpenSearch, "1.3.20", &[]),
            (OpenSearch, "2.3.0", &[]),
            (OpenSearch, "2.4.0", &[PitWay::OpenSearch]),
            (OpenSearch, "3.8.0", &[PitWay::OpenSearch]),
            // With compatibility.override_main_response_version.
            (OpenSearch, "7.10.2", &[PitWay::OpenSearch]),
        ] {
            assert_eq!(server(product, version).pit_ways(), ways, "{version}");
        }
        assert_eq!(Server::default().pit_ways().len(), 2);
    }

    #[test]
    fn ties_are_broken_by_what_the_version_has() {
        use LogProduct::{Elasticsearch, OpenSearch};
        let first = |product, version: &str, way| server(product, version).ties(way, None).remove(0);

        assert_eq!(first(Elasticsearch, "7.10.2", None), Tie::Id);
        assert_eq!(first(Elasticsearch, "7.11.0", Some(PitWay::Elasticsearch)), Tie::Id);
        assert_eq!(first(Elasticsearch, "8.15.0", Some(PitWay::Elasticsearch)), Tie::Implicit);
        assert_eq!(first(OpenSearch, "2.19.1", Some(PitWay::OpenSearch)), Tie::Id);
        assert_eq!(first(OpenSearch, "3.8.0", Some(PitWay::OpenSearch)), Tie::ShardDoc);
        assert_eq!(
            server(OpenSearch, "3.8.0").ties(None, Some(" event.id ")),
            [Tie::Field("event.id".to_owned())]
        );
    }
}
