//! `/danh-sach/doi-chieu`: who stands in lists of two programmes, and what their rules say. Only
//! read, each officer for her own area.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use sheets::ColumnKind::{Money, Number, Text};
use uuid::Uuid;

use super::{count, dong, id_of, unit_name};
use crate::database::{Conn, Tx};
use crate::relief::overlaps::{exclude_each_other, standing, verdict};
use crate::relief::programmes::Programme;
use crate::relief::rules::masked;
use crate::relief::store::overlaps::{self as store, OverlapCount, OverlapRow, Wanted};
use crate::web::export::{Format, Note, Part, READ_ROWS, Sheet, Source, Value, column, export};
use crate::web::{App, Desk, Error, Page, Pager, encode, html, page_size};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/danh-sach/doi-chieu", get(overlaps_page))
        .route("/danh-sach/doi-chieu/tep/{name}", get(overlaps_file))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    /// Two programme codes, `NQ42.NQ68`.
    cap: String,
    sau: String,
    #[serde(rename = "so-dong")]
    so_dong: Option<String>,
}

impl Asked {
    /// The pair asked for. What is no pair of known programmes asks for nothing that exists.
    fn pair(&self, app: &App) -> Result<Option<(String, String)>, Error> {
        if self.cap.is_empty() {
            return Ok(None);
        }
        let (one, other) = self.cap.split_once('.').ok_or(Error::NotFound)?;
        let known = |code: &str| app.catalogue.programme(code).map(|p| p.code.clone());
        Ok(Some((known(one).ok_or(Error::NotFound)?, known(other).ok_or(Error::NotFound)?)))
    }

    fn after(&self) -> Result<Option<(Uuid, Uuid)>, Error> {
        if self.sau.is_empty() {
            return Ok(None);
        }
        let (one, other) = self.sau.split_once('.').ok_or(Error::NotFound)?;
        Ok(Some((id_of(one)?, id_of(other)?)))
    }

    fn address(&self, after: &str) -> String {
        let size = self.so_dong.clone().unwrap_or_default();
        let pairs = [("cap", self.cap.as_str()), ("so-dong", size.as_str()), ("sau", after)];
        let filled = pairs.iter().filter(|(_, value)| !value.is_empty());
        let filled: Vec<_> = filled.map(|(name, v)| format!("{name}={}", encode(v))).collect();
        format!("/danh-sach/doi-chieu?{}", filled.join("&"))
    }

    /// What of the address narrows a file.
    fn filter(&self) -> String {
        if self.cap.is_empty() { String::new() } else { format!("?cap={}", encode(&self.cap)) }
    }

    fn file(&self, ending: &str) -> String {
        format!("/danh-sach/doi-chieu/tep/doi-chieu.{ending}{}", self.filter())
    }
}

struct PairLine {
    href: String,
    /// Programme codes.
    one: String,
    other: String,
    chosen: bool,
    both: i64,
    only_one: i64,
}

impl PairLine {
    fn rows(&self) -> String {
        count(self.both + self.only_one)
    }
}

struct SideView {
    programme: String,
    group: String,
    place: String,
    state: String,
    amount: String,
}

struct Line {
    name: String,
    year: String,
    masked: String,
    sides: [SideView; 2],
    verdict: &'static str,
    mark: &'static str,
    legal: String,
}

#[derive(Template)]
#[template(path = "relief/templates/overlaps.html")]
struct OverlapsPage {
    page: Page,
    pairs: Vec<PairLine>,
    lines: Vec<Line>,
    filtered: bool,
    read_only: Vec<(String, String)>,
    pager: Pager,
    xlsx: String,
    csv: String,
}

async fn wanted<C: Conn>(conn: &C, desk: &Desk, asked: &Asked) -> Result<Wanted, Error> {
    let pair = asked.pair(&desk.app)?;
    Ok(store::wanted(conn, &desk.actor.scope, desk.actor.tiers, pair).await?)
}

async fn overlaps_page(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let conn = desk.app.db.read();
    let scope = &desk.actor.scope;
    let after = asked.after()?;
    let size = page_size(asked.so_dong.as_deref());
    let wanted = wanted(conn, &desk, &asked).await?;
    let everything = wanted.every_pair();
    let (mut rows, counts) = tokio::try_join!(
        store::page(conn, scope, &wanted, after, size + 1),
        store::counts(conn, scope, &everything)
    )?;
    let more = rows.len() as u64 > size;
    rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| asked.address(&format!("{}.{}", row.one_id, row.other_id)));
    let catalogue = &desk.app.catalogue;
    let today = desk.app.clock.today();
    let compared = |programme: &&Programme| programme.read_only && programme.valid_from <= today;
    let only_compared = catalogue.programmes().iter().filter(compared);
    html(&OverlapsPage {
        page: desk.page("Đối chiếu giữa các chương trình", "danh-sach"),
        pairs: pair_lines(&desk, &asked, &counts),
        lines: rows.iter().map(|row| line(&desk, row)).collect(),
        filtered: !asked.cap.is_empty(),
        read_only: only_compared.map(|p| (p.name.clone(), p.payer.clone())).collect(),
        pager: Pager { next, first: after.map(|_| asked.address("")) },
        xlsx: asked.file("xlsx"),
        csv: asked.file("csv"),
    })
}

