//! The order of the modules: each imports from floors below alone.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Modules from the lowest floor up.
const FLOORS: &[&[&str]] = &[
    &["error", "numeric", "files"],
    &["time", "panel", "regression"],
    &["events", "models"],
    &["abnormal"],
    &["inference", "resampling", "multiplicity", "context", "backtest"],
    &["study"],
    &["report"],
    &["prelude", "guide"],
];

/// Imports within a floor: importer, imported.
const SAME_FLOOR: &[(&str, &str)] = &[
    ("panel", "time"),
    ("numeric", "error"),
    ("files", "error"),
    ("inference", "resampling"),
    ("context", "resampling"),
    ("multiplicity", "resampling"),
    ("multiplicity", "inference"),
    ("backtest", "resampling"),
];

/// Names at the root of the crate and the modules that they are of.
const ROOT: &[(&str, &str)] = &[
    ("Error", "error"),
    ("Result", "error"),
    ("ShardFault", "error"),
    ("with_threads", "numeric"),
];

/// Most lines of a file.
const MOST_LINES: usize = 400;

/// Files that may be longer, with how long and why.
const LONGER: &[(&str, usize, &str)] =
    &[("src/error.rs", 600, "one enum, whose variants each say what they hold")];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files under these folders, by their paths from the root.
fn sources(folders: &[&str]) -> Vec<(String, String)> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut paths);
    }
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        (name, std::fs::read_to_string(&path).unwrap())
    };
    paths.into_iter().map(read).collect()
}

/// The text without comments, and without the tests at its end.
fn code(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let next_is_inline = lines.peek().is_some_and(|l| l.contains("mod ") && l.ends_with('{'));
        if line.trim() == "#[cfg(test)]" && next_is_inline {
            break;
        }
        out.push_str(line.split_once("//").map_or(line, |(before, _)| before));
        out.push('\n');
    }
    out
}

/// The first names of all paths that start at `crate`.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, matched) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + matched.len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(first_names(group)),
            None => found.push(name(rest)),
        }
    }
    found
}

/// `a::{b, c}, d}` has the first names `a` and `d`.
fn first_names(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut expecting) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expecting = true,
            _ if expecting && !c.is_whitespace() => {
                names.push(name(&group[at..]));
                expecting = false;
            }
            _ => {}
        }
    }
    names
}

fn name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

#[test]
fn modules_import_from_floors_below() {
    let mut faults = String::new();
    let mut n_imports = 0;
    for (path, text) in sources(&["src"]) {
        let inside = path.strip_prefix("src/").unwrap();
        let module = inside.split(['/', '.']).next().unwrap();
        if module == "lib" || inside.split(['/', '.']).any(|part| part == "tests") {
            continue;
        }
        let Some(here) = floor(module) else {
            let _ = writeln!(faults, "{path}: module `{module}` has no floor");
            continue;
        };
        for import in imports(&code(&text)) {
            let of_root = ROOT.iter().find(|(name, _)| *name == import);
            let target = of_root.map_or(import.as_str(), |(_, module)| *module);
            n_imports += 1;
            let allowed = target == module
                || SAME_FLOOR.contains(&(module, target))
                || floor(target).is_some_and(|there| there < here);
            if !allowed {
                let _ = writeln!(faults, "{path}: `{module}` may not import `crate::{import}`");
            }
        }
    }
    assert!(n_imports > 100, "only {n_imports} imports were found");
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn imports_are_found_in_all_their_forms() {
    let text = "use crate::time::{DateAxis, Lag};\nuse crate::{Error, panel::{self, AssetId}, \
                study};\nlet x = crate::numeric::mean(); // crate::report\npub(crate) fn f() {}\n\
                #[cfg(test)]\nmod tests {\n    use crate::report::Table;\n}\n";
    assert_eq!(imports(&code(text)), ["time", "Error", "panel", "study", "numeric"]);
    assert_eq!(imports("use a_crate::x;"), [""; 0]);
}

#[test]
fn files_stay_short() {
    let mut faults = String::new();
    for (path, text) in sources(&["src", "cli", "examples", "benches", "tests", "tools"]) {
        let longer = LONGER.iter().find(|(name, _, _)| *name == path);
        let most = longer.map_or(MOST_LINES, |(_, most, _)| *most);
        let n = text.lines().count();
        if n > most {
            let _ = writeln!(faults, "{path}: {n} lines, at most {most}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn nothing_is_left_to_do() {
    let unfinished = [concat!("to", "do!("), concat!("unimple", "mented!(")];
    let mut faults = String::new();
    for (path, text) in sources(&["src", "cli", "examples", "benches", "tests", "tools"]) {
        for word in unfinished.iter().filter(|word| text.contains(**word)) {
            let _ = writeln!(faults, "{path}: {word}…)");
        }
        if path.split(['/', '.']).any(|part| part == "utils" || part == "util") {
            let _ = writeln!(faults, "{path}: a module is named for what it holds");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}
