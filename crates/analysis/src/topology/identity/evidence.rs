//! Weighing what speaks for and against two records being one thing.

use std::cmp::Ordering;

use super::facts::{AllFacts, Claim, Facts, Family, index};
use super::similar::{self, Slip};
use super::{IdentityEvidence, IdentityEvidenceKind, InventoryRecord, lookalike, names};

/// Points at which two records are joined without asking: a score of 0.95.
///
/// Source of this and of all points below: chosen so that one strong sign joins (a name of its own, a serial number),
/// one weak sign proposes (an address, a slip of the keys), two weak signs join and a contradiction takes a strong
/// sign back; then measured on generated inventories (`wardroom_tests::inventory`), see docs/BENCHMARKS.md.
pub(super) const JOIN: f64 = 3.0;
/// Points at which two records are proposed: a score of 0.27.
pub(super) const PROPOSE: f64 = -1.0;
/// Points of a name that looks the same and is not: proposed with nothing beside it, joined with a number beside it.
const LOOKALIKE: f64 = 5.0;
/// What two records have to overcome before anything is known.
const PRIOR: f64 = -3.0;

/// One reason with its weight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reason {
    pub(super) kind: IdentityEvidenceKind,
    points: f64,
    /// The number of the shared value, where one is shared.
    shared: Option<u32>,
}

/// Two records, weighed.
#[derive(Clone, Debug)]
pub(super) struct Weighed {
    pub(super) points: f64,
    pub(super) reasons: Vec<Reason>,
}

impl Weighed {
    fn add(&mut self, kind: IdentityEvidenceKind, points: f64, shared: Option<u32>) {
        self.points += points;
        self.reasons.push(Reason { kind, points, shared });
    }

    pub(super) fn has(&self, kind: IdentityEvidenceKind) -> bool {
        self.reasons.iter().any(|reason| reason.kind == kind)
    }

    /// Reports whether only an address links the two, one of which has no name of its own.
    pub(super) fn rests_on_address(&self) -> bool {
        use IdentityEvidenceKind as Kind;
        let named = [
            Kind::SameSerial,
            Kind::SameName,
            Kind::SameShortName,
            Kind::SameAlias,
            Kind::SimilarName,
            Kind::LookalikeName,
        ];
        !named.into_iter().any(|kind| self.has(kind))
    }

    /// The score from 0 to 1: the logistic function of the points.
    pub(super) fn score(&self) -> f64 {
        score(self.points)
    }

    /// Returns the reasons for and against, each strongest first.
    pub(super) fn texts(
        &self,
        all: &AllFacts,
        a: &InventoryRecord,
        b: &InventoryRecord,
    ) -> (Vec<IdentityEvidence>, Vec<IdentityEvidence>) {
        let mut reasons = self.reasons.clone();
        reasons.sort_by(|x, y| y.points.abs().total_cmp(&x.points.abs()).then(x.kind.cmp(&y.kind)));
        let (for_, against): (Vec<Reason>, Vec<Reason>) = reasons.into_iter().partition(|r| r.points > 0.0);
        let told = |reasons: Vec<Reason>| reasons.iter().map(|r| r.text(all, a, b)).collect();
        (told(for_), told(against))
    }
}

/// The score of two things of which nothing is known but that their names look the same.
pub(super) fn lookalike_score() -> f64 {
    score(PRIOR + LOOKALIKE)
}

/// Returns a score from 0 to 1 for points from minus to plus infinity.
fn score(points: f64) -> f64 {
    1.0 / (1.0 + (-points).exp())
}

impl Reason {
    fn text(&self, all: &AllFacts, a: &InventoryRecord, b: &InventoryRecord) -> IdentityEvidence {
        use IdentityEvidenceKind as Kind;
        let (x, y) = (&a.entity, &b.entity);
        let both = |left: &str, right: &str| format!("{left} / {right}");
        let text = match self.kind {
            Kind::SimilarName | Kind::DifferentName | Kind::DifferentDomain => both(&x.name, &y.name),
            Kind::LookalikeName => lookalike::letters(&x.name, &y.name),
            Kind::SameSite => x.site.clone(),
            Kind::DifferentSerial => both(&x.serial, &y.serial),
            Kind::DifferentKind => both(x.kind.as_str(), y.kind.as_str()),
            Kind::DifferentEnvironment => both(&x.environment, &y.environment),
            Kind::DifferentSite => both(&x.site, &y.site),
            Kind::DifferentAddress => both(&x.addresses.join(", "), &y.addresses.join(", ")),
            Kind::SameSource => both(&x.key, &y.key),
            Kind::SameSerial
            | Kind::SameName
            | Kind::SameShortName
            | Kind::SameAlias
            | Kind::NameOfAddress
            | Kind::SameAddress
            | Kind::AddressReused
            | Kind::NameReused
            | Kind::SerialReused => self.shared.map_or_else(String::new, |id| all.texts[index(id)].clone()),
        };
        IdentityEvidence { kind: self.kind, text }
    }
}

