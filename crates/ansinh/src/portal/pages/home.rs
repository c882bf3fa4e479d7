//! The public's first page: what this is, how far the province is, who gets how much.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::response::Response;

use super::policy::{Offer, offers_today, overlaps_today};
use super::two_tiers;
use crate::areas::tiers_on;
use crate::clock::local;
use crate::newsroom::FrontPage;
use crate::portal::memory::{Memory, Totals};
use crate::portal::show;
use crate::web::{App, Error, Page, Visitor, html};

/// People and money of one group.
pub struct GroupLine {
    /// Name on the screen.
    pub name: String,
    /// người, khẩu, hộ.
    pub unit: &'static str,
    /// People approved.
    pub approved: String,
    /// People paid.
    pub paid: String,
    /// Money paid.
    pub money: String,
    /// "94,5 %".
    pub percent: String,
    /// "94.5%".
    pub width: String,
}

/// People and money of the whole province.
pub struct Figures {
    /// Sentence that heads the section.
    pub finding: String,
    /// When the numbers were counted.
    pub at: String,
    /// On lists.
    pub listed: (String, String),
    /// Approved.
    pub approved: (String, String),
    /// Paid.
    pub paid: (String, String),
    /// Width of the approved part of the bar, whose whole is the listed.
    pub approved_width: String,
    /// Width of the paid part.
    pub paid_width: String,
    /// By group.
    pub groups: Vec<GroupLine>,
    /// Sum of the groups.
    pub sum: GroupLine,
}

#[derive(Template)]
#[template(path = "portal/templates/home.html")]
struct Home {
    page: Page,
    figures: Figures,
    front: Arc<FrontPage>,
    offers: Vec<Offer>,
    overlaps: Vec<String>,
    two_tiers: bool,
    programme: String,
    legal: String,
}

/// `GET /`
pub async fn home(
    visitor: Visitor,
    Extension(memory): Extension<Arc<Memory>>,
) -> Result<Response, Error> {
    let app = &visitor.app;
    let totals = memory.totals(app).await?;
    let today = app.clock.today();
    let catalogue = &app.catalogue;
    let programme =
        catalogue.current(tiers_on(today), today).or_else(|| catalogue.programmes().first());
    let view = Home {
        page: visitor.page("Hỗ trợ người dân gặp khó khăn", "trang-chu"),
        figures: figures(app, &totals, programme.map_or(3, |p| tiers_on(p.units_on)), ""),
        front: totals.front.clone(),
        offers: offers_today(app),
        overlaps: overlaps_today(app),
        two_tiers: two_tiers(app),
        programme: programme.map_or_else(String::new, |p| p.name.clone()),
        legal: programme.map_or_else(String::new, |p| {
            p.legal.iter().take(2).cloned().collect::<Vec<_>>().join(" và ")
        }),
    };
    Ok(show::for_a_minute(html(&view)?))
}

/// Adds up.
#[derive(Default, Clone, Copy)]
struct Sum {
    listed: i64,
    listed_dong: i64,
    approved: i64,
    approved_dong: i64,
    paid: i64,
    paid_dong: i64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.listed += other.listed;
        self.listed_dong += other.listed_dong;
        self.approved += other.approved;
        self.approved_dong += other.approved_dong;
        self.paid += other.paid;
        self.paid_dong += other.paid_dong;
    }
}

/// What programmes of one era came to: an installation that holds 2020 and a later programme does not
/// add the two up. `only`: one group's code, or empty.
pub(super) fn figures(app: &App, totals: &Totals, tiers: i16, only: &str) -> Figures {
    let mut all = Sum::default();
    let mut groups = Vec::new();
    let wanted = |code: &str| only.is_empty() || code == only;
    for group in app.catalogue.groups(Some(tiers)).into_iter().filter(|one| wanted(&one.code)) {
        let sum = group_sum(totals, &group.code, tiers);
        all.add(sum);
        if sum.approved > 0 {
            groups.push(line(group.name.clone(), show::unit_word(group.unit), sum));
        }
    }
    let (day, time) = local(totals.at);
    let finding = if all.approved > 0 {
        let share = show::percent(all.paid, all.approved);
        format!("Toàn tỉnh đã chi cho {share} số người được duyệt")
    } else if all.listed > 0 {
        "Các xã đã lập danh sách, đang chờ phê duyệt".to_owned()
    } else {
        "Chưa có danh sách nào được niêm yết".to_owned()
    };
    let whole = all.listed.max(all.approved);
    let pair = |people: i64, dong: i64| (show::number(people), show::money(dong));
    Figures {
        finding,
        at: format!("{} ngày {}", time.format("%-H giờ %M"), vietnam::date::vi_date(day)),
        listed: pair(all.listed, all.listed_dong),
        approved: pair(all.approved, all.approved_dong),
        paid: pair(all.paid, all.paid_dong),
        approved_width: show::width(all.approved, whole),
        paid_width: show::width(all.paid, whole),
        groups,
        sum: line("Cộng".to_owned(), "", all),
    }
}

fn group_sum(totals: &Totals, code: &str, tiers: i16) -> Sum {
    let mut sum = Sum::default();
    let listed = totals.progress.listed.iter().filter(|l| l.group_code == code && l.tiers == tiers);
    for listed in listed {
        sum.listed += listed.people;
        sum.listed_dong += listed.dong;
    }
    let of_era = |district: &str| district.is_empty() == (tiers == 2);
    let approved = totals.progress.approved.iter();
    for approved in approved.filter(|a| a.group_code == code && of_era(&a.district_code)) {
        sum.approved += approved.people;
        sum.approved_dong += approved.dong;
        sum.paid += approved.paid_people;
        sum.paid_dong += approved.paid_dong;
    }
    sum
}

fn line(name: String, unit: &'static str, sum: Sum) -> GroupLine {
    GroupLine {
        name,
        unit,
        approved: show::number(sum.approved),
        paid: show::number(sum.paid),
        money: show::money(sum.paid_dong),
        percent: show::percent(sum.paid, sum.approved),
        width: show::width(sum.paid, sum.approved),
    }
}