/// Pairs of programmes, each once whichever row lay in the scope.
fn pair_lines(desk: &Desk, asked: &Asked, counts: &[OverlapCount]) -> Vec<PairLine> {
    let mut sums: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    for found in counts {
        let one = (found.one_programme.as_str(), found.one_group.as_str());
        let other = (found.other_programme.as_str(), found.other_group.as_str());
        let sum = sums.entry((one.0.min(other.0), one.0.max(other.0))).or_default();
        if exclude_each_other(&desk.app.catalogue, one, other) {
            sum.1 += found.rows;
        } else {
            sum.0 += found.rows;
        }
    }
    let line = |((one, other), (both, only_one)): ((&str, &str), (i64, i64))| {
        let cap = format!("{one}.{other}");
        let chosen = asked.cap == cap;
        let asked = Asked { cap, ..Asked::default() };
        PairLine {
            href: asked.address(""),
            one: one.to_owned(),
            other: other.to_owned(),
            chosen,
            both,
            only_one,
        }
    };
    sums.into_iter().map(line).collect()
}

fn sides(desk: &Desk, row: &OverlapRow) -> [SideView; 2] {
    let catalogue = &desk.app.catalogue;
    let one = (&row.one_programme, &row.one_list_state, row.one_declined);
    let other = (&row.other_programme, &row.other_list_state, row.other_declined);
    let told = |(programme, state, declined): (&String, &String, bool), money: (i64, i64)| {
        standing(catalogue, programme, state, declined, money)
    };
    [
        SideView {
            programme: row.one_programme.clone(),
            group: catalogue.group_name(&row.one_programme, &row.one_group),
            place: unit_name(desk, &row.one_commune, &row.one_district),
            state: told(one, (row.one_approved, row.one_paid)),
            amount: dong(row.one_due),
        },
        SideView {
            programme: row.other_programme.clone(),
            group: catalogue.group_name(&row.other_programme, &row.other_group),
            place: unit_name(desk, &row.other_commune, &row.other_district),
            state: told(other, (row.other_approved, row.other_paid)),
            amount: dong(row.other_due),
        },
    ]
}

fn line(desk: &Desk, row: &OverlapRow) -> Line {
    let (found, legal) = verdict(&desk.app.catalogue, row);
    Line {
        name: row.full_name.clone(),
        year: row.birth_year.map_or_else(String::new, |year| year.to_string()),
        masked: row.id_number.as_deref().map_or_else(String::new, masked),
        sides: sides(desk, row),
        verdict: found.label(),
        mark: found.mark(),
        legal,
    }
}

struct OverlapRows {
    desk: Desk,
    wanted: Wanted,
    after: Option<(Uuid, Uuid)>,
    number: i64,
}

impl Source for OverlapRows {
    async fn next(&mut self, snapshot: &Tx) -> Result<Part, Error> {
        let scope = &self.desk.actor.scope;
        let found = store::page(snapshot, scope, &self.wanted, self.after, READ_ROWS).await?;
        self.after = found.last().map(|row| (row.one_id, row.other_id));
        let last = (found.len() as u64) < READ_ROWS;
        let rows = found.iter().map(|row| {
            self.number += 1;
            file_row(&self.desk, self.number, row)
        });
        Ok(Part { rows: rows.collect(), last, seen: vec![] })
    }
}

fn file_row(desk: &Desk, number: i64, row: &OverlapRow) -> Vec<Value> {
    let (found, legal) = verdict(&desk.app.catalogue, row);
    let id = row.id_number.as_deref().map_or_else(String::new, masked);
    let mut cells = vec![
        Value::Whole(number),
        Value::text(&row.full_name),
        Value::whole(row.birth_year),
        Value::Text(id),
    ];
    for (side, due) in sides(desk, row).into_iter().zip([row.one_due, row.other_due]) {
        cells.extend([side.programme, side.group, side.place, side.state].map(Value::Text));
        cells.push(Value::Whole(due));
    }
    cells.extend([Value::text(found.label()), Value::Text(legal)]);
    cells
}

async fn overlaps_file(
    desk: Desk,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let format = Format::of(&name, "doi-chieu")?;
    let wanted = wanted(desk.app.db.read(), &desk, &asked).await?;
    let mut columns = vec![
        column("STT", 7.0, Number),
        column("Họ và tên", 26.0, Text),
        column("Năm sinh", 9.0, Number),
        column("Số giấy tờ", 15.0, Text),
    ];
    for side in ["A", "B"] {
        columns.push(column(&format!("Dòng {side}: chương trình"), 12.0, Text));
        columns.push(column(&format!("Dòng {side}: nhóm"), 32.0, Text));
        columns.push(column(&format!("Dòng {side}: đơn vị"), 34.0, Text));
        columns.push(column(&format!("Dòng {side}: tình trạng"), 24.0, Text));
        columns.push(column(&format!("Dòng {side}: số tiền (đồng)"), 14.0, Money));
    }
    columns.push(column("Theo quy định", 22.0, Text));
    columns.push(column("Căn cứ", 40.0, Text));
    let day = desk.app.clock.today();
    let file = format!("doi-chieu-chuong-trinh-{}-{day}", desk.actor.scope.code());
    let sheet = Sheet { file, tab: "Đối chiếu", columns };
    let note = Note { table: "danh-sach/doi-chieu", filter: asked.filter() };
    let source = OverlapRows { desk: desk.clone(), wanted, after: None, number: 0 };
    export(&desk, sheet, format, note, source).await
}
