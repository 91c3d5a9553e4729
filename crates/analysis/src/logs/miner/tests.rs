//! What must hold for all lines, and the exact reading of some.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{DamagedMiner, Miner};
use crate::logs::{LogTemplate, ParameterKind, TemplatePart, Templates};

fn learnt<'a>(lines: impl IntoIterator<Item = &'a str>) -> Miner {
    let mut miner = Miner::new();
    for line in lines {
        miner.learn(line);
    }
    miner
}

fn with_room(shapes: usize) -> Miner {
    Miner { most_shapes: shapes, ..Miner::new() }
}

fn text_of(line: &str) -> String {
    learnt([line]).settle().all()[0].text()
}

fn kinds_of(line: &str) -> Vec<&'static str> {
    let templates = learnt([line]).settle();
    let kind = |part: &TemplatePart| match part {
        TemplatePart::Literal(_) => None,
        TemplatePart::Parameter(kind) => Some(kind.as_str()),
    };
    templates.all()[0].parts.iter().filter_map(kind).collect()
}

fn texts(templates: &Templates) -> Vec<String> {
    templates.all().iter().map(LogTemplate::text).collect()
}

fn values<'l>(templates: &Templates, line: &'l str) -> Vec<&'l str> {
    let place = templates.find(line).expect("the line has a template");
    templates.parameters(place, line).into_iter().map(|parameter| parameter.value).collect()
}

#[test]
fn values_are_told_by_their_form() {
    for (line, text) in [
        ("sent 17 of 20 parts in 3.5 ms", "sent <*> of <*> parts in <*> ms"),
        // A password that was masked before is a part of its URL.
        (
            "connected to amqp://shop:<masked:url_credentials>@mq-1:5672/eu in 12 ms",
            "connected to <*> in <*> ms",
        ),
        ("peer 10.1.2.3:443 and fe80::1:2ff:fe00:a1 left", "peer <*> and <*> left"),
        ("read /var/lib/x.db and C:\\temp\\a.log.", "read <*> and <*>."),
        ("see https://example.org/a?b=c, then go on", "see <*>, then go on"),
        ("job 4f3a2b1c-0000-4a5b-8c9d-001122334455 done", "job <*> done"),
        ("link 00:1a:2b:3c:4d:5e up at 2024-05-06 07:08:09.123", "link <*> up at <*>"),
        ("since Mon May  6 07:08:09 2024 on eth0", "since <*> on eth0"),
        ("block chunk_-4411 and part_-3 of set_7_2", "block <*> and <*> of <*>"),
        ("mail of alice@example.com from db7.eu.example.com:5432", "mail of <*> from <*>"),
        ("flag true, other NULL, by root", "flag <*>, other <*>, by <*>"),
        ("offset -17 at core.221 (0xffee)", "offset <*> at core.<*> (<*>)"),
        ("IPv6 over ssh2 on tty1 with utf8 and x86_64", "IPv6 over ssh2 on tty1 with utf8 and x86_64"),
        ("at org.example.v2.Reader.read(Reader.java:42)", "at org.example.v2.Reader.read(Reader.java:<*>)"),
        ("lifetime <1 sec of driver v1.20.3", "lifetime <*> of driver <*>"),
        ("from rpc://Driver@10.0.0.1:7077 with token", "from rpc://Driver@<*> with token"),
        ("rack R12-M0-N4 has 98% of 12GB", "rack <*> has <*>% of <*>"),
    ] {
        assert_eq!(text_of(line), text, "{line}");
    }
}

#[test]
fn kinds_are_told_by_values_and_the_words_around_them() {
    for (line, kinds) in [
        (
            "took 17 ms or 12s for 4096 bytes and 3MB at 7%",
            vec!["duration", "duration", "bytes", "bytes", "percent"],
        ),
        ("from 10.1.2.3 port 22 uid=0 user=eve", vec!["address", "port", "id", "user"]),
        ("on a7.example.com:80 read /etc/x at 0xff00", vec!["host", "path", "hex"]),
        ("at 10:20:30 version v1.2.3 is true for 5", vec!["time", "version", "flag", "number"]),
        ("see http://example.org or 0a1b2c3d-0000-4a5b-8c9d-001122334455", vec!["url", "id"]),
    ] {
        assert_eq!(kinds_of(line), kinds, "{line}");
    }
}

