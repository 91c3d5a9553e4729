//! What is shipped parses and is whole; what is broken is refused where it is broken.

use proptest::prelude::*;

use super::*;
use crate::plan::{ComponentKind, EdgeKind};

const HARBOUR: &str = include_str!("../../../../assets/scenarios/topologies/harbour.toml");
const FLEET: &str = include_str!("../../../../assets/scenarios/topologies/fleet.toml");
const LAG: &str = include_str!("../../../../assets/scenarios/replica_lag.toml");

/// Every drill that is shipped, by its file's stem.
const SHIPPED: [(&str, &str); 19] = [
    ("attack_in_noise", include_str!("../../../../assets/scenarios/attack_in_noise.toml")),
    ("campaign", include_str!("../../../../assets/scenarios/campaign.toml")),
    ("certificate_at_midnight", include_str!("../../../../assets/scenarios/certificate_at_midnight.toml")),
    ("cold_cache", include_str!("../../../../assets/scenarios/cold_cache.toml")),
    ("consumer_stuck", include_str!("../../../../assets/scenarios/consumer_stuck.toml")),
    ("disk_full_sunday", include_str!("../../../../assets/scenarios/disk_full_sunday.toml")),
    ("innocent_deploy", include_str!("../../../../assets/scenarios/innocent_deploy.toml")),
    ("leaking_deploy", include_str!("../../../../assets/scenarios/leaking_deploy.toml")),
    ("lock_pile_up", include_str!("../../../../assets/scenarios/lock_pile_up.toml")),
    ("loud_monitor", include_str!("../../../../assets/scenarios/loud_monitor.toml")),
    ("pool_too_small", include_str!("../../../../assets/scenarios/pool_too_small.toml")),
    ("registry_drift", include_str!("../../../../assets/scenarios/registry_drift.toml")),
    ("replica_lag", LAG),
    ("retry_storm", include_str!("../../../../assets/scenarios/retry_storm.toml")),
    ("silent_primary", include_str!("../../../../assets/scenarios/silent_primary.toml")),
    ("slow_names", include_str!("../../../../assets/scenarios/slow_names.toml")),
    ("telemetry_lost", include_str!("../../../../assets/scenarios/telemetry_lost.toml")),
    ("two_faults", include_str!("../../../../assets/scenarios/two_faults.toml")),
    ("zone_cut_off", include_str!("../../../../assets/scenarios/zone_cut_off.toml")),
];

/// A drill whose world stands in its own text: small enough to break in many ways.
const SMALL: &str = r#"
id = "small"
number = 1
tier = 1
difficulty = 1
minutes = 5
title = { en = "Small", zh-CN = "小" }
trains = { en = "parsing", zh-CN = "解析" }
briefing = { en = "A shop.", zh-CN = "一家店。" }
goal = { en = "Keep it.", zh-CN = "守住它。" }
span_min = 15
local_hour = 14
hints = [{ en = "Look.", zh-CN = "看。" }]

[[world.host]]
names = ["one", "two"]
zone = "north"
memory_gib = 16

[[world.service]]
names = ["shop"]
technology = "go"
instances = 2
team = "team-shop"
tier = 1
routes = { "/" = 0.6, "/buy" = 0.4 }
calls = [
  { to = "memory" },
  { to = "books", kind = "read", behind = "memory" },
  { to = "books", kind = "write", pool = 6 },
  { to = "letters" },
]

[[world.worker]]
names = ["postman"]
technology = "python"
instances = 1
team = "team-shop"
tier = 3
calls = [{ to = "letters" }]

[[world.cache]]
names = ["memory"]
technology = "redis"
instances = 1
team = "team-shop"
tier = 2
role = "app"

[[world.broker]]
names = ["letters"]
technology = "kafka"
instances = 1
team = "team-shop"
tier = 2

[[world.database]]
names = ["books"]
technology = "postgres"
instances = 2
team = "team-data"
tier = 1
memory_mib = 2048

[[world.entry]]
component = "shop"
peak_rps = 50

[[world.check]]
name = "front"
kind = "page"
component = "shop"

