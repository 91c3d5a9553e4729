//! The `.deb` tried: looked at, unpacked and run, and where it is asked for installed, started and removed again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::{Run, find};
use crate::terminal::{Outcome, loudly, say};
use crate::{places, setup};

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Both programs.
const PROGRAMS: [&str; 2] = ["usr/bin/wardroom", "usr/bin/wardroom-desktop"];
/// The type of a workspace file.
const MIME: &str = "application/x-wardroom-workspace";
/// What says how such a file is recognised.
const MIME_FILE: &str = "usr/share/mime/packages/net.example.wardroom.xml";
/// What the window cannot start without, and what Chinese text needs.
const NEEDED: [(&str, &str); 2] = [("Depends", "libwebkit2gtk-4.1-0"), ("Recommends", "fonts-noto-cjk")];
/// The moment of the demo that is made to try the packed program; any would do.
const MOMENT: &str = "2026-03-02T12:00:00Z";
/// Where a package may leave something behind.
const WATCHED: [&str; 3] = ["/etc", "/opt", "/usr"];
/// Caches that the system writes anew for all packages when one comes or goes.
const CACHES: [&str; 2] = ["icon-theme.cache", "mimeinfo.cache"];

/// One file or folder of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    /// Its path without a leading `/` or `./`.
    path: String,
    is_executable: bool,
}

/// Looks at a package without installing it.
pub(crate) fn look(package: &Path) -> Result<Outcome> {
    if find("dpkg-deb").is_none() {
        loudly("dpkg-deb is not on this machine: the package was not looked at");
        return Ok(Outcome::UpToDate);
    }
    let entries = entries(&Run::new("dpkg-deb").args(["--contents"]).args([package]).output()?);
    let fields = fields(&Run::new("dpkg-deb").args(["--field"]).args([package]).output()?);
    let architecture = Run::new("dpkg").args(["--print-architecture"]).output()?;
    let folder = unpack(package)?;
    let mut wrong = lacks(&entries, &fields, architecture.trim());
    let desktop = entries
        .iter()
        .find(|entry| entry.path.starts_with("usr/share/applications/") && entry.path.ends_with(".desktop"));
    match desktop {
        Some(entry) => wrong.extend(desktop_lacks(&text(&folder, &entry.path)?, &entries)),
        None => wrong.push("no desktop file in usr/share/applications".to_owned()),
    }
    if has(&entries, MIME_FILE) {
        wrong.extend(mime_lacks(&text(&folder, MIME_FILE)?));
    }
    if wrong.is_empty() {
        return Ok(Outcome::Done);
    }
    bail!("{} is not as it should be:\n  {}", package.display(), wrong.join("\n  "))
}

/// Runs the terminal program from the unpacked package: its version, and a whole demo.
pub(crate) fn run_unpacked(package: &Path) -> Result<Outcome> {
    if find("dpkg-deb").is_none() {
        return Ok(Outcome::UpToDate);
    }
    let folder = unpack(package)?;
    let program = folder.join("usr/bin/wardroom");
    tells_version(&program)?;
    let workspace = folder.join("demo.wardroom");
    Run::new(&program)
        .args(["demo", "--at", MOMENT, "--workspace"])
        .args([&workspace])
        .env("WARDROOM_HOME", folder.join("home"))
        .go()?;
    Run::new(&program).args(["workspace", "check"]).args([&workspace]).go()?;
    Ok(Outcome::Done)
}

/// Installs the package, starts both programs, removes it, and looks for what it left or took away.
pub(crate) fn install_and_remove(package: &Path) -> Result<Outcome> {
    let name = name(package)?;
    if setup::missing(&[&name])?.is_empty() {
        bail!("{name} is installed on this machine. Remove it first: sudo apt-get purge {name}");
    }
    let before = listing(&WATCHED.map(PathBuf::from));
    let by_hand = format!("apt-get install -y --no-install-recommends {}", package.display());
    setup::apt(&["install", "-y", "-q", "--no-install-recommends"], &by_hand)?.args([package]).go()?;
    let started = start_installed();
    let by_hand = format!("apt-get purge -y {name}");
    setup::apt(&["purge", "-y", "-q"], &by_hand)?.args([&name]).go()?;
    // Removed in any case; then what went wrong is told.
    started?;
    let after = listing(&WATCHED.map(PathBuf::from));
    let wrong: Vec<String> = differences(&before, &after);
    if wrong.is_empty() {
        say(&format!("{} files and folders are the same as before.", after.len()));
        return Ok(Outcome::Done);
    }
    bail!("{name} did not leave the machine as it was:\n  {}", wrong.join("\n  "))
}

