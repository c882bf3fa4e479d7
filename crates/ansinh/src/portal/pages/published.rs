//! A commune's published list: on the screen, on paper, as a table to keep.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use sheets::ColumnKind;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;
use vietnam::text::fold;

use super::{Place, place};
use crate::areas::in_sentence;
use crate::database::Tx;
use crate::portal::show;
use crate::relief::{
    CommuneKey, KnownList, PublishedRow, PublishedSum, Standing, WantedRows, known_lists,
    published_hamlets, published_rows, published_sums,
};
use crate::web::export::{
    Format, Part, READ_ROWS, Sheet as Table, Source, Value, column, export_public,
};
use crate::web::{App, Error, Fields, Page, Pager, Visitor, encode, html, page_size};

struct RowLine {
    number: usize,
    name: String,
    birth_year: String,
    masked_id: String,
    hamlet: String,
    group: String,
    household: String,
    amount: String,
    decision: String,
    status: &'static str,
    shape: &'static str,
    /// When it was paid, or undone.
    told: String,
}

struct GroupLine {
    name: String,
    posted: String,
    approved: String,
    paid: String,
    dong: String,
    paid_dong: String,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// Sums over rows.
#[derive(Default)]
struct Sums {
    posted: i64,
    posted_dong: i64,
    approved: i64,
    approved_dong: i64,
    paid: i64,
    paid_dong: i64,
    waiting: i64,
    held: i64,
    not_paid: i64,
}

impl Sums {
    fn of<'a>(sums: impl Iterator<Item = &'a PublishedSum>) -> Self {
        let mut all = Self::default();
        for sum in sums {
            if sum.standing == Standing::Posted {
                all.posted += sum.rows;
                all.posted_dong += sum.dong;
                continue;
            }
            all.approved += sum.rows;
            all.approved_dong += sum.dong;
            all.paid_dong += sum.paid_dong;
            match sum.standing {
                Standing::Paid => all.paid += sum.rows,
                Standing::Waiting => all.waiting += sum.rows,
                Standing::Held => all.held += sum.rows,
                Standing::NotPaid | Standing::Posted => all.not_paid += sum.rows,
            }
        }
        all
    }

    fn rows(&self) -> i64 {
        self.posted + self.approved
    }

    fn dong(&self) -> i64 {
        self.posted_dong + self.approved_dong
    }
}

/// What the page and the print have in common.
struct Sheet {
    commune: String,
    /// The commune's name inside a sentence.
    inside: String,
    district: String,
    slug: String,
    rows: Vec<RowLine>,
    page_dong: String,
    whole: Sums,
    filtered: Option<Sums>,
    groups: Vec<GroupLine>,
    notices: Vec<String>,
    decisions: String,
    today: String,
    print_day: String,
}

impl Sheet {
    /// Sums shown under the table: of the filter when there is one.
    fn shown(&self) -> &Sums {
        self.filtered.as_ref().unwrap_or(&self.whole)
    }

    fn shown_rows(&self) -> i64 {
        self.shown().rows()
    }

    fn shown_dong(&self) -> i64 {
        self.shown().dong()
    }

    fn n(&self, value: impl std::borrow::Borrow<i64>) -> String {
        show::number(*value.borrow())
    }

    fn share(&self) -> String {
        show::percent(self.whole.paid, self.whole.approved)
    }

    fn width(&self) -> String {
        show::width(self.whole.paid, self.whole.approved)
    }
}

#[derive(Template)]
#[template(path = "portal/templates/published.html")]
struct Published {
    page: Page,
    sheet: Sheet,
    query: String,
    hamlets: Vec<Choice>,
    groups: Vec<Choice>,
    pager: Pager,
    address: String,
    further: bool,
}

#[derive(Template)]
#[template(path = "portal/templates/published_print.html")]
struct PublishedPrint {
    page: Page,
    sheet: Sheet,
    in_words: String,
}

/// What the address asks for.
struct Asked {
    wanted: WantedRows,
    query: String,
    after: Option<Uuid>,
    limit: u64,
    large: bool,
}