[[override]]
of = "shop"
to = "books"
timeout_ms = 800

[[change]]
at_s = -600
component = "shop"
deploy = "1.0.1"

[[fault]]
kind = "noisy_neighbour"
target = "one"
at_s = 60
ramp_s = 30
values = { cores = 12 }

[[objective]]
component = "shop"
success_ratio = 0.99
for_s = 300

[[useful]]
screen = "metrics"
subject = "one"
what = { en = "Busy.", zh-CN = "忙。" }
decides = true

[[advice]]
after_s = 120
text = { en = "Restart it.", zh-CN = "重启它。" }
remedy = { kind = "restart", target = "shop" }
wrong = true
why = { en = "It is well.", zh-CN = "它没病。" }

[[say]]
after_s = 90
role = "support"
text = { en = "Slow.", zh-CN = "慢。" }

[[remedy]]
kind = "stop_job"
target = "one"
risk = 1
minutes = 1

[[remedy]]
kind = "restart"
target = "shop"
risk = 2
minutes = 1

[reference]
entity = "one"
fault = "noisy_neighbour"
detect_s = 100
localise_s = 140
steps = [{ at_s = 160, kind = "stop_job", target = "one" }]
"#;

fn topologies(name: &str) -> Option<String> {
    match name {
        "harbour" => Some(HARBOUR.to_owned()),
        "fleet" => Some(FLEET.to_owned()),
        _ => None,
    }
}

fn parse(text: &str) -> Result<Scenario, ScenarioError> {
    Scenario::parse(text, &topologies)
}

fn shipped() -> Vec<(&'static str, Scenario)> {
    let one = |&(stem, text): &(&'static str, &'static str)| match parse(text) {
        Ok(scenario) => (stem, scenario),
        Err(error) => panic!("{stem}: {error}"),
    };
    SHIPPED.iter().map(one).collect()
}

/// The small drill with one place altered, and the line of that place.
fn broken(from: &str, to: &str) -> (String, usize) {
    let at = SMALL.find(from).unwrap_or_else(|| panic!("{from:?} stands in the small drill"));
    (SMALL.replacen(from, to, 1), SMALL[..at].matches('\n').count() + 1)
}

#[test]
fn every_shipped_drill_parses_and_is_called_like_its_file() {
    for (stem, scenario) in shipped() {
        assert_eq!(scenario.brief().id, stem);
    }
}

#[test]
fn numbers_of_shipped_drills_are_those_from_one_on() {
    let mut numbers: Vec<u32> = shipped().iter().map(|(_, s)| s.brief().number).collect();

    numbers.sort_unstable();

    assert_eq!(numbers, (1..=19).collect::<Vec<u32>>());
}

#[test]
fn every_tier_has_at_least_three_drills() {
    let all = shipped();

    for tier in 1..=4 {
        assert!(all.iter().filter(|(_, s)| s.brief().tier == tier).count() >= 3, "tier {tier}");
    }
}

#[test]
fn every_shipped_text_stands_in_both_languages() {
    let has_chinese = |text: &Text| text.zh_cn.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for (stem, scenario) in shipped() {
        let brief = scenario.brief();
        let mut texts = vec![&brief.title, &brief.trains, &brief.briefing, &brief.goal];
        texts.extend(&brief.hints);
        texts.extend(brief.advice.iter().flat_map(|a| [&a.text, &a.why]));
        texts.extend(brief.says.iter().map(|s| &s.text));
        texts.extend(brief.useful.iter().map(|u| &u.what));

        for text in texts {
            assert!(has_chinese(text) && !text.en.is_empty(), "{stem}: {text:?}");
            assert_ne!(text.en, text.zh_cn, "{stem}");
        }
    }
}

#[test]
fn every_shipped_drill_has_three_hints_a_choice_of_remedies_and_evidence_that_decides() {
    for (stem, scenario) in shipped() {
        let brief = scenario.brief();

        assert_eq!(brief.hints.len(), 3, "{stem}");
        assert!((5..=9).contains(&brief.remedies.len()), "{stem}");
        assert!(brief.useful.iter().any(|u| u.decides), "{stem}");
        assert!((900..=3_600).contains(&brief.span_s), "{stem}");
    }
}