/// Starts what is installed: the terminal program, and the demo's journey in the window where a display can be made.
fn start_installed() -> Result<()> {
    let [terminal, window] = PROGRAMS.map(|path| Path::new("/").join(path));
    tells_version(&terminal)?;
    if ["node", "Xvfb", "WebKitWebDriver"].iter().any(|program| find(program).is_none()) {
        loudly("Xvfb or WebKitWebDriver is not on this machine: the installed window was not started");
        return Ok(());
    }
    Run::new("node")
        .args(["--test", "--test-reporter=spec"])
        .args([places::root().join("tests/e2e/demo.test.mjs")])
        .env("WARDROOM_CLI", terminal)
        .env("WARDROOM_DESKTOP", window)
        .env("WARDROOM_ARTIFACTS", places::artifacts())
        .within(&places::root())
        .go()
}

fn tells_version(program: &Path) -> Result<()> {
    let told = Run::new(program).args(["--version"]).output()?;
    if told.trim() == format!("wardroom {VERSION}") {
        return Ok(());
    }
    bail!("{} calls itself “{}”, not “wardroom {VERSION}”", program.display(), told.trim())
}

/// Unpacks a package into a fresh folder.
fn unpack(package: &Path) -> Result<PathBuf> {
    let folder = places::target().join("unpacked");
    if folder.is_dir() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Run::new("dpkg-deb").args(["-x"]).args([package]).args([&folder]).go()?;
    Ok(folder)
}

fn text(folder: &Path, path: &str) -> Result<String> {
    let file = folder.join(path);
    fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
}

fn name(package: &Path) -> Result<String> {
    let name = Run::new("dpkg-deb").args(["--field"]).args([package]).args(["Package"]).output()?;
    Ok(name.trim().to_owned())
}

/// Reads what `dpkg-deb --contents` prints: mode, owner, size, date, time, path and, for a link, its target.
fn entries(listing: &str) -> Vec<Entry> {
    listing.lines().filter_map(entry).collect()
}

fn entry(line: &str) -> Option<Entry> {
    let mode = line.split_whitespace().next()?;
    let mut rest = line;
    for _ in 0..5 {
        rest = rest.trim_start().split_once(char::is_whitespace)?.1;
    }
    // A path may hold spaces; only what follows the arrow is none.
    let path = rest.trim_start().split(" -> ").next()?;
    let path = path.trim_start_matches("./").trim_start_matches('/').trim_end_matches('/');
    let is_executable = mode.starts_with('-') && mode.get(3..4) == Some("x");
    (!path.is_empty()).then(|| Entry { path: path.to_owned(), is_executable })
}

/// Reads the fields of a package; a line that begins with a space goes on with the field before.
fn fields(control: &str) -> BTreeMap<String, String> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    for line in control.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some(value) = fields.get_mut(&last) {
                value.push('\n');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            name.clone_into(&mut last);
            fields.insert(last.clone(), value.trim().to_owned());
        }
    }
    fields
}

fn has(entries: &[Entry], path: &str) -> bool {
    entries.iter().any(|entry| entry.path == path)
}

/// Says what a package lacks of what it has to hold and tell.
fn lacks(entries: &[Entry], fields: &BTreeMap<String, String>, architecture: &str) -> Vec<String> {
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    let mut wrong = Vec::new();
    for program in PROGRAMS {
        match entries.iter().find(|entry| entry.path == program) {
            None => wrong.push(format!("no {program}")),
            Some(entry) if !entry.is_executable => wrong.push(format!("{program} cannot be executed")),
            Some(_) => {}
        }
    }
    let licence = format!("usr/share/doc/{}/copyright", field("Package"));
    for path in [MIME_FILE, licence.as_str()] {
        if !has(entries, path) {
            wrong.push(format!("no {path}"));
        }
    }
    for (name, wanted) in [("Version", VERSION), ("Architecture", architecture)] {
        if field(name) != wanted {
            wrong.push(format!("{name} is “{}”, not “{wanted}”", field(name)));
        }
    }
    for (name, wanted) in NEEDED {
        // `a (>= 2) | b, c` names three packages.
        let mut names = field(name).split([',', '|']).filter_map(|part| part.split_whitespace().next());
        if !names.any(|named| named == wanted) {
            wrong.push(format!("{name} does not name {wanted}: “{}”", field(name)));
        }
    }
    wrong
}