impl Asked {
    fn of(query: Option<String>) -> Self {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes());
        let short = |name: &str| fields.get(name).chars().take(80).collect::<String>();
        let query = short("q");
        let large = fields.get("so-dong") == "200";
        Self {
            wanted: WantedRows {
                group: short("nhom"),
                hamlet: short("thon"),
                name_key: fold(&query),
            },
            query,
            after: Uuid::parse_str(fields.get("sau")).ok(),
            limit: page_size(large.then_some("200")),
            large,
        }
    }

    /// The filter as a query string, without the place.
    fn address(&self) -> String {
        let pairs =
            [("q", &self.query), ("thon", &self.wanted.hamlet), ("nhom", &self.wanted.group)];
        let mut parts: Vec<String> = pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if self.large {
            parts.push("so-dong=200".to_owned());
        }
        parts.join("&")
    }
}

/// The commune and the filter of an address.
fn read(app: &App, xa: &str, query: Option<String>) -> Result<(Place, Asked), Error> {
    Ok((place(app, xa).ok_or(Error::NotFound)?, Asked::of(query)))
}

/// `GET /cong-khai/{xa}?q=&thon=&nhom=&sau=`
pub async fn list(
    visitor: Visitor,
    Path(xa): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let app = &visitor.app;
    let (place, asked) = read(app, &xa, query)?;
    let conn = app.db.read();
    let mut rows =
        published_rows(conn, &place.key, &asked.wanted, asked.after, asked.limit + 1).await?;
    let more = rows.len() as u64 > asked.limit;
    rows.truncate(usize::try_from(asked.limit).unwrap_or(usize::MAX));
    let (address, base) = (asked.address(), format!("/cong-khai/{}", place.slug()));
    let joined = if address.is_empty() { String::new() } else { format!("{address}&") };
    let next = rows.last().filter(|_| more).map(|row| format!("{base}?{joined}sau={}", row.id));
    let first = asked.after.is_some().then(|| match address.as_str() {
        "" => base.clone(),
        address => format!("{base}?{address}"),
    });
    let hamlets = published_hamlets(conn, &place.key).await?;
    let sheet = sheet(app, &place, &asked, rows).await?;
    let view = Published {
        page: visitor.page(format!("{}: danh sách được hỗ trợ", sheet.commune), "cong-khai"),
        hamlets: hamlets
            .into_iter()
            .map(|hamlet| choice(&hamlet, &hamlet, &asked.wanted.hamlet))
            .collect(),
        groups: groups(app, &place, &asked.wanted.group),
        query: asked.query.clone(),
        pager: Pager { next, first },
        further: asked.after.is_some(),
        address: if address.is_empty() { String::new() } else { format!("?{address}") },
        sheet,
    };
    Ok(show::not_indexed(show::for_a_minute(html(&view)?)))
}

fn choice(value: &str, label: &str, chosen: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), chosen: value == chosen }
}

fn groups(app: &App, place: &Place, chosen: &str) -> Vec<Choice> {
    let all = app.catalogue.groups(Some(place.key.tiers)).into_iter();
    all.map(|group| choice(&group.code, &group.name, chosen)).collect()
}

fn group_name(app: &App, place: &Place, code: &str) -> String {
    let known = app.catalogue.groups(Some(place.key.tiers));
    let found = known.into_iter().find(|group| group.code == code);
    found.map_or_else(|| code.to_owned(), |group| group.name.clone())
}

async fn sheet(
    app: &App,
    place: &Place,
    asked: &Asked,
    rows: Vec<PublishedRow>,
) -> Result<Sheet, Error> {
    let conn = app.db.read();
    let everything = published_sums(conn, &place.key, &WantedRows::default()).await?;
    let filtered = if asked.wanted.everything() {
        None
    } else {
        Some(Sums::of(published_sums(conn, &place.key, &asked.wanted).await?.iter()))
    };
    let lists = known_lists(conn, &place.key).await?;
    let today = app.clock.today();
    let page_dong = Dong(rows.iter().map(|row| row.amount_dong).sum()).to_string();
    let lines = rows.iter().enumerate().map(|(at, row)| row_line(app, place, at, row)).collect();
    Ok(Sheet {
        commune: place.commune.full_name.clone(),
        inside: in_sentence(&place.commune.full_name),
        district: place.district_name.clone(),
        slug: place.slug(),
        rows: lines,
        page_dong,
        whole: Sums::of(everything.iter()),
        filtered,
        groups: group_lines(app, place, &everything),
        notices: lists.iter().filter_map(|list| notice(app, place, list)).collect(),
        decisions: decisions(&lists),
        today: vi_date(today),
        print_day: today.format("ngày %d tháng %m năm %Y").to_string(),
    })
}