#[test]
fn the_reference_uses_what_is_offered_and_something_tempting_is_offered_besides() {
    for (stem, scenario) in shipped() {
        let brief = scenario.brief();
        let offers = |kind, target: &str| {
            brief.remedies.iter().any(|o| o.remedy.kind == kind && o.remedy.target == target)
        };

        assert!(brief.reference.steps.iter().all(|s| offers(s.remedy.kind, &s.remedy.target)), "{stem}");
        assert!(brief.remedies.len() > brief.reference.steps.len(), "{stem}");
        assert_eq!(brief.cause.is_some(), !brief.reference.steps.is_empty(), "{stem}");
    }
}

#[test]
fn at_least_three_shipped_drills_plant_wrong_advice() {
    let plants = |s: &Scenario| s.brief().advice.iter().any(|a| a.wrong);

    assert!(shipped().iter().filter(|(_, s)| plants(s)).count() >= 3);
}

#[test]
fn only_a_drill_without_a_cause_has_no_fault() {
    for (stem, scenario) in shipped() {
        assert_eq!(scenario.faults().is_empty(), scenario.brief().cause.is_none(), "{stem}");
        assert_eq!(scenario.brief().cause.is_none(), stem == "loud_monitor");
    }
}

#[test]
fn callers_stand_before_whom_they_ask_and_groups_are_whole() {
    let scenario = parse(LAG).unwrap();
    let plan = scenario.plan();

    assert!(plan.edges.iter().all(|e| e.from < e.to));
    for (idx, component) in plan.components.iter().enumerate() {
        assert!(!component.instances.is_empty());
        assert!(component.instances.clone().all(|i| plan.instances[i].component == idx));
        assert!(component.edges.clone().all(|e| plan.edges[e].from == idx));
    }
    let n_edges: usize = plan.components.iter().map(|c| c.edges.len()).sum();
    let n_instances: usize = plan.components.iter().map(|c| c.instances.len()).sum();
    let n_links: usize = (0..plan.edges.len()).map(|e| plan.links(e).len()).sum();
    assert_eq!((n_edges, n_instances, n_links), (plan.edges.len(), plan.instances.len(), plan.n_links));
}

#[test]
fn hosts_carry_no_more_than_their_memory() {
    for text in [LAG, SMALL] {
        let scenario = parse(text).unwrap();
        let plan = scenario.plan();
        for (idx, host) in plan.hosts.iter().enumerate() {
            let here = plan.instances.iter().filter(|i| i.host == idx);
            let used: f64 = here.map(|i| plan.components[i.component].memory_mib).sum();
            assert!(used <= host.memory_mib, "{}: {used}", host.name);
        }
    }
}

#[test]
fn the_primary_of_a_database_stands_on_the_first_host_that_is_named() {
    let scenario = parse(LAG).unwrap();
    let plan = scenario.plan();
    let host_of = |name: &str| {
        let instance = plan.instance(name).unwrap();
        plan.hosts[plan.instances[instance].host].name.as_str()
    };

    assert_eq!(host_of("pg-main-1"), "db-1");
    assert_eq!(host_of("mysql-ledger-1"), "db-3");
}

#[test]
fn a_miss_leads_from_the_lookup_to_the_read_behind_it() {
    let scenario = parse(SMALL).unwrap();
    let plan = scenario.plan();
    let read = plan.edges.iter().find(|e| e.kind == EdgeKind::Read).unwrap();

    assert_eq!(read.behind.map(|e| plan.edges[e].kind), Some(EdgeKind::Lookup));
}

#[test]
fn a_worker_takes_from_a_broker_to_which_a_service_publishes() {
    let scenario = parse(SMALL).unwrap();
    let plan = scenario.plan();
    let kinds_to = |name: &str| {
        let component = plan.component(name).unwrap();
        plan.edges_to(component).map(|e| plan.edges[e].kind).collect::<Vec<_>>()
    };

    let kinds = kinds_to("letters");

    assert!(kinds.contains(&EdgeKind::Consume) && kinds.contains(&EdgeKind::Publish), "{kinds:?}");
}

