//! Edges, evidence and notices as rows and sentences.

use wardroom_analysis::topology::identity::{IdentityEvidence, IdentityEvidenceKind};
use wardroom_analysis::topology::model::{
    ConflictReason, DoubtReason, EdgeOrigin, EdgeState, ModelEdge, StaleReason,
};
use wardroom_analysis::topology::owners::{OwnerProposal, OwnerVoice};
use wardroom_connectors::source::{InventoryNotice, InventoryNoticeKind};
use wardroom_core::{Dependency, Entity, EntityKind, Timestamp};

use super::room::Snapshot;
use super::rows::{DependencyItem, EdgeOriginKind, EdgeStateKind, EntityItem, EvidenceItem, OwnerItem};
use crate::phrase::Phrase;
use crate::wire::Millis;

/// Pieces of evidence that one edge shows.
const MOST_EVIDENCE: usize = 8;

/// Returns how an edge is known, in one word.
pub(super) fn origin_of(edge: &ModelEdge) -> EdgeOriginKind {
    let has = |is: fn(&EdgeOrigin) -> bool| edge.origins.iter().any(is);
    let declared = has(|o| matches!(o, EdgeOrigin::Declared { .. }));
    let inferred = has(|o| matches!(o, EdgeOrigin::Inferred { .. }));
    match (declared, inferred) {
        (true, true) => EdgeOriginKind::Both,
        (true, false) => EdgeOriginKind::Declared,
        (false, true) => EdgeOriginKind::Inferred,
        (false, false) if has(|o| matches!(o, EdgeOrigin::Drawn)) => EdgeOriginKind::Drawn,
        (false, false) => EdgeOriginKind::Proposed,
    }
}

/// Returns how sure an edge is.
pub(super) fn state_of(state: EdgeState) -> EdgeStateKind {
    match state {
        EdgeState::Sound => EdgeStateKind::Sound,
        EdgeState::Stale(_) => EdgeStateKind::Stale,
        // One that a person removed is not shown; where it is, it is doubtful.
        EdgeState::Doubtful(_) | EdgeState::Removed => EdgeStateKind::Doubtful,
        EdgeState::Proposed => EdgeStateKind::Proposed,
    }
}

fn reason_of(state: EdgeState) -> Option<Phrase> {
    let key = match state {
        EdgeState::Sound | EdgeState::Removed => return None,
        EdgeState::Stale(StaleReason::Old) => "edge-stale-old",
        EdgeState::Stale(StaleReason::Unseen) => "edge-stale-unseen",
        EdgeState::Doubtful(DoubtReason::Reversed) => "edge-doubtful-reversed",
        EdgeState::Doubtful(DoubtReason::EndRetired) => "edge-doubtful-retired",
        EdgeState::Proposed => "edge-proposed",
    };
    Some(Phrase::new(key))
}

/// Returns since when the inventory that spoke of an edge last has not changed it.
pub(super) fn age_of(snapshot: &Snapshot, edge: &ModelEdge) -> Option<i64> {
    let ages = edge.origins.iter().filter_map(|origin| match origin {
        EdgeOrigin::Declared { age_ms, .. } => Some(snapshot.age(*age_ms)),
        EdgeOrigin::Drawn | EdgeOrigin::Inferred { .. } | EdgeOrigin::Proposed { .. } => None,
    });
    ages.min()
}

/// Returns the sources that declare an edge.
pub(super) fn sources_of(snapshot: &Snapshot, edge: &ModelEdge) -> Vec<String> {
    let declared = edge.origins.iter().filter_map(|origin| match origin {
        EdgeOrigin::Declared { source, .. } => Some(snapshot.source_name(*source)),
        EdgeOrigin::Drawn | EdgeOrigin::Inferred { .. } | EdgeOrigin::Proposed { .. } => None,
    });
    declared.collect()
}

/// Returns how sure it is that an edge exists that is proposed, 0 to 1; `None` where nobody proposes it.
pub(super) fn score_of(edge: &ModelEdge) -> Option<f64> {
    let mut scores = edge.origins.iter().filter_map(|origin| match origin {
        EdgeOrigin::Proposed { score, .. } => Some(*score),
        EdgeOrigin::Declared { .. } | EdgeOrigin::Drawn | EdgeOrigin::Inferred { .. } => None,
    });
    scores.next_back()
}