fn row_line(app: &App, place: &Place, at: usize, row: &PublishedRow) -> RowLine {
    let (status, shape) = show::standing(row.standing);
    RowLine {
        number: at + 1,
        name: row.full_name.clone(),
        birth_year: row.birth_year.map_or_else(String::new, |year| year.to_string()),
        masked_id: row.masked_id.clone(),
        hamlet: row.hamlet.clone(),
        group: group_name(app, place, &row.group_code),
        household: if row.people > 1 { format!("{} khẩu", row.people) } else { String::new() },
        amount: Dong(row.amount_dong).to_string(),
        decision: row.decision.as_ref().map_or_else(String::new, |(number, _)| number.clone()),
        status,
        shape,
        told: match (row.paid_on, row.undone_on) {
            (Some(on), _) => vi_date(on),
            (None, Some(on)) => format!("đã đảo bút toán {}", vi_date(on)),
            (None, None) => String::new(),
        },
    }
}

fn group_lines(app: &App, place: &Place, sums: &[PublishedSum]) -> Vec<GroupLine> {
    let mut codes: Vec<&str> = sums.iter().map(|sum| sum.group_code.as_str()).collect();
    codes.dedup();
    let line = |code: &str| {
        let sums = Sums::of(sums.iter().filter(|sum| sum.group_code == code));
        GroupLine {
            name: group_name(app, place, code),
            posted: show::number(sums.posted),
            approved: show::number(sums.approved),
            paid: show::number(sums.paid),
            dong: show::number(sums.dong()),
            paid_dong: show::number(sums.paid_dong),
        }
    };
    codes.into_iter().map(line).collect()
}

/// What a neighbour can still do about a list, or where it lies.
fn notice(app: &App, place: &Place, list: &KnownList) -> Option<String> {
    let name = format!("{}, đợt {}", group_name(app, place, &list.group_code), list.round);
    let commune = in_sentence(&place.commune.full_name);
    let phone = match app.config.help_phone.as_str() {
        "" => String::new(),
        phone => format!(", hoặc gọi {phone}"),
    };
    match (list.state.as_str(), list.posting_ends_on) {
        ("posted", Some(end)) if app.clock.today() <= end => Some(format!(
            "{name}: đang niêm yết đến hết ngày {}. Thấy sai hoặc thiếu, ông/bà báo UBND {commune}{phone} trước khi hết ngày đó.",
            vi_date(end)
        )),
        ("posted", _) => Some(format!(
            "{name}: đã hết hạn niêm yết, UBND {commune} đang hoàn tất để trình. Ý kiến vẫn gửi được đến UBND {commune}{phone}."
        )),
        ("approved", _)
            if list.decision.as_ref().is_some_and(|(_, day)| *day < place.key.since) =>
        {
            Some(format!(
                "{name}: đã gỡ tên khỏi trang này sau {} tháng kể từ ngày quyết định; số cộng vẫn công bố ở mục Dữ liệu mở. Cần xem danh sách, ông/bà hỏi UBND {commune}.",
                app.config.list_months
            ))
        }
        ("submitted", _) => Some(format!("{name}: đã niêm yết xong, đang được thẩm định.")),
        ("appraised", _) => Some(format!("{name}: đã thẩm định, đang chờ phê duyệt.")),
        _ => None,
    }
}

fn decisions(lists: &[KnownList]) -> String {
    let mut known: Vec<String> = lists
        .iter()
        .filter_map(|list| list.decision.as_ref())
        .map(|(number, day)| format!("{number} ngày {}", vi_date(*day)))
        .collect();
    known.sort();
    known.dedup();
    known.join("; ")
}