#[test]
fn an_override_holds_for_every_call_between_the_two() {
    let scenario = parse(SMALL).unwrap();
    let plan = scenario.plan();
    let books = plan.component("books").unwrap();

    assert!(plan.edges_to(books).all(|e| (plan.edges[e].timeout_ms - 800.0).abs() < 1e-9));
}

#[test]
fn the_worked_example_of_the_documentation_parses() {
    let page = include_str!("../../../../docs/SCENARIOS.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();

    assert_eq!(parse(example).unwrap().brief().id, "busy_host");
}

#[test]
fn the_documentation_names_every_fault_and_its_parameters() {
    let page = include_str!("../../../../docs/SCENARIOS.md");
    let faults = crate::faults::fault_catalogue();

    for info in faults {
        assert!(page.contains(&format!("| `{}` |", info.word)), "{}", info.word);
        for parameter in info.parameters {
            assert!(page.contains(&format!("`{}`", parameter.name)), "{}: {}", info.word, parameter.name);
        }
    }
}

#[test]
fn the_fleet_has_fifty_services_on_thirty_hosts() {
    let from = LAG.find("[[override]]").or_else(|| LAG.find("[[change]]")).unwrap();
    let head = LAG[..from].replace("\"harbour\"", "\"fleet\"");
    let tail = SMALL[SMALL.find("[[fault]]").unwrap()..]
        .replace("\"one\"", "\"node-01\"")
        .replace("\"shop\"", "\"leaf-01\"");

    let scenario = parse(&format!("{head}{tail}")).unwrap();

    let services = scenario.plan().components.iter().filter(|c| c.kind == ComponentKind::Service);
    assert_eq!((services.count(), scenario.plan().hosts.len()), (50, 30));
}

#[test]
fn what_is_broken_is_refused_with_its_line_and_key() {
    // What stands there, what is put in its place, and the key that the error names.
    let table = [
        ("number = 1", "number = 0", "number"),
        ("tier = 1\ndifficulty", "tier = 5\ndifficulty", "tier"),
        ("difficulty = 1", "hardness = 1", "hardness"),
        ("span_min = 15", "span_min = 900", "span_min"),
        ("local_hour = 14", "local_hour = 25", "local_hour"),
        ("title = { en = \"Small\", zh-CN = \"小\" }", "title = { en = \"Small\", zh-CN = \"\" }", "title"),
        ("id = \"small\"", "id = \"Small drill\"", "id"),
        ("zone = \"north\"\nmemory_gib = 16", "zone = \"north\"\nmemory_gib = \"much\"", "memory_gib"),
        ("technology = \"go\"", "technology = \"cobol\"", "technology"),
        ("technology = \"redis\"", "technology = \"kafka\"", "technology"),
        ("routes = { \"/\" = 0.6", "routes = { \"/\" = 0.7", "routes"),
        ("{ to = \"memory\" }", "{ to = \"nowhere\" }", "to"),
        ("{ to = \"memory\" }", "{ to = \"postman\" }", "to"),
        ("kind = \"read\", behind", "kind = \"consume\", behind", "kind"),
        ("behind = \"memory\"", "behind = \"letters\"", "behind"),
        ("pool = 6", "pool = 0", "pool"),
        ("component = \"shop\"\npeak_rps", "component = \"shops\"\npeak_rps", "component"),
        ("kind = \"page\"", "kind = \"guess\"", "kind"),
        ("component = \"shop\"\npeak_rps", "component = \"books\"\npeak_rps", "component"),
        ("calls = [{ to = \"letters\" }]", "", "calls"),
        (
            "kind = \"stop_job\"\ntarget = \"one\"",
            "kind = \"stop_job\"\ntarget = \"one\"\namount = 3",
            "amount",
        ),
        ("of = \"shop\"", "of = \"ship\"", "of"),
        ("to = \"books\"\ntimeout", "to = \"postman\"\ntimeout", "to"),
        ("kind = \"noisy_neighbour\"", "kind = \"gremlins\"", "kind"),
        ("target = \"one\"\nat_s", "target = \"shop\"\nat_s", "target"),
        ("at_s = 60", "at_s = 1000", "at_s"),
        ("ramp_s = 30", "ramp_s = 30\nflap_s = 5", "flap_s"),
        ("cores = 12", "cores = 9000", "cores"),
        ("cores = 12", "horses = 12", "horses"),
        ("for_s = 300", "for_s = 901", "for_s"),
        ("screen = \"metrics\"", "screen = \"cinema\"", "screen"),
        ("subject = \"one\"", "subject = \"eleven\"", "subject"),
        (
            "screen = \"metrics\"\nsubject = \"one\"",
            "screen = \"alerts\"\nsubject = \"one\"\ndetail = \"GremlinsSeen\"",
            "detail",
        ),
        ("subject = \"one\"\nwhat", "subject = \"one\"\ndetail = \"node_load\"\nwhat", "detail"),
        ("decides = true", "decides = false", "decides"),
        (
            "remedy = { kind = \"restart\", target = \"shop\" }",
            "remedy = { kind = \"restart\", target = \"books\" }",
            "target",
        ),
        ("role = \"support\"", "role = \"wizard\"", "role"),
        ("kind = \"stop_job\"\ntarget = \"one\"", "kind = \"stop_job\"\ntarget = \"shop\"", "target"),
        ("fault = \"noisy_neighbour\"", "fault = \"slow_disk\"", "fault"),
        ("localise_s = 140", "localise_s = 50", "localise_s"),
    ];
    for (from, to, key) in table {
        let (text, line) = broken(from, to);

        let error = parse(&text).expect_err(to);

        assert_eq!(error.key, key, "{to}: {error}");
        let last = line + from.matches('\n').count() + to.matches('\n').count();
        // What is missing is reported at the thing it is missing from, which may stand a few lines above.
        let missing = key == "decides" || key == "calls";
        assert!((line..=last).contains(&error.line) || missing, "{to}: {error}, not {line}");
        assert!(!error.problem.is_empty());
    }
}

#[test]
fn what_is_wrong_is_said_in_words_of_the_text() {
    let table = [
        ("local_hour = 14", "local_hour = \"14\"", "local_hour", "expected a number"),
        ("number = 1", "number = 1.5", "number", "expected a whole number"),
        ("title = { en = \"Small\", zh-CN = \"小\" }", "title = \"Small\"", "title", "zh-CN = "),
        ("ramp_s = 30", "way = \"slow\"", "way", "has no ways"),
        ("span_min = 15", "topology = \"harbour\"\nspan_min = 15", "topology", "either"),
        (
            "subject = \"one\"\nwhat",
            "subject = \"one\"\ndetail = \"node_load\"\nwhat",
            "detail",
            "\"node_load1\"",
        ),
        // No key stands in the head of a table, and none of the table above it is to blame.
        ("[[fault]]", "[[fault]", "", "unclosed"),
    ];
    for (from, to, key, said) in table {
        let (text, line) = broken(from, to);

        let error = parse(&text).expect_err(to);

        assert_eq!((error.line, error.key.as_str()), (line, key), "{error}");
        assert!(error.problem.contains(said), "{error}");
        let place = if key.is_empty() { format!("line {line}: ") } else { format!("line {line}, {key}: ") };
        assert!(error.to_string().starts_with(&place), "{error}");
    }
}

#[test]
fn components_that_wait_for_each_other_in_a_circle_are_refused() {
    let second = "[[world.service]]\nnames = [\"till\"]\ntechnology = \"go\"\ninstances = 1\nteam = \"team-shop\"\n\
                  tier = 1\ncalls = [{ to = \"shop\" }]\n\n[[world.worker]]";
    let text = SMALL.replacen("[[world.worker]]", second, 1).replacen(
        "{ to = \"memory\" }",
        "{ to = \"memory\" }, { to = \"till\" }",
        1,
    );

    assert!(parse(&text).unwrap_err().problem.contains("circle"));
}

#[test]
fn an_objective_is_measured_where_there_is_such_a_thing_and_with_its_limit() {
    let objective = "[[objective]]\ncomponent = \"shop\"\n";
    let with = |component: &str, lines: &str| {
        let text = format!("[[objective]]\ncomponent = \"{component}\"\n{lines}\n");
        parse(&SMALL.replacen(objective, &text, 1))
    };
    let measure =
        |component: &str, lines: &str| with(component, lines).unwrap().brief().objectives[0].measure;

    assert_eq!(measure("shop", ""), Measure::Success);
    assert_eq!(measure("books", "measure = \"fresh\""), Measure::Fresh);
    assert_eq!(measure("one", "measure = \"reporting\""), Measure::Reporting);
    let keeping = measure("letters", "measure = \"keeping_up\"\nlimit_s = 60");
    assert_eq!(keeping, Measure::KeepingUp { limit_s: 60.0 });
    for (component, lines) in [
        ("shop", "measure = \"fresh\""),
        ("shop", "measure = \"fast\""),
        ("shop", "measure = \"success\"\nlimit_s = 60"),
        ("shop", "measure = \"happy\""),
        ("one", "measure = \"success\""),
    ] {
        assert!(with(component, lines).is_err(), "{component} {lines}");
    }
}

#[test]
fn instances_for_which_no_host_has_memory_are_refused() {
    let (text, _) = broken("memory_mib = 2048", "memory_mib = 12000\nspare = 3");

    let error = parse(&text).unwrap_err();

    assert_eq!(error.key, "instances");
    assert!(error.problem.contains("memory"), "{error}");
}

#[test]
fn a_name_that_is_used_twice_is_refused() {
    let (text, line) = broken("names = [\"one\", \"two\"]", "names = [\"one\", \"one\"]");

    let error = parse(&text).unwrap_err();

    assert_eq!((error.line, error.key.as_str()), (line, "names"));
}

#[test]
fn an_error_in_a_topology_says_which_file_it_is_in() {
    let broken = HARBOUR.replacen("technology = \"haproxy\"", "technology = \"magic\"", 1);
    let line = HARBOUR[..HARBOUR.find("technology = \"haproxy\"").unwrap()].matches('\n').count() + 1;

    let error = Scenario::parse(LAG, &|_| Some(broken.clone())).unwrap_err();

    assert_eq!((error.line, error.key.as_str()), (line, "topologies/harbour: technology"));
}

#[test]
fn a_topology_that_does_not_exist_is_refused() {
    let error = Scenario::parse(LAG, &|_| None).unwrap_err();

    assert_eq!(error.key, "topology");
}

#[test]
fn a_drill_without_a_fault_has_no_cause_and_says_none() {
    let start = SMALL.find("[[fault]]").unwrap();
    let end = SMALL.find("[[objective]]").unwrap();
    let calm = format!("{}{}", &SMALL[..start], &SMALL[end..]);

    assert_eq!(parse(&calm).unwrap_err().key, "fault");
    let text = calm.replacen("fault = \"noisy_neighbour\"", "fault = \"none\"", 1);
    assert_eq!(parse(&text).unwrap().brief().cause, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn garbage_is_refused_and_never_panics(text in "\\PC{0,400}") {
        prop_assert!(parse(&text).is_err());
    }

    #[test]
    fn a_drill_that_breaks_off_never_panics(end in 0..SMALL.len()) {
        if SMALL.is_char_boundary(end) {
            let _ = parse(&SMALL[..end]);
        }
    }

    #[test]
    fn a_drill_with_a_letter_exchanged_never_panics(at in 0..SMALL.len(), with in "\\PC") {
        if SMALL.is_char_boundary(at) {
            let rest = SMALL[at..].chars().skip(1).collect::<String>();
            let _ = parse(&format!("{}{with}{rest}", &SMALL[..at]));
        }
    }
}
