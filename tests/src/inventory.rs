//! A generated inventory of which the truth is known: things as three sources tell them, with the faults of real ones.
//!
//! The first source is kept like a network inventory (numbered keys, short or full domain names, addresses, serial
//! numbers), the second like a service desk's (upper case, display names, its own words for sites and environments),
//! the third like a monitoring's list of targets (`host:9100`, now and then only an address).

use wardroom_analysis::topology::identity::InventoryRecord;
use wardroom_core::{Entity, EntityKind, Timestamp};

/// When the inventories were read: 2026-11-17T14:00:00Z.
pub const READ_AT: Timestamp = Timestamp::from_millis(1_794_924_000_000);

/// Of 100 things, those that only one source knows; of the others, half are known to two.
const ONE_SOURCE: u64 = 20;
/// Of 100 records, those with a slip of the keys in the name.
const TYPOS: u64 = 3;
/// Of 100 things, those that one source still knows by an old name.
const RENAMES: u64 = 5;
/// Of 100 machines, those of which one source has an address that belongs to another machine today.
const REUSED: u64 = 2;

const ROLES: [&str; 16] = [
    "web", "api", "batch", "kafka", "search", "mail", "build", "proxy", "ldap", "print", "report", "edge",
    "vpn", "worker", "render", "ingest",
];
const AREAS: [&str; 20] = [
    "checkout",
    "payment",
    "basket",
    "catalog",
    "pricing",
    "shipping",
    "customer",
    "identity",
    "loyalty",
    "invoice",
    "ledger",
    "fraud",
    "search",
    "content",
    "delivery",
    "returns",
    "warehouse",
    "supplier",
    "campaign",
    "reporting",
];
const PARTS: [&str; 14] = [
    "api",
    "worker",
    "gateway",
    "scheduler",
    "frontend",
    "importer",
    "exporter",
    "notifier",
    "indexer",
    "resolver",
    "adapter",
    "validator",
    "planner",
    "archive",
];
const CHINESE_AREAS: [&str; 8] = ["支付", "订单", "库存", "物流", "会员", "风控", "结算", "营销"];
const CHINESE_PARTS: [&str; 6] = ["网关", "服务", "数据库", "缓存", "消息队列", "调度"];
/// Code, the service desk's word, domain.
const SITES: [(&str, &str, &str); 4] = [
    ("fra1", "Frankfurt 1", "fra.example.net"),
    ("muc2", "München 2", "muc.example.net"),
    ("sha1", "上海一区", "sha.example.net"),
    ("dub1", "Dublin 1", "dub.example.net"),
];
/// The network inventory's word, the service desk's word.
const ENVIRONMENTS: [(&str, &str); 3] = [("production", "Prod"), ("staging", "UAT"), ("test", "测试环境")];

/// A reproducible stream of numbers.
///
/// Source: `SplitMix64`; G. L. Steele, D. Lea and C. H. Flood, *Fast splittable pseudorandom number generators*,
/// OOPSLA 2014.
struct Dice(u64);

impl Dice {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    const fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    const fn chance(&mut self, of_100: u64) -> bool {
        self.below(100) < of_100
    }

    /// Returns a place in a list of `len` parts.
    fn place(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).expect("a place in a list fits")
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.place(of.len())]
    }
}

/// A thing as it is.
struct Real {
    kind: EntityKind,
    name: String,
    old_name: Option<String>,
    /// The source that still uses the old name.
    behind: usize,
    site: usize,
    environment: usize,
    addresses: Vec<String>,
    serial: String,
    /// Which of the three sources know it.
    known: [bool; 3],
}

