//! The style of the house as a test: what a reviewer should not have to say.
//!
//! - a function has at most 70 lines, a file at most 500;
//! - SQL stands only in `store.rs` (or a `store/` folder) and in `database/`;
//! - a room's SQL names only its own tables, and a room opens none of its modules to others;
//! - no `utils`, no note of unfinished work.

#![cfg(test)]

use std::path::{Path, PathBuf};

const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 500;

/// Which room owns a table. Other rooms ask the owner's exported functions.
const TABLES: [(&str, &str); 63] = [
    ("units", "areas"),
    ("unit_links", "areas"),
    ("calendar_days", "areas"),
    ("boundary_sets", "areas"),
    ("boundary_shapes", "areas"),
    ("accounts", "identity"),
    ("sessions", "identity"),
    ("recovery_codes", "identity"),
    ("kept_forms", "identity"),
    ("audit_entries", "audit"),
    ("audit_heads", "audit"),
    ("jobs", "database"),
    ("intake_files", "intake"),
    ("intake_rows", "intake"),
    ("persons", "relief"),
    ("person_identifiers", "relief"),
    ("person_links", "relief"),
    ("decisions", "relief"),
    ("beneficiary_lists", "relief"),
    ("list_steps", "relief"),
    ("list_entries", "relief"),
    ("declines", "relief"),
    ("duplicate_warnings", "relief"),
    ("different_people", "relief"),
    ("match_keys", "relief"),
    ("match_waiting", "relief"),
    ("log_leaves", "transparency"),
    ("log_tiles", "transparency"),
    ("log_heads", "transparency"),
    ("log_witnessed", "transparency"),
    ("slip_salts", "transparency"),
    ("entitlements", "relief"),
    ("entitlement_sums", "relief"),
    ("ledger_days", "relief"),
    ("payment_entries", "relief"),
    ("duty_kinds", "duties"),
    ("duty_acts", "duties"),
    ("duty_excuses", "duties"),
    ("duty_reminders", "duties"),
    ("unit_contacts", "duties"),
    ("day_reopenings", "duties"),
    ("late_entries", "duties"),
    ("decision_sources", "relief"),
    ("recoveries", "relief"),
    ("recovery_entries", "relief"),
    ("payment_reasons", "relief"),
    ("news_members", "newsroom"),
    ("news_documents", "newsroom"),
    ("news_editions", "newsroom"),
    ("news_steps", "newsroom"),
    ("news_files", "newsroom"),
    ("news_edition_files", "newsroom"),
    ("feedback_kinds", "feedback"),
    ("feedback_cases", "feedback"),
    ("feedback_steps", "feedback"),
    ("feedback_published", "feedback"),
    ("steering_papers", "steering"),
    ("steering_tasks", "steering"),
    ("steering_duties", "steering"),
    ("steering_steps", "steering"),
    ("steering_files", "steering"),
    ("coverage_places", "steering"),
    ("budget_allotments", "relief"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust file of the checkout with its path below the root.
fn rust_files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("crates"), root().join("xtask")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() > 20, "the style test sees the checkout");
    found.sort();
    found
}

/// The text with comments, strings and character literals blanked out, line by line the same.
fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let length = literal_length(rest);
        if length > 0 {
            out.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            at += length;
        } else {
            let next = rest.chars().next().unwrap();
            out.push(next);
            at += next.len_utf8();
        }
    }
    out
}

/// Length in bytes of the comment or literal that begins here, or 0.
fn literal_length(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    if let Some(raw) = rest.strip_prefix('r').or_else(|| rest.strip_prefix("br")) {
        let hashes = raw.bytes().take_while(|byte| *byte == b'#').count();
        if raw[hashes..].starts_with('"') {
            let edge = format!("\"{}", "#".repeat(hashes));
            let start = rest.len() - raw.len() + hashes + 1;
            return rest[start..].find(&edge).map_or(rest.len(), |end| start + end + edge.len());
        }
    }
    if rest.starts_with('"') {
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => return at + 1,
                _ => {}
            }
        }
        return rest.len();
    }
    if let Some(quoted) = rest.strip_prefix('\'') {
        let mut chars = quoted.char_indices();
        let Some((_, first)) = chars.next() else { return 0 };
        if first == '\\' {
            return quoted[2..].find('\'').map_or(0, |end| end + 4);
        }
        // A lifetime has no closing quote right after one character.
        return match chars.next() {
            Some((at, '\'')) => at + 2,
            _ => 0,
        };
    }
    0
}