/// Most rows of a print: several times the largest commune.
const WHOLE_ROWS_MAX: usize = 20_000;

/// All wanted rows, page by page.
async fn whole(
    app: &App,
    key: &CommuneKey,
    wanted: &WantedRows,
) -> Result<Vec<PublishedRow>, Error> {
    const STEP: u64 = 1000;
    let mut all: Vec<PublishedRow> = Vec::new();
    while all.len() < WHOLE_ROWS_MAX {
        let after = all.last().map(|row| row.id);
        let rows = published_rows(app.db.read(), key, wanted, after, STEP).await?;
        let last = (rows.len() as u64) < STEP;
        all.extend(rows);
        if last {
            break;
        }
    }
    Ok(all)
}

/// `GET /cong-khai/{xa}/in`
pub async fn print(
    visitor: Visitor,
    Path(xa): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let app = &visitor.app;
    let (place, asked) = read(app, &xa, query)?;
    let rows = whole(app, &place.key, &asked.wanted).await?;
    let sheet = sheet(app, &place, &asked, rows).await?;
    let view = PublishedPrint {
        page: visitor.page(format!("{}: bản in danh sách công khai", sheet.commune), "cong-khai"),
        in_words: Dong(sheet.shown().dong()).in_words(),
        sheet,
    };
    Ok(show::not_indexed(show::for_a_minute(html(&view)?)))
}

/// `GET /cong-khai/{xa}/tai-ve.csv`: no number, not even masked.
pub async fn csv(
    visitor: Visitor,
    Path(xa): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    use ColumnKind::{Date, Money, Number, Text};
    let (place, asked) = read(&visitor.app, &xa, query)?;
    let sheet = Table {
        file: format!("cong-khai-{}", place.slug()),
        tab: "Danh sách công khai",
        columns: vec![
            column("Họ và tên", 26.0, Text),
            column("Năm sinh", 9.0, Number),
            column("Thôn", 18.0, Text),
            column("Xã", 22.0, Text),
            column("Huyện", 22.0, Text),
            column("Nhóm", 28.0, Text),
            column("Số khẩu", 8.0, Number),
            column("Số tiền (đồng)", 14.0, Money),
            column("Quyết định", 18.0, Text),
            column("Ngày quyết định", 12.0, Date),
            column("Tình trạng", 16.0, Text),
            column("Ngày chi", 12.0, Date),
            column("Ngày đảo bút toán", 12.0, Date),
        ],
    };
    let rows = Rows { app: visitor.app.clone(), place, wanted: asked.wanted, after: None };
    let response = export_public(&visitor.app, sheet, Format::Csv, rows).await?;
    Ok(show::not_indexed(show::for_a_minute(response)))
}

/// The published rows of a commune.
struct Rows {
    app: App,
    place: Place,
    wanted: WantedRows,
    after: Option<Uuid>,
}

impl Source for Rows {
    async fn next(&mut self, snapshot: &Tx) -> Result<Part, Error> {
        let key = &self.place.key;
        let found = published_rows(snapshot, key, &self.wanted, self.after, READ_ROWS).await?;
        self.after = found.last().map(|row| row.id);
        let rows = found.iter().map(|row| self.cells(row)).collect();
        Ok(Part { rows, last: (found.len() as u64) < READ_ROWS, seen: vec![] })
    }
}

impl Rows {
    fn cells(&self, row: &PublishedRow) -> Vec<Value> {
        let (number, decided_on) = row.decision.clone().unzip();
        vec![
            Value::text(&row.full_name),
            Value::whole(row.birth_year),
            Value::text(&row.hamlet),
            Value::text(&self.place.commune.full_name),
            Value::text(&self.place.district_name),
            Value::Text(group_name(&self.app, &self.place, &row.group_code)),
            Value::Whole(row.people.into()),
            Value::Whole(row.amount_dong),
            Value::Text(number.unwrap_or_default()),
            Value::day(decided_on),
            Value::text(show::standing(row.standing).0),
            Value::day(row.paid_on),
            Value::day(row.undone_on),
        ]
    }
}