/// Weighs two records.
pub(super) fn weigh(all: &AllFacts, a: u32, b: u32) -> Weighed {
    let (a, b) = (&all.of[index(a)], &all.of[index(b)]);
    let mut weighed = Weighed { points: PRIOR, reasons: Vec::new() };
    let places = [
        (sites_agree(all, a, b), a.site.or(b.site)),
        (environments_agree(all, a, b), a.environment.or(b.environment)),
    ];
    let one_place = places.iter().all(|&(agree, told)| agree.unwrap_or(told.is_none()));
    let pair = Pair { a, b, one_place: one_place && a.site.is_some() };
    weigh_serials(&mut weighed, pair);
    weigh_names(&mut weighed, pair);
    weigh_addresses(&mut weighed, pair);
    weigh_places(&mut weighed, all, a, b);
    let kinds = kinds_differ(a.family, b.family);
    if kinds > 0.0 {
        weighed.add(IdentityEvidenceKind::DifferentKind, -kinds, None);
    }
    if a.source == b.source {
        weighed.add(IdentityEvidenceKind::SameSource, -3.0, None);
    }
    weighed
}

/// Two records that are being weighed.
#[derive(Clone, Copy)]
struct Pair<'a> {
    a: &'a Facts,
    b: &'a Facts,
    /// Whether both are in one place, as far as it is told.
    one_place: bool,
}

impl Pair<'_> {
    /// Reports whether others of the two sources make the same claims: at the same place, when both are in one. Two
    /// records of one source may share what no third one has.
    const fn is_reused(self, of_a: Claim, of_b: Claim) -> bool {
        let sharing = if self.a.source == self.b.source { 2 } else { 1 };
        let (of_a, of_b) =
            if self.one_place { (of_a.here, of_b.here) } else { (of_a.claimers, of_b.claimers) };
        of_a > sharing || of_b > sharing
    }
}

fn weigh_serials(weighed: &mut Weighed, pair: Pair<'_>) {
    let Pair { a, b, .. } = pair;
    let (Some(of_a), Some(of_b)) = (a.serial, b.serial) else { return };
    if of_a.id != of_b.id {
        weighed.add(IdentityEvidenceKind::DifferentSerial, -7.0, None);
    } else if pair.is_reused(of_a, of_b) {
        weighed.add(IdentityEvidenceKind::SameSerial, 2.0, Some(of_a.id));
        weighed.add(IdentityEvidenceKind::SerialReused, -0.5, Some(of_a.id));
    } else {
        weighed.add(IdentityEvidenceKind::SameSerial, 10.0, Some(of_a.id));
    }
}

fn weigh_names(weighed: &mut Weighed, pair: Pair<'_>) {
    let Pair { a, b, .. } = pair;
    let shared = a.names.iter().filter_map(|of_a| {
        let of_b = b.names.iter().find(|of_b| of_b.id == of_a.id)?;
        Some(weigh_name(pair, *of_a, *of_b))
    });
    let best =
        shared.max_by(|x, y| total(x).total_cmp(&total(y)).then_with(|| order(x).cmp(&order(y)).reverse()));
    let alike = look_alike(a, b);
    if let Some(reasons) = best.filter(|reasons| !alike || total(reasons) >= LOOKALIKE) {
        for (kind, points, id) in reasons.into_iter().flatten() {
            weighed.add(kind, points, Some(id));
        }
        return;
    }
    if a.name.is_empty() || b.name.is_empty() {
        return;
    }
    if alike {
        weighed.add(IdentityEvidenceKind::LookalikeName, LOOKALIKE, None);
        return;
    }
    match similar::slip(a.short_name(), b.short_name()) {
        Some(Slip::Letter) => weighed.add(IdentityEvidenceKind::SimilarName, 3.0, None),
        // Enough beside the same address, not enough beside anything less.
        Some(Slip::Doubtful) => weighed.add(IdentityEvidenceKind::SimilarName, 1.5, None),
        None => weighed.add(IdentityEvidenceKind::DifferentName, -2.0, None),
    }
}

/// Reports whether two names are different and look the same, the domain aside where only one has it.
fn look_alike(a: &Facts, b: &Facts) -> bool {
    let is_possible = a.look.is_some() || b.look.is_some();
    is_possible
        && a.name != b.name
        && a.short_look() == b.short_look()
        && !a.name.is_empty()
        && domains_agree(a.look(), b.look())
}

type NameReasons = [Option<(IdentityEvidenceKind, f64, u32)>; 3];

fn total(reasons: &NameReasons) -> f64 {
    reasons.iter().flatten().map(|&(_, points, _)| points).sum()
}

fn order(reasons: &NameReasons) -> Option<(IdentityEvidenceKind, u32)> {
    reasons[0].map(|(kind, _, id)| (kind, id))
}