/// Says what a desktop file lacks: the type of a workspace, a packed program, a packed icon.
fn desktop_lacks(desktop: &str, entries: &[Entry]) -> Vec<String> {
    let value = |key: &str| {
        desktop.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).unwrap_or_default().trim()
    };
    let mut wrong = Vec::new();
    if !value("MimeType").split(';').any(|named| named == MIME) {
        wrong.push(format!("the desktop file is not for {MIME}: “{}”", value("MimeType")));
    }
    let exec = value("Exec");
    let program = exec.split_whitespace().next().unwrap_or_default().trim_matches('"');
    let program = program.rsplit('/').next().unwrap_or_default();
    if !has(entries, &format!("usr/bin/{program}")) {
        wrong.push(format!("the desktop file starts what is not packed: “{exec}”"));
    }
    if !["%f", "%F", "%u", "%U"].iter().any(|place| exec.contains(place)) {
        wrong.push(format!("the desktop file hands no file over: “{exec}”"));
    }
    let icon = format!("/apps/{}.png", value("Icon"));
    let is_icon = |path: &str| path.starts_with("usr/share/icons/hicolor/") && path.ends_with(&icon);
    if !entries.iter().any(|entry| is_icon(&entry.path)) {
        wrong.push(format!("the icon of the desktop file is not packed: “{}”", value("Icon")));
    }
    wrong
}

/// Says what the file about types lacks.
fn mime_lacks(xml: &str) -> Vec<String> {
    [format!("type=\"{MIME}\""), "pattern=\"*.wardroom\"".to_owned()]
        .into_iter()
        .filter(|wanted| !xml.contains(wanted))
        .map(|wanted| format!("{MIME_FILE} has no {wanted}"))
        .collect()
}

/// Lists everything below some folders. What may not be read is not listed, before as well as after.
fn listing(folders: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut open: Vec<PathBuf> = folders.to_vec();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            // A link is not followed: what it leads to is elsewhere.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(entry.path());
            }
            found.insert(entry.path());
        }
    }
    found
}

