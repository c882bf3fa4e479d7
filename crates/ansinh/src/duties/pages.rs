//! "Việc hôm nay".

use askama::Template;
use axum::response::Response;
use chrono::{NaiveDate, Timelike};
use vietnam::money::Dong;

use super::rules::{self, DueWords, Line, Names};
use crate::areas::in_sentence;
use crate::clock::local;
use crate::identity::Role;
use crate::intake::{self, ready_files};
use crate::relief::{
    CommuneWork, HamletProgress, OfficeWork, WaitingList, commune_work, office_work,
};
use crate::web::{App, Desk, Error, Page, html, redirect};

struct Shown {
    line: Line,
    due: DueWords,
    /// Only the next deed is filled blue.
    next: bool,
}

struct Running {
    label: String,
    words: String,
    width: String,
    href: String,
}

struct Progress {
    name: String,
    paid: String,
    left: String,
    width: String,
    href: String,
    sum: bool,
}

#[derive(Template)]
#[template(path = "duties/templates/today.html")]
struct Today {
    page: Page,
    heading: String,
    lead: String,
    lines: Vec<Shown>,
    done: String,
    start: bool,
    running: Vec<Running>,
    progress: Vec<Progress>,
    progress_title: &'static str,
    progress_of: &'static str,
    above: String,
}

/// Lists a district sees by name.
const LISTS_NAMED: u64 = 15;

/// `GET /viec`
pub(super) async fn today(desk: Desk) -> Result<Response, Error> {
    let (day, time) = local(desk.app.clock.now());
    let moment = Moment { day, minute: i64::from(time.hour() * 60 + time.minute()) };
    match desk.actor.role {
        Role::Commune => commune(&desk, moment).await,
        Role::District | Role::Province => office(&desk, moment).await,
        // Who only reads owes nothing.
        Role::Supervisor => Ok(redirect("/bao-cao")),
    }
}

/// The present day and minute in Việt Nam.
#[derive(Clone, Copy)]
struct Moment {
    day: NaiveDate,
    minute: i64,
}

async fn commune(desk: &Desk, at: Moment) -> Result<Response, Error> {
    let conn = desk.app.db.read();
    let scope = &desk.actor.scope;
    let work = commune_work(conn, scope, at.day).await?;
    let files = ready_files(conn, scope).await?;
    let names = InAreas { app: &desk.app, day: at.day };
    let lines = rules::commune_lines(&work, &files, &names, at.day);
    let start = lines.is_empty() && work.lists.is_empty() && work.to_pay.approved == 0;
    let lead = if work.to_pay.approved > 0 {
        format!(
            "{} Xã đã chi {} trong {} khoản được duyệt.",
            rules::until_close(at.minute),
            Dong(work.to_pay.paid),
            Dong(work.to_pay.approved)
        )
    } else {
        format!("{} Xã chưa có khoản nào được duyệt.", rules::until_close(at.minute))
    };
    let unit = in_sentence(&desk.actor.display_name);
    let view = Today {
        done: format!("Hôm nay xã đã xong. {}", rules::until_close(at.minute)),
        start,
        running: intake::running(&desk.app, scope).await?.iter().map(running).collect(),
        progress: hamlets(&work.hamlets),
        progress_title: "Chi trả theo thôn",
        progress_of: "Thôn",
        above: above(&work),
        ..frame(desk, at, &unit, lead, lines)
    };
    html(&view)
}

async fn office(desk: &Desk, at: Moment) -> Result<Response, Error> {
    let app = &desk.app;
    let names = InAreas { app, day: at.day };
    let district = desk.actor.role == Role::District;
    let (states, limit): (&[&str], u64) =
        if district { (&["submitted"], LISTS_NAMED) } else { (&["appraised"], 0) };
    let work = office_work(app.db.read(), &desk.actor.scope, at.day, states, limit).await?;
    let lines = if district {
        rules::district_lines(&work, &names, at.day)
    } else {
        rules::province_lines(&work, &names, at.day)
    };
    let silent = work.communes.iter().filter(|commune| commune.silent_today).count();
    let paying = match (work.communes.len(), silent) {
        (0, _) => "Không xã nào còn người chờ chi.".to_owned(),
        (left, 0) => format!("{left} xã còn người chưa chi; hôm nay xã nào cũng đã ghi."),
        (left, silent) => format!(
            "{left} xã còn người chưa chi, {silent} xã trong đó hôm nay chưa ghi khoản nào."
        ),
    };
    let lead = format!("{} {paying}", rules::until_close(at.minute));
    let unit = in_sentence(&desk.page("", "").unit_line);
    let done = if district { "Hôm nay huyện đã xong." } else { "Hôm nay tỉnh đã xong." };
    let view = Today {
        done: done.to_owned(),
        progress: communes(&names, &work),
        progress_title: "Xã còn nhiều người chưa chi",
        progress_of: "Xã",
        ..frame(desk, at, &unit, lead, lines)
    };
    html(&view)
}