/// Weighs one name that both records claim.
fn weigh_name(pair: Pair<'_>, of_a: Claim, of_b: Claim) -> NameReasons {
    use IdentityEvidenceKind as Kind;
    let Pair { a, b, .. } = pair;
    let own = of_a.role.is_own() && of_b.role.is_own();
    let (kind, points) = match (own, of_a.role.is_short() || of_b.role.is_short()) {
        // A full domain name is made to be the only one of its kind.
        (true, false) if names::split_domain(&a.name).is_some() => (Kind::SameName, 8.5),
        (true, false) => (Kind::SameName, 7.0),
        (true, true) => (Kind::SameShortName, 6.5),
        (false, _) => (Kind::SameAlias, 6.0),
    };
    let reused = pair.is_reused(of_a, of_b);
    let domains = of_a.role.is_short() && of_b.role.is_short() && own && !domains_agree(&a.name, &b.name);
    let reused = reused.then_some((Kind::NameReused, -4.0, of_a.id));
    let domains = domains.then_some((Kind::DifferentDomain, -7.0, of_a.id));
    [Some((kind, points, of_a.id)), reused, domains]
}

/// Reports whether the domains of two folded names are one, as far as they have any.
fn domains_agree(a: &str, b: &str) -> bool {
    match (names::split_domain(a), names::split_domain(b)) {
        (Some((_, a)), Some((_, b))) => names::domains_agree(a, b),
        (None, _) | (_, None) => true,
    }
}

fn weigh_addresses(weighed: &mut Weighed, pair: Pair<'_>) {
    use IdentityEvidenceKind as Kind;
    let Pair { a, b, .. } = pair;
    let mut unique = 0_u32;
    let mut reused: Option<u32> = None;
    for of_a in &a.addresses {
        let Some(of_b) = b.addresses.iter().find(|of_b| of_b.id == of_a.id) else { continue };
        if pair.is_reused(*of_a, *of_b) {
            reused = Some(reused.unwrap_or(of_a.id));
            continue;
        }
        // Who has an address for a name has nothing else to be known by.
        match (unique, a.name.is_empty() || b.name.is_empty()) {
            (0, true) => weighed.add(Kind::NameOfAddress, 6.5, Some(of_a.id)),
            (0, false) => weighed.add(Kind::SameAddress, 4.5, Some(of_a.id)),
            (1, _) => weighed.add(Kind::SameAddress, 1.5, Some(of_a.id)),
            _ => {}
        }
        unique += 1;
    }
    if unique > 0 {
        return;
    }
    if let Some(id) = reused {
        weighed.add(Kind::SameAddress, 1.5, Some(id));
        weighed.add(Kind::AddressReused, -1.0, Some(id));
    } else if !a.addresses.is_empty() && !b.addresses.is_empty() {
        weighed.add(Kind::DifferentAddress, -0.5, None);
    }
}

fn weigh_places(weighed: &mut Weighed, all: &AllFacts, a: &Facts, b: &Facts) {
    use IdentityEvidenceKind as Kind;
    if environments_agree(all, a, b) == Some(false) {
        weighed.add(Kind::DifferentEnvironment, -4.0, None);
    }
    match sites_agree(all, a, b) {
        Some(true) => weighed.add(Kind::SameSite, 0.5, None),
        Some(false) => weighed.add(Kind::DifferentSite, -1.5, None),
        None => {}
    }
}

fn environments_agree(all: &AllFacts, a: &Facts, b: &Facts) -> Option<bool> {
    a.environment.zip(b.environment).and_then(|(of_a, of_b)| all.words_agree(a, b, of_a, of_b))
}

fn sites_agree(all: &AllFacts, a: &Facts, b: &Facts) -> Option<bool> {
    a.site.zip(b.site).and_then(|(of_a, of_b)| all.words_agree(a, b, of_a, of_b))
}

/// Reports whether two records cannot be one thing unless a person says so.
pub(super) fn contradict(all: &AllFacts, a: u32, b: u32) -> bool {
    let (a, b) = (&all.of[index(a)], &all.of[index(b)]);
    let serials = a.serial.zip(b.serial).map(|(of_a, of_b)| of_a.id == of_b.id);
    let share_address = || a.addresses.iter().any(|of_a| b.addresses.iter().any(|of_b| of_b.id == of_a.id));
    a.source == b.source
        || serials == Some(false)
        || kinds_differ(a.family, b.family) >= UNLIKE
        || environments_agree(all, a, b) == Some(false)
        || (sites_agree(all, a, b) == Some(false) && serials.is_none() && !share_address())
}

/// Points against one thing when the kinds have nothing to do with each other.
const UNLIKE: f64 = 6.0;

/// Returns how much different kinds speak against one thing; 0 where the kinds go together.
fn kinds_differ(a: Family, b: Family) -> f64 {
    use Family::{Any, Cluster, Container, Machine, Service, Store, System};
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    match (a, b) {
        (_, Any) => 0.0,
        _ if a.cmp(&b) == Ordering::Equal => 0.0,
        // A database is often listed as the machine it runs on or the service it is, and a store as its cluster.
        (Service | Machine, Store) | (Store | Machine, Cluster) => 1.5,
        (Service | Machine | Store | Cluster | Container | System | Any, _) => UNLIKE,
    }
}