/// Makes the row of an edge.
pub(super) fn dependency_item(snapshot: &Snapshot, edge: &ModelEdge) -> DependencyItem {
    let mut evidence = Vec::new();
    for origin in &edge.origins {
        match origin {
            EdgeOrigin::Drawn => evidence.push(Phrase::new("edge-drawn")),
            EdgeOrigin::Declared { source, age_ms } => evidence.push(
                Phrase::new("edge-declared")
                    .text("source", snapshot.source_name(*source))
                    .span("age", snapshot.age(*age_ms)),
            ),
            EdgeOrigin::Inferred { rule, evidence: shown, last_at } => {
                evidence.push(
                    Phrase::new("edge-inferred")
                        .text("rule", rule.replace('_', " "))
                        .with("date", crate::phrase::PhraseValue::Date((*last_at).into())),
                );
                evidence.extend(shown.iter().map(|text| shown_piece(text)));
            }
            EdgeOrigin::Proposed { score: sure, evidence: shown } => {
                evidence.push(Phrase::new("edge-co-move").text("share", format!("{:.0}", sure * 100.0)));
                evidence.extend(shown.iter().map(|text| plain(text)));
            }
        }
    }
    evidence.truncate(MOST_EVIDENCE);
    DependencyItem {
        from: snapshot.thing(edge.from).name.clone(),
        to: snapshot.thing(edge.to).name.clone(),
        how: edge.how.clone(),
        origin: origin_of(edge),
        state: state_of(edge.state),
        reason: reason_of(edge.state),
        sources: sources_of(snapshot, edge),
        age: age_of(snapshot, edge).map(Millis),
        evidence,
        score: score_of(edge),
    }
}

/// A piece of evidence as it was kept: how many observations there were is a sentence, all else is quoted.
fn shown_piece(text: &str) -> Phrase {
    let counted = text.split_once(' ').and_then(|(number, what)| Some((number.parse::<usize>().ok()?, what)));
    match counted {
        Some((n, "lines")) => Phrase::new("edge-times-lines").count("n", n),
        Some((n, "series")) => Phrase::new("edge-times-series").count("n", n),
        _ => plain(text),
    }
}

/// A text that is the same in every language: the name of a series, a line of a log.
pub(super) fn plain(text: &str) -> Phrase {
    Phrase::new("topology-plain").text("text", text)
}

/// Makes the row of an entity that is not in the model: of a test of a connection, or of a file.
pub(super) fn bare_entity(entity: &Entity) -> EntityItem {
    let pairs = |labels: &wardroom_core::Labels| {
        labels.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect::<Vec<_>>()
    };
    EntityItem {
        name: entity.name.clone(),
        kind: entity.kind.as_str().to_owned(),
        tier: entity.tier,
        domain: entity.domain.clone(),
        system: entity.system.clone(),
        team: entity.team.clone(),
        department: entity.department.clone(),
        person: entity.person.clone(),
        contact: entity.contact.clone(),
        environment: entity.environment.clone(),
        site: entity.site.clone(),
        status: entity.status.clone(),
        names: entity.aliases.iter().chain(&entity.addresses).cloned().collect(),
        tags: pairs(&entity.tags),
        links: pairs(&entity.links),
        sources: Vec::new(),
        note: String::new(),
        firing: 0,
        findings: 0,
        series: 0,
        doubts: 0,
        needs: 0,
        needed: 0,
    }
}

/// Makes the row of an edge that is not in the model.
pub(super) fn bare_dependency(edge: &Dependency, now: Timestamp) -> DependencyItem {
    DependencyItem {
        from: edge.from.clone(),
        to: edge.to.clone(),
        how: edge.how.clone(),
        origin: EdgeOriginKind::Declared,
        state: EdgeStateKind::Sound,
        reason: None,
        sources: Vec::new(),
        age: edge.changed_at.map(|at| Millis(now.as_millis().saturating_sub(at.as_millis()).max(0))),
        evidence: Vec::new(),
        score: None,
    }
}

/// Says one piece of evidence for or against two things being one.
pub(super) fn evidence_item(evidence: &IdentityEvidence) -> EvidenceItem {
    let key = match evidence.kind {
        IdentityEvidenceKind::SameSerial => "identity-same-serial",
        IdentityEvidenceKind::SameName => "identity-same-name",
        IdentityEvidenceKind::SameShortName => "identity-same-short-name",
        IdentityEvidenceKind::SameAlias => "identity-same-alias",
        IdentityEvidenceKind::NameOfAddress => "identity-name-of-address",
        IdentityEvidenceKind::SameAddress => "identity-same-address",
        IdentityEvidenceKind::SimilarName => "identity-similar-name",
        IdentityEvidenceKind::LookalikeName => "identity-lookalike-name",
        IdentityEvidenceKind::SameSite => "identity-same-site",
        IdentityEvidenceKind::DifferentSerial => "identity-different-serial",
        IdentityEvidenceKind::DifferentName => "identity-different-name",
        IdentityEvidenceKind::DifferentDomain => "identity-different-domain",
        IdentityEvidenceKind::DifferentKind => "identity-different-kind",
        IdentityEvidenceKind::DifferentEnvironment => "identity-different-environment",
        IdentityEvidenceKind::DifferentSite => "identity-different-site",
        IdentityEvidenceKind::DifferentAddress => "identity-different-address",
        IdentityEvidenceKind::AddressReused => "identity-address-reused",
        IdentityEvidenceKind::NameReused => "identity-name-reused",
        IdentityEvidenceKind::SerialReused => "identity-serial-reused",
        IdentityEvidenceKind::SameSource => "identity-same-source",
    };
    EvidenceItem { phrase: Phrase::new(key), detail: evidence.text.clone() }
}

