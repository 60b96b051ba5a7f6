//! What the README shows of the tool is what the tool prints.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;

use support::Folder;

/// A command with the lines that the README shows under it; `…` stands for lines left out.
struct Shown {
    arguments: Vec<String>,
    lines: Vec<String>,
}

fn shown(readme: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ eventstudy ").filter(|_| inside) {
            let arguments = command.split_whitespace().map(str::to_owned).collect();
            found.push(Shown { arguments, lines: Vec::new() });
        } else if inside {
            found.last_mut().expect("a command first").lines.push(line.to_owned());
        }
    }
    found
}

/// True where the lines shown are those printed, each `…` standing for any number of them.
fn matches(shown: &[String], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line == "…" => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        Some((line, rest)) => printed.split_first().is_some_and(|(first, others)| {
            first.trim_end() == line.trim_end() && matches(rest, others)
        }),
    }
}

#[test]
fn the_readme_shows_what_the_tool_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let folder = Folder::empty("readme");
    std::os::unix::fs::symlink(root.join("data"), folder.path("data")).unwrap();

    let commands = shown(&readme);
    assert!(commands.len() >= 3, "{} commands in the README", commands.len());
    for Shown { arguments, lines } in commands {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = folder.run(&arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let printed: Vec<&str> = text.lines().collect();
        assert!(
            matches(&lines, &printed),
            "{arguments:?} prints\n{text}\nand docs/update mends it"
        );
    }
}
