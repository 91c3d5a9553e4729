//! Lints and documentation of our own crates as by-products of their compilation.
//!
//! `cargo clippy` and `cargo doc` each want every one of some 700 foreign crates in a form of their own, which is a
//! sixth of the CPU time of a cold run. Both are the compiler with more to say, so this program stands where cargo looks
//! for the compiler of the workspace's crates, calls `clippy-driver` with what cargo would have told `rustc`, and behind
//! it `rustdoc` for what is no test. What they compile is what is tested.
//!
//! Deliberately *not* here: the way a person does it by hand, which is `cargo clippy` and `cargo doc`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::places;
use crate::process::Run;
use crate::terminal::complain;

/// The name under which this program is called as a compiler.
const NAME: &str = "wardroom-linted-rustc";

/// Where the tools of the compiler lie.
const TOOLS: &str = "WARDROOM_LINTED_TOOLS";

/// Where the documentation goes.
const PAGES: &str = "WARDROOM_LINTED_PAGES";

/// Returns what cargo has to be told so that it compiles with lints and documentation, and fails on what they find.
pub(crate) fn variables() -> Result<Vec<(String, OsString)>> {
    let root = Run::new("rustc").args(["--print", "sysroot"]).within(&places::root()).output()?;
    let tools = PathBuf::from(root.trim()).join("bin");
    for tool in ["clippy-driver", "rustdoc"] {
        if !tools.join(format!("{tool}{}", std::env::consts::EXE_SUFFIX)).is_file() {
            bail!(
                "{tool} is not among the tools of the compiler; add it with\n  rustup component add clippy"
            );
        }
    }
    // A copy: the build makes this program anew, and it may not be away for a moment while it is called.
    let folder = places::target().join("linted");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let copy = folder.join(format!("{NAME}{}", std::env::consts::EXE_SUFFIX));
    let this = std::env::current_exe().context("cannot tell where this program lies")?;
    std::fs::copy(this, &copy).with_context(|| format!("cannot write {}", copy.display()))?;
    Ok(vec![
        ("RUSTC_WORKSPACE_WRAPPER".to_owned(), copy.into_os_string()),
        // The separator with which `cargo clippy` hands its own arguments on.
        ("CLIPPY_ARGS".to_owned(), "-Dwarnings__CLIPPY_HACKERY__".into()),
        (TOOLS.to_owned(), tools.into_os_string()),
        (PAGES.to_owned(), places::target().join("doc").into_os_string()),
    ])
}

/// Compiles when this program was called as a compiler; `None` when it was called by its own name.
pub(crate) fn as_compiler() -> Option<ExitCode> {
    let mut arguments = std::env::args_os();
    let name = arguments.next().map(PathBuf::from)?;
    if name.file_stem() != Some(OsStr::new(NAME)) {
        return None;
    }
    let arguments: Vec<OsString> = arguments.collect();
    Some(match compile(&arguments) {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    })
}

/// Calls the compiler that has the lints, and then what makes documentation. `arguments` begin with the plain compiler.
fn compile(arguments: &[OsString]) -> Result<ExitCode> {
    let tools = PathBuf::from(std::env::var_os(TOOLS).with_context(|| format!("{TOOLS} is not set"))?);
    let run = |tool: &str, arguments: &[OsString]| {
        let status = Command::new(tools.join(tool)).args(arguments).status();
        status.with_context(|| format!("cannot start {tool}"))
    };
    let compiled = run("clippy-driver", arguments)?;
    if !compiled.success() {
        return Ok(code(compiled));
    }
    let (Some(pages), Some(mut told)) = (std::env::var_os(PAGES), documented(arguments)) else {
        return Ok(ExitCode::SUCCESS);
    };
    told.extend(["-D".into(), "warnings".into(), "--out-dir".into(), pages]);
    Ok(code(run("rustdoc", &told)?))
}

fn code(status: std::process::ExitStatus) -> ExitCode {
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Returns what of a compiler's arguments its documentation needs; `None` for what has none: tests, build scripts and
/// questions to the compiler itself.
fn documented(arguments: &[OsString]) -> Option<Vec<OsString>> {
    const KEPT: [&str; 7] =
        ["--crate-name", "--crate-type", "--edition", "--cfg", "--check-cfg", "--extern", "-L"];
    let mut told = Vec::new();
    let mut source = None;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let text = argument.to_string_lossy();
        let (flag, value) = text.split_once('=').map_or((&*text, None), |(flag, value)| (flag, Some(value)));
        if flag == "--test" || flag == "--print" {
            return None;
        } else if text.ends_with(".rs") {
            source = Some(argument.clone());
        } else if KEPT.contains(&flag) {
            told.push(argument.clone());
            let value = if let Some(value) = value {
                value.to_owned()
            } else {
                let value = rest.next()?;
                told.push(value.clone());
                value.to_string_lossy().into_owned()
            };
            match (flag, value.as_str()) {
                ("--crate-name", "build_script_build") => return None,
                // Nobody uses a program from outside: what is said of its parts is for those who work on it.
                ("--crate-type", "bin") => told.push("--document-private-items".into()),
                _ => {}
            }
        }
    }
    told.push(source?);
    Some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Option<String> {
        let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let told = documented(&arguments)?;
        Some(told.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn documentation_is_told_what_it_needs_of_what_cargo_tells_the_compiler() {
        let library = "/tools/rustc --crate-name one --edition=2024 src/lib.rs --error-format=json \
                       --json=artifacts --crate-type lib --emit=dep-info,metadata,link -C embed-bitcode=no \
                       --warn=clippy::pedantic --check-cfg cfg(docsrs,test) --cfg feature=\"a\" -C metadata=12 \
                       --out-dir /out -L dependency=/deps --extern two=/deps/libtwo-3.rmeta";

        assert_eq!(
            told(library).as_deref(),
            Some(
                "--crate-name one --edition=2024 --crate-type lib --check-cfg cfg(docsrs,test) --cfg \
                 feature=\"a\" -L dependency=/deps --extern two=/deps/libtwo-3.rmeta src/lib.rs"
            )
        );
        let program = told("rustc --crate-name one src/main.rs --crate-type bin").unwrap();
        assert!(program.contains("--document-private-items"), "{program}");
    }

    #[test]
    fn tests_build_scripts_and_questions_have_no_documentation() {
        for line in [
            "rustc --crate-name one src/lib.rs --crate-type lib --test",
            "rustc --crate-name build_script_build build.rs --crate-type bin",
            "rustc - --crate-name ___ --print=file-names --crate-type bin",
            "rustc -vV",
        ] {
            assert_eq!(told(line), None, "{line}");
        }
    }
}
