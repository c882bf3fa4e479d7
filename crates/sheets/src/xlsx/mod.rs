//! Office Open XML workbooks (ECMA-376 part 1, SpreadsheetML), read in one pass over each part.

mod sheet;
mod strings;
mod styles;

use crate::limits::{MAX_NAMED, Tally};
use crate::package::Package;
use crate::xml::{self, Event, local};
use crate::{DateSystem, Format, ReadError, Workbook};

/// What the sheets need to know of the workbook.
pub(crate) struct Context {
    strings: Vec<strings::Shared>,
    styles: Vec<styles::Style>,
    date_system: DateSystem,
}

/// One `<sheet>` of workbook.xml.
struct Entry {
    name: String,
    relation: String,
    hidden: bool,
}

/// One `<Relationship>`.
struct Relation {
    id: String,
    /// Last word of the type ("worksheet", "sharedStrings"): transitional and strict files use
    /// different namespaces before it.
    kind: String,
    target: String,
}

/// Path of the workbook part, when the package is a spreadsheet.
pub(crate) fn workbook_part(
    package: &mut Package,
    tally: &mut Tally,
) -> Result<Option<String>, ReadError> {
    if package.find("_rels/.rels").is_some() {
        for relation in relations(package, "", "_rels/.rels", tally)? {
            if relation.kind == "officeDocument" && package.find(&relation.target).is_some() {
                return Ok(Some(relation.target));
            }
        }
    }
    Ok(package.find("xl/workbook.xml").map(|_| "xl/workbook.xml".to_owned()))
}

/// Reads the workbook whose main part is `main`.
pub(crate) fn read(
    package: &mut Package,
    main: &str,
    tally: &mut Tally,
) -> Result<Workbook, ReadError> {
    let (folder, file) = main.rsplit_once('/').unwrap_or(("", main));
    let rels = join(folder, &format!("_rels/{file}.rels"));
    let (entries, date_system) = workbook(package, main, tally)?;
    let relations = relations(package, folder, &rels, tally)?;
    let by_kind = |kind: &str, usual: &str| {
        let target = relations.iter().find(|r| r.kind == kind).map(|r| r.target.clone());
        target.unwrap_or_else(|| join(folder, usual))
    };
    let styles = styles::read(package, &by_kind("styles", "styles.xml"), tally)?;
    let strings = strings::read(package, &by_kind("sharedStrings", "sharedStrings.xml"), tally)?;
    let context = Context { strings, styles, date_system };
    let mut sheets = Vec::new();
    for entry in entries {
        let Some(relation) = relations.iter().find(|r| r.id == entry.relation) else {
            return Err(ReadError::corrupt(format!("no part for the sheet {:?}", entry.name)));
        };
        // Chart sheets, dialogue sheets and macro sheets hold no table.
        if relation.kind == "worksheet" {
            sheets.push(sheet::read(package, &relation.target, entry, &context, tally)?);
        }
    }
    Ok(Workbook { format: Format::Xlsx, encoding: None, separator: None, date_system, sheets })
}

/// Sheets in tab order and the date system.
fn workbook(
    package: &mut Package,
    main: &str,
    tally: &mut Tally,
) -> Result<(Vec<Entry>, DateSystem), ReadError> {
    let mut xml = package
        .xml(main, tally)?
        .ok_or_else(|| ReadError::corrupt("the workbook part is missing"))?;
    let mut entries = Vec::new();
    let mut system = DateSystem::Excel1900;
    loop {
        match xml.next()? {
            Event::Eof => break,
            Event::Start(e) | Event::Empty(e) => match e.name {
                "workbookPr" if e.attr("date1904").is_some_and(|v| xml::is_true(&v)) => {
                    system = DateSystem::Excel1904;
                }
                "sheet" => {
                    let state = e.attr("state").unwrap_or_default();
                    // The relationship id is the only prefixed attribute of a sheet.
                    let relation = e
                        .attrs()
                        .find(|(key, _)| key.contains(':') && local(key) == "id")
                        .map(|(_, raw)| xml::unescape(raw));
                    entries.push(Entry {
                        name: e.attr("name").unwrap_or_default(),
                        relation: relation.unwrap_or_default(),
                        hidden: state == "hidden" || state == "veryHidden",
                    });
                    tally.sheets(entries.len())?;
                }
                _ => {}
            },
            _ => {}
        }
    }
    xml.close(tally);
    Ok((entries, system))
}

/// Relationships of one part (ECMA-376 part 2, clause 6.5), targets made absolute.
fn relations(
    package: &mut Package,
    folder: &str,
    path: &str,
    tally: &mut Tally,
) -> Result<Vec<Relation>, ReadError> {
    let mut list = Vec::new();
    let Some(mut xml) = package.xml(path, tally)? else { return Ok(list) };
    loop {
        match xml.next()? {
            Event::Eof => break,
            Event::Start(e) | Event::Empty(e)
                if e.name == "Relationship" && list.len() < MAX_NAMED =>
            {
                let kind = e.attr("Type").unwrap_or_default();
                list.push(Relation {
                    id: e.attr("Id").unwrap_or_default(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: join(folder, &e.attr("Target").unwrap_or_default()),
                });
            }
            _ => {}
        }
    }
    xml.close(tally);
    Ok(list)
}

/// Resolves a relative part name against its folder; names never leave the package.
fn join(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|s| !s.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            other => steps.push(other),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn part_names() {
        assert_eq!(join("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(join("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(join("xl/worksheets", "../styles.xml"), "xl/styles.xml");
        assert_eq!(join("", "../../etc/passwd"), "etc/passwd");
    }
}
