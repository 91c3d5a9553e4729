//! Graphs to draw: generated ones that look like services, and public ones.

/// Numbers from a fixed generator (Knuth's MMIX constants).
pub(super) struct Draws(pub(super) u64);

impl Draws {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit.max(1)
    }
}

/// Services in tiers: most edges lead to the next tiers, some within a tier, 2 % backwards.
pub(super) fn tiered(seed: u64, n: usize, edges: usize) -> Vec<(usize, usize)> {
    let mut draws = Draws(seed);
    let tiers = 8;
    let tier = |v: usize| v * tiers / n;
    let mut pairs = std::collections::BTreeSet::new();
    let mut tries = 0;
    while pairs.len() < edges && tries < edges * 50 {
        tries += 1;
        let a = draws.below(n);
        // Popular targets: the smaller of two draws inside the tier.
        let wanted = (tier(a) + if draws.below(10) < 7 { 1 } else { draws.below(3) }).min(tiers - 1);
        let first = (wanted * n).div_ceil(tiers);
        let b = first + draws.below(n / tiers).min(draws.below(n / tiers));
        let (a, b) = if draws.below(50) == 0 { (b, a) } else { (a.min(b), a.max(b)) };
        if a != b && b < n && a < n && !pairs.contains(&(b, a)) {
            pairs.insert((a, b));
        }
    }
    pairs.into_iter().collect()
}

/// A graph to compare on: its name, its nodes, its edges, and the crossings of dagre's drawing.
pub(super) type Compared = (&'static str, usize, Vec<(usize, usize)>, u64);

/// The graphs on which drawings are compared: generated services, public systems as their documentation draws them, and
/// graphs that textbooks define. The same stand in tests/peers/graphs.json.
pub(super) fn compared() -> Vec<Compared> {
    let counted = |name, pairs: Vec<(usize, usize)>, dagre| {
        let n = pairs.iter().map(|pair| pair.0.max(pair.1) + 1).max().unwrap_or(0);
        (name, n, pairs, dagre)
    };
    vec![
        counted("services 50", tiered(2, 50, 80), 56),
        counted("services 80", tiered(3, 80, 140), 244),
        counted("services 120", tiered(4, 120, 200), 478),
        counted("services 200", tiered(6, 200, 320), 1_156),
        counted("services 300", tiered(7, 300, 450), 2_437),
        counted("de Bruijn 64", de_bruijn(6), 192),
        counted("hypercube 64", hypercube(6), 902),
        counted("divisors 100", divisors(100), 963),
        counted("butterfly 80", butterfly(4), 208),
        counted("grid 144", grid(12), 0),
        counted("Online Boutique", numbered(BOUTIQUE), 6),
        counted("Sock Shop", numbered(SOCK_SHOP), 2),
        counted("OpenTelemetry demo", numbered(TELEMETRY_DEMO), 9),
    ]
}

/// The binary de Bruijn graph: from each word of so many bits to those that follow by shifting in one bit.
fn de_bruijn(bits: usize) -> Vec<(usize, usize)> {
    let n = 1 << bits;
    (0..n).flat_map(|v| [(v, 2 * v % n), (v, (2 * v + 1) % n)]).filter(|pair| pair.0 != pair.1).collect()
}

/// The hypercube: from each set to those with one element more.
fn hypercube(bits: usize) -> Vec<(usize, usize)> {
    (0..1_usize << bits)
        .flat_map(|v| (0..bits).filter(move |bit| v & (1 << bit) == 0).map(move |bit| (v, v | (1 << bit))))
        .collect()
}

/// The divisors of 1 to `n`: from each number to its multiples by a prime; node 0 is number 1.
fn divisors(n: usize) -> Vec<(usize, usize)> {
    let prime = |p: usize| (2..p).all(|q| !p.is_multiple_of(q));
    (1..=n).flat_map(|v| (2..=n / v).filter(move |&p| prime(p)).map(move |p| (v - 1, v * p - 1))).collect()
}

/// The butterfly network of fast Fourier transforms: layers of `1 << bits` nodes, each linked straight on and across.
fn butterfly(bits: usize) -> Vec<(usize, usize)> {
    let width = 1 << bits;
    (0..bits)
        .flat_map(|layer| {
            (0..width).flat_map(move |v| {
                let next = (layer + 1) * width;
                [(layer * width + v, next + v), (layer * width + v, next + (v ^ (1 << layer)))]
            })
        })
        .collect()
}

/// A square grid, each node linked to its right and lower neighbour.
fn grid(side: usize) -> Vec<(usize, usize)> {
    (0..side * side)
        .flat_map(|v| {
            let right = (v % side + 1 < side).then_some((v, v + 1));
            let below = (v + side < side * side).then_some((v, v + side));
            right.into_iter().chain(below)
        })
        .collect()
}

/// Google, microservices-demo, README, "Service architecture".
const BOUTIQUE: &str = "loadgenerator>frontend frontend>ad frontend>recommendation frontend>productcatalog \
    frontend>cart frontend>shipping frontend>currency frontend>checkout checkout>productcatalog checkout>cart \
    checkout>shipping checkout>currency checkout>payment checkout>email recommendation>productcatalog cart>redis";

/// Weaveworks, microservices-demo, internal-docs/design.md, the services and their stores.
const SOCK_SHOP: &str = "edge-router>front-end front-end>catalogue front-end>carts front-end>orders front-end>user \
    orders>carts orders>user orders>payment orders>shipping shipping>rabbitmq queue-master>rabbitmq \
    catalogue>catalogue-db carts>carts-db orders>orders-db user>user-db";

/// OpenTelemetry, opentelemetry.io/docs/demo/architecture, the service diagram.
const TELEMETRY_DEMO: &str = "load-generator>frontend-proxy react-native-app>frontend-proxy frontend-proxy>flagd-ui \
    frontend-proxy>frontend frontend-proxy>image-provider frontend>ad frontend>cart frontend>checkout \
    frontend>currency frontend>product-catalog frontend>recommendation frontend>shipping checkout>cart \
    checkout>currency checkout>email checkout>payment checkout>product-catalog checkout>shipping checkout>queue \
    queue>accounting queue>fraud-detection recommendation>product-catalog recommendation>flagd shipping>quote \
    cart>cache cart>flagd ad>flagd payment>flagd fraud-detection>flagd product-catalog>flagd accounting>database";

/// Numbers names in the order in which they first appear.
fn numbered(text: &str) -> Vec<(usize, usize)> {
    let mut names: Vec<&str> = Vec::new();
    let mut number = |name| {
        names.iter().position(|&known| known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        })
    };
    text.split_whitespace()
        .map(|edge| edge.split_once('>').expect("two names"))
        .map(|(from, to)| (number(from), number(to)))
        .collect()
}