/// Returns the records of `items` things as three sources (1, 2 and 3) tell them, and for each record the number of
/// its thing.
///
/// 20 % of the things are known to one source only, 3 % of the records have a slip in the name, 5 % of the things
/// were renamed and one source is behind, 2 % of the machines have an address in one source that belongs to another
/// one. Some things share their names: across environments, and across sites with different domains.
pub fn generated(seed: u64, items: usize) -> (Vec<InventoryRecord>, Vec<u32>) {
    let mut dice = Dice(seed);
    let mut things: Vec<Real> = Vec::with_capacity(items);
    for number in 0..items as u64 {
        let mut thing = real(&mut dice, number);
        // Every thirtieth thing is what stands before it once more, in another environment.
        if let Some(before) =
            things.last().filter(|before| number % 30 == 29 && before.kind == EntityKind::Service)
        {
            thing.kind = before.kind;
            thing.name.clone_from(&before.name);
            thing.environment = (before.environment + 1) % ENVIRONMENTS.len();
            thing.serial.clear();
        }
        things.push(thing);
    }
    let mut told: Vec<(InventoryRecord, u32)> = Vec::new();
    for (number, thing) in (0_u32..).zip(&things) {
        let reused = (!thing.addresses.is_empty() && dice.chance(REUSED)).then(|| dice.place(3));
        for (source, told_as) in (1_u32..).zip(0..3) {
            if thing.known[told_as] {
                let mut entity = record(&mut dice, thing, told_as, number);
                if reused == Some(told_as) && !entity.addresses.is_empty() {
                    let other = dice.pick(&things);
                    entity.addresses = other.addresses.iter().take(1).cloned().collect();
                }
                told.push((InventoryRecord { source, entity, known_at: READ_AT }, number));
            }
        }
    }
    // Sources tell in their own order, not thing by thing.
    for i in (1..told.len()).rev() {
        told.swap(i, dice.place(i + 1));
    }
    told.into_iter().unzip()
}

fn real(dice: &mut Dice, number: u64) -> Real {
    let site = usize::try_from(number % 4).expect("one of four fits");
    let kind = match dice.below(100) {
        0..55 => EntityKind::Host,
        55..63 => EntityKind::Device,
        63..85 => EntityKind::Service,
        85..93 => EntityKind::Database,
        93..97 => EntityKind::Cache,
        _ => EntityKind::Queue,
    };
    let is_machine = matches!(kind, EntityKind::Host | EntityKind::Device);
    let name = name(dice, kind, site, number);
    let old_name =
        dice.chance(RENAMES).then(|| format!("{}-{number:05}", dice.pick(&["srv", "old", "legacy-app"])));
    let one = dice.place(3);
    let mut known = [false; 3];
    match (dice.chance(ONE_SOURCE), dice.chance(50)) {
        (true, _) => known[one] = true,
        (false, true) => known = [true; 3],
        (false, false) => {
            known = [true; 3];
            known[one] = false;
        }
    }
    Real {
        kind,
        name,
        old_name,
        behind: dice.place(3),
        site,
        environment: dice.place(10).saturating_sub(7),
        addresses: if is_machine || dice.chance(40) { addresses(dice, number) } else { Vec::new() },
        serial: if is_machine && dice.chance(70) { format!("CZJ{number:06X}") } else { String::new() },
        known,
    }
}

fn name(dice: &mut Dice, kind: EntityKind, site: usize, number: u64) -> String {
    if dice.chance(6) {
        return format!("{}{}-{number:04}", dice.pick(&CHINESE_AREAS), dice.pick(&CHINESE_PARTS));
    }
    let area = dice.pick(&AREAS);
    let code = SITES[site].0;
    match kind {
        // Every fortieth machine is the first of its role at its site: such names are the same at all sites.
        EntityKind::Host if number % 40 < 4 => format!("{}-node-{:03}", dice.pick(&ROLES), number / 40),
        EntityKind::Host => format!("{}-{code}-{number:05}", dice.pick(&ROLES)),
        EntityKind::Device => format!("{}{}.{code}", dice.pick(&["sw", "rt", "fw", "leaf"]), number),
        EntityKind::Database => format!("{area}-db-m{number}"),
        EntityKind::Cache => format!("{area}-redis-{number}"),
        EntityKind::Queue => format!("{area}-kafka-{number}"),
        EntityKind::Service if number.is_multiple_of(3) => service(number / 3),
        EntityKind::Service
        | EntityKind::Balancer
        | EntityKind::Storage
        | EntityKind::Cluster
        | EntityKind::Container
        | EntityKind::System
        | EntityKind::External
        | EntityKind::Other => format!("{area}-{}-v{number}", dice.pick(&PARTS)),
    }
}