#[test]
fn words_that_vary_become_parameters_and_states_do_not() {
    let names = ["ann", "bea", "cleo", "dora", "ella"];
    let mut miner = Miner::new();
    for name in names {
        miner.learn(&format!("user {name} signed in"));
        miner.learn(&format!("service billing is {}", if name == "ann" { "up" } else { "down" }));
        miner.learn(&format!("greeting {name} after the meeting"));
    }
    let templates = miner.settle();

    assert_eq!(
        texts(&templates),
        [
            "greeting <*> after the meeting",
            "user <*> signed in",
            "service billing is down",
            "service billing is up"
        ]
    );
    assert_eq!(templates.all()[1].parts[1], TemplatePart::Parameter(ParameterKind::User));
    assert_eq!(values(&templates, "user zoe signed in"), ["zoe"]);
    assert_eq!(templates.find("nobody has seen this"), None);
}

#[test]
fn lists_of_different_lengths_and_empty_places_are_one_template() {
    let miner = learnt([
        "delete 1, 2 and go",
        "delete 7 and go",
        "delete 7, 8, 9 and go",
        "from 1.2.3.4 () at 5",
        "from 1.2.3.4 (a.example.com) at 5",
    ]);
    let templates = miner.settle();

    assert_eq!(texts(&templates), ["delete <*> and go", "from <*> (<*>) at <*>"]);
    assert_eq!(values(&templates, "delete 7, 8, 9 and go"), ["7, 8, 9"]);
    assert_eq!(values(&templates, "from 1.2.3.4 () at 5"), ["1.2.3.4", "", "5"]);
    assert_eq!(values(&templates, "from 1.2.3.4 (b.example.com) at 5"), ["1.2.3.4", "b.example.com", "5"]);
}

#[test]
fn any_text_is_a_line() {
    let long = "word ".repeat(5000);
    let wide = "é".repeat(9000);
    let lines = [
        "",
        " ",
        "\0",
        "---",
        "=",
        "\"\"",
        "a\u{feff}b",
        "<*>",
        "\u{10ffff} 7 \u{2028}",
        &long,
        &wide,
        "/",
        "//",
        "::",
        "-1",
        ".",
    ];
    let miner = learnt(lines);
    let templates = miner.settle();

    assert_eq!(miner.lines(), lines.len() as u64);
    for line in lines {
        let place = templates.find(line).expect("it was learnt");
        assert!(templates.parameters(place, line).iter().all(|one| line.contains(one.value)));
    }
}

#[test]
fn what_follows_the_longest_part_of_a_line_is_not_looked_at() {
    let begin = "x".repeat(8191);
    let miner = learnt([format!("{begin} one").as_str(), format!("{begin} two").as_str()]);

    assert_eq!(miner.shapes(), 1);
}

#[test]
fn damaged_bytes_are_refused() {
    let bytes = learnt(["one 1", "two 2"]).to_bytes();
    let mut other = bytes.clone();
    other[4] = 9;

    assert_eq!(Miner::from_bytes(&other).err(), Some(DamagedMiner::Version { found: 9 }));
    assert_eq!(Miner::from_bytes(b"").err(), Some(DamagedMiner::Content));
    for cut in 0..bytes.len() {
        assert_eq!(Miner::from_bytes(&bytes[..cut]).err(), Some(DamagedMiner::Content));
    }
    for at in (0..bytes.len()).filter(|at| *at != 4) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x41;
        assert!(Miner::from_bytes(&changed).is_err());
    }
}

#[test]
fn a_crowded_miner_keeps_its_templates_and_its_shape_numbers() {
    let mut miner = with_room(64);
    let mut ids = Vec::new();
    for round in 0..40 {
        for letter in 'a'..='z' {
            ids.push(miner.learn(&format!("user {letter}{letter}x{letter} opened page {round}")));
            ids.push(miner.learn(&format!("user {letter}{letter}x{letter} closed page {round}")));
            ids.push(miner.learn(&format!("{letter}{letter}{letter} stands alone")));
        }
    }
    let templates = miner.settle();

    assert!(miner.shapes() <= 64);
    assert_eq!(miner.lines(), 40 * 26 * 3);
    assert_eq!(templates.all().iter().map(|template| template.lines).sum::<u64>(), miner.lines());
    assert_eq!(texts(&templates)[..2], ["<*> stands alone", "user <*> closed page <*>"]);
    assert_eq!(templates.all()[templates.of_shape(ids[0])].text(), "user <*> opened page <*>");
    let back = Miner::from_bytes(&miner.to_bytes()).expect("they were just written");
    assert_eq!(texts(&back.settle()), texts(&templates));
    assert_eq!(back.settle().of_shape(ids[0]), templates.of_shape(ids[0]));
}