/// What all three pages have in common.
fn frame(desk: &Desk, at: Moment, unit: &str, lead: String, lines: Vec<Line>) -> Today {
    let calendar = desk.app.areas.calendar();
    let lines: Vec<Shown> = lines
        .into_iter()
        .enumerate()
        .map(|(place, line)| Shown {
            due: rules::due_words(&line.due, at.day, at.minute, calendar),
            next: place == 0,
            line,
        })
        .collect();
    let late = lines.iter().filter(|shown| shown.due.late).count();
    let heading = match (lines.len(), late) {
        (0, _) => format!("Việc hôm nay của {unit}: đã xong"),
        (all, 0) => format!("Việc hôm nay của {unit}: {all} việc"),
        (all, late) => format!("Việc hôm nay của {unit}: {all} việc, {late} việc trễ"),
    };
    Today {
        page: desk.page(&heading, "viec"),
        heading,
        lead,
        lines,
        done: String::new(),
        start: false,
        running: Vec::new(),
        progress: Vec::new(),
        progress_title: "",
        progress_of: "",
        above: String::new(),
    }
}

/// Width of a bar in tenths of a percent, cut.
fn width(part: i64, whole: i64) -> String {
    let tenths = if whole > 0 { (part.max(0) * 1000 / whole).min(1000) } else { 0 };
    format!("{}.{}%", tenths / 10, tenths % 10)
}

fn running(job: &intake::Running) -> Running {
    let mut words = if job.total > 0 {
        format!("{} trong {} dòng", Dong(job.done), Dong(job.total))
    } else {
        "đang chờ đến lượt".to_owned()
    };
    if let Some(seconds) = job.seconds_left {
        words.push_str(&format!(", còn khoảng {seconds} giây"));
    }
    Running {
        label: job.label.clone(),
        words,
        width: width(job.done, job.total),
        href: job.href.clone(),
    }
}

fn progress(name: String, paid: i64, all: i64, href: String) -> Progress {
    Progress {
        name,
        paid: format!("{}/{}", Dong(paid), Dong(all)),
        left: if paid == all { "xong".to_owned() } else { Dong(all - paid).to_string() },
        width: width(paid, all),
        href,
        sum: false,
    }
}

fn hamlets(hamlets: &[HamletProgress]) -> Vec<Progress> {
    let mut lines: Vec<Progress> = hamlets
        .iter()
        .map(|hamlet| {
            let (name, href) = if hamlet.hamlet.is_empty() {
                ("Chưa ghi thôn".to_owned(), "/chi-tra".to_owned())
            } else {
                let query = crate::web::encode(&hamlet.hamlet);
                (hamlet.hamlet.clone(), format!("/chi-tra?thon={query}"))
            };
            progress(name, hamlet.paid, hamlet.approved, href)
        })
        .collect();
    if lines.len() > 1 {
        let sum = |f: fn(&HamletProgress) -> i64| hamlets.iter().map(f).sum();
        let (paid, all) = (sum(|h| h.paid), sum(|h| h.approved));
        let whole = progress("Cả xã".to_owned(), paid, all, "/chi-tra".to_owned());
        lines.push(Progress { sum: true, ..whole });
    }
    lines
}

/// The ten communes with most left to pay.
fn communes(names: &InAreas<'_>, work: &OfficeWork) -> Vec<Progress> {
    const SHOWN_MAX: usize = 10;
    let line = |commune: &crate::relief::CommuneToPay| Progress {
        name: names.silent(&commune.district_code, &commune.commune_code),
        paid: if commune.silent_today { "chưa ghi".to_owned() } else { "đã ghi".to_owned() },
        left: Dong(commune.unpaid).to_string(),
        width: String::new(),
        href: String::new(),
        sum: false,
    };
    work.communes.iter().take(SHOWN_MAX).map(line).collect()
}

/// Lists that lie with the district or the province.
fn above(work: &CommuneWork) -> String {
    let count = |state: &str| work.lists.iter().filter(|list| list.state == state).count();
    match (count("submitted"), count("appraised")) {
        (0, 0) => String::new(),
        (submitted, appraised) => {
            format!(
                "{submitted} danh sách đang chờ thẩm định, {appraised} danh sách chờ quyết định."
            )
        }
    }
}

/// Names from the tables of units and programmes.
struct InAreas<'a> {
    app: &'a App,
    day: NaiveDate,
}

impl InAreas<'_> {
    /// The day whose units a commune of today's rows belongs to.
    fn units_day(&self, district: &str) -> NaiveDate {
        let programme = self.app.catalogue.programmes().first();
        match programme {
            Some(programme) if !district.is_empty() => programme.units_on,
            _ => self.day,
        }
    }
}

impl Names for InAreas<'_> {
    fn list(&self, list: &WaitingList) -> String {
        let group = self.app.catalogue.group_name(&list.programme_code, &list.group_code);
        format!("{group}, đợt {}", list.round)
    }

    fn commune(&self, list: &WaitingList) -> String {
        in_sentence(&self.app.areas.commune_name(&list.commune_code, list.unit_date))
    }

    fn district(&self, code: &str) -> String {
        match self.app.areas.district_name(code, self.units_day(code)) {
            name if name.is_empty() => "các xã".to_owned(),
            name => in_sentence(&name),
        }
    }

    fn silent(&self, district: &str, commune: &str) -> String {
        self.app.areas.commune_name(commune, self.units_day(district))
    }
}