/// Returns a name without a number; the first 16,800 are all different.
fn service(number: u64) -> String {
    // A step that shares no factor with the number of combinations visits all of them in a scattered order.
    let mixed = usize::try_from(number * 7_919 % 16_800).expect("a small number fits");
    let (area, rest) = (AREAS[mixed % 20], mixed / 20);
    let (other, rest) = (AREAS[rest % 20], rest / 20);
    let region = ["", "-eu", "-b2b"][rest / 14];
    format!("{area}-{other}-{}{region}", PARTS[rest % 14])
}

/// Returns one to three addresses that no other thing has.
fn addresses(dice: &mut Dice, number: u64) -> Vec<String> {
    let mut all = vec![format!("10.{}.{}.{}", number / 62_500, number / 250 % 250, number % 250 + 2)];
    if dice.chance(15) {
        all.push(format!("172.16.{}.{}", number / 250 % 250, number % 250 + 2));
    }
    if dice.chance(10) {
        all.push(format!("2001:db8:{:x}::{:x}", number / 65_536, number % 65_536 + 1));
    }
    all
}

/// Returns what one source tells of a thing.
fn record(dice: &mut Dice, thing: &Real, source: usize, number: u32) -> Entity {
    let current = thing.name.as_str();
    let behind = thing.behind == source;
    let mut name = thing.old_name.as_deref().filter(|_| behind).unwrap_or(current).to_owned();
    if dice.chance(TYPOS) {
        name = slip(dice, &name);
    }
    let mut entity = match source {
        0 => network(dice, thing, &name, number),
        1 => service_desk(dice, thing, &name, number),
        _ => monitoring(dice, thing, &name),
    };
    // One inventory that follows a rename keeps the old name as a further one; the list of targets keeps none.
    let keeps = usize::from(thing.behind == 0 || !thing.known[0]);
    if let Some(old) = thing.old_name.as_ref().filter(|_| source == keeps && !behind) {
        entity.aliases.push(old.clone());
    }
    entity
}

fn full(name: &str, thing: &Real) -> String {
    format!("{name}.{}", SITES[thing.site].2)
}

fn network(dice: &mut Dice, thing: &Real, name: &str, number: u32) -> Entity {
    let is_full = dice.chance(40);
    let name = if is_full { full(name, thing) } else { name.to_owned() };
    Entity {
        key: number.to_string(),
        site: SITES[thing.site].0.to_owned(),
        environment: ENVIRONMENTS[thing.environment].0.to_owned(),
        addresses: thing.addresses.iter().map(|a| format!("{a}/24")).collect(),
        serial: if dice.chance(80) { thing.serial.clone() } else { "N/A".to_owned() },
        ..Entity::new(thing.kind, &name)
    }
}

fn service_desk(dice: &mut Dice, thing: &Real, name: &str, number: u32) -> Entity {
    let kind = if dice.chance(10) { EntityKind::Other } else { thing.kind };
    let mut aliases = vec![format!("{} {}", thing.kind.as_str(), number)];
    if dice.chance(60) {
        aliases.push(full(name, thing));
    }
    let knows_address = dice.chance(70);
    Entity {
        key: format!("{:032x}", u128::from(number) * 0x9e37_79b9_7f4a_7c15),
        site: SITES[thing.site].1.to_owned(),
        environment: ENVIRONMENTS[thing.environment].1.to_owned(),
        aliases,
        addresses: thing.addresses.iter().take(usize::from(knows_address)).cloned().collect(),
        serial: if dice.chance(70) { thing.serial.to_lowercase() } else { String::new() },
        ..Entity::new(kind, &name.to_uppercase())
    }
}

fn monitoring(dice: &mut Dice, thing: &Real, name: &str) -> Entity {
    let is_machine = matches!(thing.kind, EntityKind::Host | EntityKind::Device);
    let address = thing.addresses.last();
    let target = match (is_machine, address, dice.below(100)) {
        (true, Some(address), 0..12) if address.contains(':') => format!("[{address}]:9100"),
        (true, Some(address), 0..12) => format!("{address}:9100"),
        (true, _, 12..60) => format!("{}:9100", full(name, thing)),
        (true, _, _) => format!("{name}:9100"),
        (false, _, _) => name.to_owned(),
    };
    let knows_address = dice.chance(60);
    Entity {
        site: SITES[thing.site].0.to_owned(),
        environment: ENVIRONMENTS[thing.environment].0.to_owned(),
        addresses: thing.addresses.iter().take(usize::from(knows_address)).cloned().collect(),
        ..Entity::new(thing.kind, &target)
    }
}