/// Says what is there after that was not before, and the other way round.
fn differences(before: &BTreeSet<PathBuf>, after: &BTreeSet<PathBuf>) -> Vec<String> {
    let is_cache = |path: &&PathBuf| {
        path.file_name().is_some_and(|name| CACHES.iter().any(|cache| name == std::ffi::OsStr::new(cache)))
    };
    let left = after.difference(before).filter(|path| !is_cache(path));
    let taken = before.difference(after).filter(|path| !is_cache(path));
    left.map(|path| format!("left {}", path.display()))
        .chain(taken.map(|path| format!("took away {}", path.display())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTENTS: &str = "\
drwxr-xr-x 0/0               0 2026-03-02 12:00 usr/
-rwxr-xr-x 0/0        41234567 2026-03-02 12:00 usr/bin/wardroom
-rwxr-xr-x root/root  51234567 2026-03-02 12:00 ./usr/bin/wardroom-desktop
-rw-r--r-- 0/0             512 2026-03-02 12:00 usr/share/applications/Wardroom.desktop
-rw-r--r-- 0/0             512 2026-03-02 12:00 usr/share/mime/packages/net.example.wardroom.xml
-rw-r--r-- 0/0            9000 2026-03-02 12:00 usr/share/icons/hicolor/128x128/apps/wardroom-desktop.png
-rw-r--r-- 0/0           11358 2026-03-02 12:00 usr/share/doc/wardroom/copyright
-rw-r--r-- 0/0               9 2026-03-02 12:00 usr/share/doc/wardroom/read me
lrwxrwxrwx 0/0               0 2026-03-02 12:00 usr/share/doc/wardroom/notes -> read me
";
    const CONTROL: &str = concat!(
        "Package: wardroom\nVersion: ",
        env!("CARGO_PKG_VERSION"),
        "\nArchitecture: amd64\n",
        "Depends: libwebkit2gtk-4.1-0 (>= 2.40), libgtk-3-0 | libgtk-3-0t64\n",
        "Recommends: fonts-noto-cjk\n",
        "Description: A local-first operations workstation\n",
        " Wardroom reads metrics: from Prometheus and from files.\n .\n",
    );
    const DESKTOP: &str = "\
[Desktop Entry]
Name=Wardroom
Exec=wardroom-desktop %f
Icon=wardroom-desktop
MimeType=application/x-wardroom-workspace;
";

    #[test]
    fn a_listing_is_read_with_links_and_names_that_hold_spaces() {
        let found = entries(CONTENTS);

        let programs: Vec<&str> =
            found.iter().filter(|e| e.is_executable).map(|entry| entry.path.as_str()).collect();
        assert_eq!(programs, PROGRAMS);
        let last: Vec<&str> = found.iter().rev().take(2).map(|entry| entry.path.as_str()).collect();
        assert_eq!(last, ["usr/share/doc/wardroom/notes", "usr/share/doc/wardroom/read me"]);
        assert_eq!(found.len(), 9);
    }

    #[test]
    fn fields_are_read_with_the_lines_that_go_on() {
        let found = fields(CONTROL);

        assert_eq!(found["Package"], "wardroom");
        assert_eq!(
            found["Description"],
            "A local-first operations workstation\nWardroom reads metrics: from Prometheus and from files.\n."
        );
        assert_eq!(found.len(), 6);
    }

    #[test]
    fn a_package_that_holds_everything_lacks_nothing() {
        let found = entries(CONTENTS);

        assert_eq!(lacks(&found, &fields(CONTROL), "amd64"), Vec::<String>::new());
        assert_eq!(desktop_lacks(DESKTOP, &found), Vec::<String>::new());
        let xml = include_str!("../../assets/linux/net.example.wardroom.xml");
        assert_eq!(mime_lacks(xml), Vec::<String>::new());
    }

    #[test]
    fn each_thing_that_is_not_there_is_named() {
        let contents = CONTENTS
            .replace("-rwxr-xr-x 0/0        41234567", "-rw-r--r-- 0/0        41234567")
            .replace("usr/share/doc/wardroom/copyright", "usr/share/doc/wardroom/changelog");
        let control = CONTROL
            .replace("Recommends: fonts-noto-cjk", "Recommends: fonts-noto-cjk-extra")
            .replace(VERSION, "0.0.9");

        let wrong = lacks(&entries(&contents), &fields(&control), "arm64");

        assert_eq!(
            wrong,
            [
                "usr/bin/wardroom cannot be executed".to_owned(),
                "no usr/share/doc/wardroom/copyright".to_owned(),
                format!("Version is “0.0.9”, not “{VERSION}”"),
                "Architecture is “amd64”, not “arm64”".to_owned(),
                "Recommends does not name fonts-noto-cjk: “fonts-noto-cjk-extra”".to_owned(),
            ]
        );
    }

    #[test]
    fn a_desktop_file_that_leads_nowhere_is_told() {
        let desktop = "[Desktop Entry]\nExec=/usr/bin/wardrooms\nIcon=other\nMimeType=text/plain;\n";

        let wrong = desktop_lacks(desktop, &entries(CONTENTS));

        assert_eq!(wrong.len(), 4, "{wrong:#?}");
        assert_eq!(mime_lacks("<mime-info/>").len(), 2);
    }

    #[test]
    fn what_a_package_leaves_or_takes_is_told_and_the_systems_caches_are_not() {
        let set = |paths: &[&str]| paths.iter().map(PathBuf::from).collect::<BTreeSet<_>>();
        let before = set(&["/usr/bin/sh", "/etc/hosts"]);
        let after = set(&["/usr/bin/sh", "/etc/wardroom", "/usr/share/applications/mimeinfo.cache"]);

        assert_eq!(differences(&before, &after), ["left /etc/wardroom", "took away /etc/hosts"]);
        assert_eq!(differences(&before, &before), Vec::<String>::new());
    }

    #[test]
    fn a_listing_of_folders_has_what_lies_deep_and_follows_no_link() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"));

        let found = listing(&[source.to_owned()]);

        assert!(found.contains(&source.join("src/package.rs")) && found.contains(&source.join("src")));
        assert!(listing(&[source.join("nothing-here")]).is_empty());
    }
}