/// Returns the key of the word for a kind of thing.
pub(super) fn kind_word(kind: EntityKind) -> String {
    format!("entities-kind-{}", kind.as_str())
}

/// Returns the share of those that were asked and have the owner that is proposed, 0 to 1.
pub(super) fn share_of(proposal: &OwnerProposal) -> f64 {
    proposal.agreeing as f64 / proposal.of.max(1) as f64
}

/// Makes the row of an owner that is proposed for a thing.
pub(super) fn owner_item(snapshot: &Snapshot, thing: usize, proposal: &OwnerProposal) -> OwnerItem {
    let reason = match proposal.voice {
        OwnerVoice::System => {
            let known = snapshot.thing(thing);
            let is_system = known.entity.kind == EntityKind::System;
            let system = if is_system { &known.name } else { &known.entity.system };
            Phrase::new("owner-by-system").text("system", system.clone())
        }
        OwnerVoice::Carried => Phrase::new("owner-by-carried"),
        OwnerVoice::Neighbours(kind) => Phrase::new("owner-by-neighbours").word("kind", kind_word(kind)),
    };
    let named = proposal.named.iter().map(|other| snapshot.thing(*other).name.as_str());
    OwnerItem {
        team: proposal.team.clone(),
        share: share_of(proposal),
        reason: reason
            .count("n", proposal.agreeing)
            .count("of", proposal.of)
            .text("team", proposal.team.clone())
            .text("names", named.collect::<Vec<_>>().join(", ")),
    }
}

/// Says why one of several values counts.
pub(super) fn conflict_reason(reason: ConflictReason) -> Phrase {
    Phrase::new(match reason {
        ConflictReason::Preferred => "conflict-preferred",
        ConflictReason::Ranked => "conflict-ranked",
        ConflictReason::Newest => "conflict-newest",
        ConflictReason::First => "conflict-first",
    })
}

/// Says what makes an inventory partial.
pub(super) fn notice(notice: &InventoryNotice) -> Phrase {
    let key = match notice.kind {
        InventoryNoticeKind::FilterIgnored => "inventory-filter-ignored",
        InventoryNoticeKind::CountDiffers => "inventory-count-differs",
        InventoryNoticeKind::ChangedWhileRead => "inventory-changed-while-read",
        InventoryNoticeKind::PagesRepeat => "inventory-pages-repeat",
        InventoryNoticeKind::PageCap => "inventory-page-cap",
        InventoryNoticeKind::ItemTooLong => "inventory-item-too-long",
        InventoryNoticeKind::ItemWithoutName => "inventory-item-without-name",
        InventoryNoticeKind::ValueNotUnderstood => "inventory-value-not-understood",
        InventoryNoticeKind::ValueNotMapped => "inventory-value-not-mapped",
        InventoryNoticeKind::NothingFound => "inventory-nothing-found",
        InventoryNoticeKind::LookupMissed => "inventory-lookup-missed",
        InventoryNoticeKind::ClassLost => "inventory-class-lost",
        InventoryNoticeKind::PlaceRewritten => "inventory-place-rewritten",
        InventoryNoticeKind::Empty => "inventory-empty",
        InventoryNoticeKind::LookupCut => "inventory-lookup-cut",
        InventoryNoticeKind::ListCut => "inventory-list-cut",
        InventoryNoticeKind::BegunAgain => "inventory-begun-again",
        InventoryNoticeKind::TextCut => "inventory-text-cut",
    };
    Phrase::new(key).text("subject", notice.subject.clone()).text("detail", notice.detail.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_often_something_was_seen_is_a_sentence_and_all_else_is_quoted() {
        let shown = ["276 lines", "1 series", "276 things", "upstream: \"http://cart\"", "lines"];

        let keys: Vec<String> = shown.map(|text| shown_piece(text).key).into();

        let plain = "topology-plain";
        assert_eq!(keys, ["edge-times-lines", "edge-times-series", plain, plain, plain]);
    }
}
