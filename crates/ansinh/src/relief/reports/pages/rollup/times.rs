//! The same money by day and by decision.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use chrono::NaiveDate;
use vietnam::date::{vi_date, vi_weekday};
use vietnam::money::Dong;

use super::{FilterForm, LineView, Link, Num, filter_form, known_groups, num, up_links, view_of};
use crate::relief::payments::Status;
use crate::relief::reports::pages::asked::{Asked, ground};
use crate::relief::reports::rules::{Bar, bars, finding, share, sum};
use crate::relief::reports::store;
use crate::relief::reports::types::{Counts, Day, DecisionCell, Line};
use crate::web::{Desk, Error, Page, html};

#[derive(Debug, Clone)]
struct DayView {
    day: String,
    weekday: String,
    out: Num,
    out_dong: String,
    back_items: String,
    back_dong: String,
    net_items: String,
    net_dong: String,
    so_far: String,
}

#[derive(Template)]
#[template(path = "relief/reports/templates/days.html")]
struct DaysPage {
    page: Page,
    form: FilterForm,
    up: Vec<Link>,
    days: Vec<DayView>,
    total: DayView,
    words: String,
    bars: Vec<Bar>,
    chart_height: i64,
    rollup: String,
    csv: String,
    xlsx: String,
}

#[derive(Template)]
#[template(path = "relief/reports/templates/decisions.html")]
struct DecisionsPage {
    page: Page,
    form: FilterForm,
    up: Vec<Link>,
    lines: Vec<LineView>,
    total: LineView,
    words: String,
    rollup: String,
}

/// `GET /bao-cao/ngay`.
pub(in crate::relief::reports::pages) async fn days(
    desk: Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let at = ground(&desk, &asked)?;
    let (conn, scope) = (desk.app.db.read(), &desk.actor.scope);
    let found = store::days(conn, scope, &at.filter).await?;
    let decisions = store::decisions(conn, scope).await?;
    let mut so_far = 0;
    let views: Vec<DayView> = found
        .iter()
        .map(|day| {
            so_far += day.out_dong - day.back_dong;
            day_view(&asked, day, so_far)
        })
        .collect();
    let best = found.iter().max_by_key(|day| day.out_items - day.back_items);
    let title = match best {
        None => format!("{}: chưa ghi khoản chi nào trong các ngày này", at.name),
        Some(day) => format!(
            "{}: nhiều nhất ngày {}, {} khoản",
            at.name,
            vi_date(day.business_day),
            Dong(day.out_items - day.back_items)
        ),
    };
    let most = best.map_or(0, |day| day.out_items - day.back_items);
    let drawn = bars(
        found.iter().map(|day| {
            let net = day.out_items - day.back_items;
            (vi_date(day.business_day), net, Dong(net).to_string())
        }),
        most,
    );
    let view = DaysPage {
        page: desk.page(title, "bao-cao"),
        form: filter_form(&asked, &at, &known_groups(&desk), &decisions, "/bao-cao/ngay"),
        up: up_links(&desk, &asked, &at),
        total: total_view(&asked, &found),
        words: Dong(so_far).in_words(),
        chart_height: 16 + 27 * i64::try_from(drawn.len()).unwrap_or(0),
        bars: drawn,
        days: views,
        rollup: asked.address("/bao-cao", &[]),
        csv: asked.address("/bao-cao/tep/so-chi.csv", &[]),
        xlsx: asked.address("/bao-cao/tep/so-chi.xlsx", &[]),
    };
    html(&view)
}

fn day_view(asked: &Asked, day: &Day, so_far: i64) -> DayView {
    let text = vi_date(day.business_day);
    let rows = asked.address("/bao-cao/so-chi", &[("tu", &text), ("den", &text)]);
    DayView {
        weekday: weekday(day.business_day),
        out: num(day.out_items, rows),
        out_dong: Dong(day.out_dong).to_string(),
        back_items: Dong(day.back_items).to_string(),
        back_dong: Dong(day.back_dong).to_string(),
        net_items: Dong(day.out_items - day.back_items).to_string(),
        net_dong: Dong(day.out_dong - day.back_dong).to_string(),
        so_far: Dong(so_far).to_string(),
        day: text,
    }
}

fn weekday(day: NaiveDate) -> String {
    vi_weekday(day).to_owned()
}

fn total_view(asked: &Asked, days: &[Day]) -> DayView {
    let add = |of: fn(&Day) -> i64| days.iter().map(of).sum::<i64>();
    let (out, back) = (add(|d| d.out_items), add(|d| d.back_items));
    let (out_dong, back_dong) = (add(|d| d.out_dong), add(|d| d.back_dong));
    DayView {
        day: format!("Cộng {} ngày", days.len()),
        weekday: String::new(),
        out: num(out, asked.address("/bao-cao/so-chi", &[])),
        out_dong: Dong(out_dong).to_string(),
        back_items: Dong(back).to_string(),
        back_dong: Dong(back_dong).to_string(),
        net_items: Dong(out - back).to_string(),
        net_dong: Dong(out_dong - back_dong).to_string(),
        so_far: Dong(out_dong - back_dong).to_string(),
    }
}

/// `GET /bao-cao/quyet-dinh`.
pub(in crate::relief::reports::pages) async fn decisions(
    desk: Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let at = ground(&desk, &asked)?;
    let (conn, scope) = (desk.app.db.read(), &desk.actor.scope);
    let cells = store::decision_cells(conn, scope, &at.filter).await?;
    let decisions = store::decisions(conn, scope).await?;
    let mut lines: Vec<Line> = decisions
        .iter()
        .map(|one| Line {
            key: one.id.to_string(),
            name: format!("{} ngày {}", one.number, vi_date(one.decided_on)),
            ..Line::default()
        })
        .collect();
    for cell in &cells {
        let key = cell.decision_id.to_string();
        let known = lines.iter().position(|line| line.key == key);
        let at = known.unwrap_or_else(|| {
            lines.push(Line {
                name: "Quyết định đã thu hồi".into(), key, ..Line::default()
            });
            lines.len() - 1
        });
        lines[at].of_mut(Status::of(&cell.pay_state, &cell.hold)).add(counts(cell));
    }
    lines.retain(|line| line.approved().items > 0);
    let all = sum(&lines);
    let view = DecisionsPage {
        page: desk.page(finding(&at.name, &all), "bao-cao"),
        form: filter_form(&asked, &at, &known_groups(&desk), &decisions, "/bao-cao/quyet-dinh"),
        up: up_links(&desk, &asked, &at),
        lines: lines
            .iter()
            .map(|line| {
                let place = [("quyet-dinh", line.key.as_str())];
                let mut view = view_of(&asked, line, &place);
                view.href = asked.address("/bao-cao", &place);
                view
            })
            .collect(),
        words: Dong(all.paid.dong).in_words(),
        total: LineView {
            name: format!("Cộng {} quyết định, đã chi {}", lines.len(), share(&all)),
            ..view_of(&asked, &all, &[])
        },
        rollup: asked.address("/bao-cao", &[]),
    };
    html(&view)
}

fn counts(cell: &DecisionCell) -> Counts {
    let paid = Status::of(&cell.pay_state, &cell.hold) == Status::Paid;
    let dong = if paid { cell.paid } else { cell.amount };
    Counts { items: cell.items, people: cell.people, dong }
}