#[test]
fn lines_that_have_nothing_in_common_do_not_take_all_memory() {
    let mut miner = with_room(256);
    let word = |number: u32| -> String {
        (0..6)
            .map(|place| char::from(b'a' + u8::try_from((number >> (place * 4)) & 15).expect("below 16")))
            .collect()
    };
    for number in 0..20_000_u32 {
        miner.learn(&format!("{} {} {}", word(number), word(number * 7 + 1), word(number * 13 + 5)));
    }
    let templates = miner.settle();

    assert!(miner.shapes() <= 300, "{}", miner.shapes());
    assert_eq!(templates.all().iter().map(|template| template.lines).sum::<u64>(), 20_000);
}

/// Lines from few words, so that templates arise, and from any text.
fn some_lines() -> impl Strategy<Value = Vec<String>> {
    let word = prop::sample::select(vec![
        "user",
        "alice",
        "bob",
        "failed",
        "for",
        "from",
        "10.0.0.1",
        "7",
        "x=1",
        "name=",
        "()",
        "(a)",
        "a,b",
        "1, 2",
        "/var/x",
        "org.example.A",
        "org.example.B",
        "host7",
        "\"q r\"",
        "=\"q r\"",
        "b{c}",
        ".",
        "on.",
        "é",
        "****",
        "-",
    ]);
    let plain = vec(word, 0..7).prop_map(|words| words.join(" "));
    let dense = "[-<>~*0-9a-fv.:/\\\\@_=\"'(){}, +#%x]{0,24}";
    vec(prop_oneof![4 => plain, 1 => any::<String>(), 2 => dense], 0..40)
}

proptest! {
    #[test]
    fn order_and_split_do_not_matter(lines in some_lines(), cut in 0..40_usize) {
        let all = learnt(lines.iter().map(String::as_str)).settle();
        let backwards = learnt(lines.iter().rev().map(String::as_str)).settle();
        let (one, other) = lines.split_at(cut.min(lines.len()));
        let mut merged = learnt(one.iter().map(String::as_str));
        let second = learnt(other.iter().map(String::as_str));
        let ids = merged.merge(&second);
        let merged_templates = merged.settle();

        prop_assert_eq!(all.all(), backwards.all());
        prop_assert_eq!(all.all(), merged_templates.all());
        prop_assert_eq!(ids.len(), second.shapes());
        for line in &lines {
            prop_assert_eq!(all.find(line), merged_templates.find(line));
        }
    }

    #[test]
    fn every_line_has_the_template_of_its_shape(lines in some_lines()) {
        let mut miner = Miner::new();
        let shapes: Vec<_> = lines.iter().map(|line| miner.learn(line)).collect();
        let templates = miner.settle();

        prop_assert_eq!(templates.all().iter().map(|template| template.lines).sum::<u64>(), lines.len() as u64);
        for (line, shape) in lines.iter().zip(shapes) {
            let place = templates.of_shape(shape);
            let parts = &templates.all()[place].parts;
            let parameters = templates.parameters(place, line);
            let wanted = parts.iter().filter(|part| matches!(part, TemplatePart::Parameter(_))).count();
            prop_assert_eq!(templates.find(line), Some(place));
            prop_assert_eq!(parameters.len(), wanted, "{:?} {:?}", line, templates.all()[place].text());
        }
    }

    #[test]
    fn literals_and_values_in_their_order_are_the_line(lines in some_lines()) {
        let templates = learnt(lines.iter().map(String::as_str)).settle();
        let squeezed = |text: &str| -> String {
            text.chars().filter(|char| !matches!(char, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')).collect()
        };
        for line in &lines {
            let place = templates.find(line).expect("it was learnt");
            let mut parameters = templates.parameters(place, line).into_iter();
            let again: String = templates.all()[place].parts.iter().map(|part| match part {
                TemplatePart::Literal(text) => text.clone(),
                TemplatePart::Parameter(_) => parameters.next().map_or(String::new(), |one| one.value.to_owned()),
            }).collect();
            prop_assert_eq!(squeezed(&again), squeezed(line));
        }
    }

    #[test]
    fn bytes_give_the_same_miner_again(lines in some_lines()) {
        let miner = learnt(lines.iter().map(String::as_str));
        let back = Miner::from_bytes(&miner.to_bytes()).expect("they were just written");

        prop_assert_eq!(back.lines(), miner.lines());
        prop_assert_eq!(back.to_bytes(), miner.to_bytes());
        prop_assert_eq!(back.settle().all().to_vec(), miner.settle().all().to_vec());
    }
}