/// Returns a name with one slip of the keys: a character left out, doubled, swapped with the next, or wrong.
fn slip(dice: &mut Dice, name: &str) -> String {
    let mut chars: Vec<char> = name.chars().collect();
    let at = dice.place(chars.len() - 1);
    match dice.below(4) {
        0 => _ = chars.remove(at),
        1 => chars.insert(at, chars[at]),
        2 => chars.swap(at, at + 1),
        _ if chars[at].is_ascii_digit() => chars[at] = *dice.pick(&['0', '1', '2', '3', '7', '9']),
        _ => chars[at] = *dice.pick(&['a', 'e', 'n', 's', 'm', 'o']),
    }
    chars.into_iter().collect()
}

/// How well groups of records match the truth, counted in pairs of records.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairScore {
    /// Of the pairs that were joined, the share that is one thing.
    pub precision: f64,
    /// Of the pairs that are one thing, the share that was joined.
    pub recall: f64,
    /// Pairs that were joined and are two things.
    pub wrong: u64,
    /// Pairs that are one thing and were not joined.
    pub missed: u64,
}

/// Compares groups of records with the truth.
pub fn pair_score(groups: &[Vec<usize>], truth: &[u32]) -> PairScore {
    let pairs = |n: u64| n * n.saturating_sub(1) / 2;
    let (mut joined, mut right) = (0, 0);
    for group in groups {
        let mut things: Vec<u32> = group.iter().map(|&record| truth[record]).collect();
        things.sort_unstable();
        joined += pairs(things.len() as u64);
        right += things.chunk_by(|a, b| a == b).map(|same| pairs(same.len() as u64)).sum::<u64>();
    }
    let mut all = truth.to_vec();
    all.sort_unstable();
    let real: u64 = all.chunk_by(|a, b| a == b).map(|same| pairs(same.len() as u64)).sum();
    PairScore {
        precision: right as f64 / joined.max(1) as f64,
        recall: right as f64 / real.max(1) as f64,
        wrong: joined - right,
        missed: real - right,
    }
}

#[cfg(test)]
mod tests {
    use wardroom_analysis::topology::identity::{IdentityDecisions, resolve};

    use super::*;

    #[test]
    fn a_generated_inventory_is_resolved_almost_without_a_wrong_join() {
        for seed in 1..=3 {
            let (records, truth) = generated(seed, 20_000);

            let resolution = resolve(&records, &IdentityDecisions::default());

            let score = pair_score(&resolution.groups, &truth);
            assert!(score.precision >= 0.999 && score.recall >= 0.97, "seed {seed}: {score:?}");
        }
    }

    #[test]
    fn half_of_the_proposals_at_least_are_right() {
        let (records, truth) = generated(4, 20_000);

        let resolution = resolve(&records, &IdentityDecisions::default());

        let thing = |group: usize| truth[resolution.groups[group][0]];
        let right = resolution.proposals.iter().filter(|p| thing(p.a) == thing(p.b)).count();
        assert!(right * 2 >= resolution.proposals.len() && right > 0, "{right}");
    }

    #[test]
    fn the_same_seed_gives_the_same_inventory_and_another_seed_another() {
        assert_eq!(generated(1, 300), generated(1, 300));
        assert_ne!(generated(1, 300), generated(2, 300));
    }

    #[test]
    fn pairs_are_counted_as_by_hand() {
        // Things 7, 7, 7 and 8: three real pairs. The groups join three pairs, one of them real.
        let score = pair_score(&[vec![0, 1, 3], vec![2]], &[7, 7, 7, 8]);

        assert_eq!((score.wrong, score.missed), (2, 2));
        assert!((score.precision - 1.0 / 3.0).abs() < 1e-12 && (score.recall - 1.0 / 3.0).abs() < 1e-12);
    }
}