/// (name, first line, number of lines) of every function.
fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(position) = line.find("fn ") else { continue };
        let before = line[..position].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let name: String =
            line[position + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if name.is_empty() {
            continue;
        }
        if let Some(length) = body_length(&lines[at..]) {
            found.push((name, at + 1, length));
        }
    }
    found
}

/// Lines from the signature to the closing brace; `None` for a signature without a body.
fn body_length(lines: &[&str]) -> Option<usize> {
    let (mut depth, mut opened) = (0usize, false);
    let mut brackets = 0i32;
    for (at, line) in lines.iter().enumerate() {
        for c in line.chars() {
            match c {
                '{' => {
                    depth += 1;
                    opened = true;
                }
                '}' => depth = depth.saturating_sub(1),
                '(' | '[' => brackets += 1,
                ')' | ']' => brackets -= 1,
                ';' if !opened && brackets == 0 => return None,
                _ => {}
            }
            if opened && depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

#[test]
fn functions_and_files_stay_short() {
    let mut faults = Vec::new();
    for (name, text) in rust_files() {
        let lines = text.lines().count();
        if lines > FILE_LINES_MAX {
            faults.push(format!("{name}: {lines} lines, at most {FILE_LINES_MAX}"));
        }
        for (function, line, length) in functions(&code_only(&text)) {
            if length > FUNCTION_LINES_MAX {
                faults.push(format!("{name}:{line}: fn {function} has {length} lines"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn is_store(name: &str) -> bool {
    name.ends_with("/store.rs") || name.contains("/store/") || name.contains("/src/database/")
}

#[test]
fn sql_stands_only_in_stores() {
    let signs = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE "];
    let mut faults = Vec::new();
    for (name, text) in rust_files() {
        if !name.starts_with("crates/ansinh/src/") || is_store(&name) {
            continue;
        }
        let tests_from = text.find("#[cfg(test)]").unwrap_or(text.len());
        for (at, line) in text[..tests_from].lines().enumerate() {
            if signs.iter().any(|sign| line.contains(sign)) {
                faults.push(format!("{name}:{}: {}", at + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The tables that a line of SQL reads or writes.
fn tables_in(line: &str) -> Vec<&str> {
    let words: Vec<&str> = line
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|w| !w.is_empty())
        .collect();
    let before = ["FROM", "JOIN", "INTO", "UPDATE"];
    words.windows(2).filter(|pair| before.contains(&pair[0])).map(|pair| pair[1]).collect()
}

#[test]
fn a_rooms_sql_names_only_its_own_tables() {
    let mut faults = Vec::new();
    for (name, text) in rust_files() {
        let Some(inside) = name.strip_prefix("crates/ansinh/src/") else { continue };
        let room = inside.split('/').next().unwrap_or("");
        for (at, line) in text.lines().enumerate().filter(|_| is_store(&name)) {
            for table in tables_in(line) {
                let owner =
                    TABLES.iter().find(|(known, _)| *known == table).map(|(_, owner)| *owner);
                if owner.is_some_and(|owner| owner != room && owner != "database") {
                    faults.push(format!("{name}:{}: {table} belongs elsewhere", at + 1));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn rooms_show_only_what_their_mod_exports() {
    let rooms =
        ["areas", "audit", "backup", "duties", "identity", "intake", "portal", "relief", "watch"];
    let mut faults = Vec::new();
    for room in rooms {
        let file = root().join(format!("crates/ansinh/src/{room}/mod.rs"));
        let text = std::fs::read_to_string(&file).unwrap();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.starts_with("pub mod ") || line.starts_with("pub(crate) mod ") {
                faults.push(format!("{room}/mod.rs:{}: {line}", at + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_is_called_utils_and_nothing_is_left_undone() {
    let own = "xtask/src/style.rs";
    let undone = ["TODO", "FIXME", "XXX", "todo!(", "unimplemented!("];
    let mut faults = Vec::new();
    for (name, text) in rust_files() {
        if ["utils", "helpers", "common"].iter().any(|bad| name.contains(bad)) {
            faults.push(format!("{name}: say what is in it"));
        }
        for (at, line) in text.lines().enumerate().filter(|_| name != own) {
            if undone.iter().any(|mark| line.contains(mark)) {
                faults.push(format!("{name}:{}: {}", at + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_reader_of_functions_sees_through_strings_and_lifetimes() {
    let text = "fn a<'x>(s: &'x str) -> char {\n  let _ = \"}{\"; // }\n  '}'\n}\nfn b();\n";
    assert_eq!(functions(&code_only(text)), [("a".to_owned(), 1, 4)]);
}
