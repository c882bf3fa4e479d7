//! "Việc hôm nay".

use askama::Template;
use axum::response::Response;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::{InAreas, hour_of, in_commune, moment};
use crate::areas::in_sentence;
use crate::clock::new_id;
use crate::duties::chase::{self, HISTORY_DAYS, Record};
use crate::duties::engine::Day;
use crate::duties::kinds::PAYMENT_DAY;
use crate::duties::report::figures_of;
use crate::duties::rules::{self, DueWords, Line, Moment, Update, moment_words};
use crate::duties::store;
use crate::duties::types::{Became, Slot, Unit};
use crate::feedback;
use crate::identity::{Role, account_names};
use crate::intake::{self, ready_files};
use crate::relief::{
    CommuneWork, HamletProgress, OfficeWork, commune_work, day_figures, office_work,
};
use crate::steering;
use crate::web::{Desk, Error, Page, html, redirect};

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

/// Something said to this unit.
struct Note {
    /// Adds to the class of the box.
    kind: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "duties/templates/today.html")]
struct Today {
    page: Page,
    heading: String,
    lead: String,
    /// "17 giờ 30".
    closes: String,
    /// What others want this unit to know: reminders, a book open again, an excuse.
    notes: Vec<Note>,
    lines: Vec<Shown>,
    /// Id of the act that a press on "0 khoản" makes.
    act_id: String,
    /// May see the history of its own reports.
    own_history: bool,
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
pub(in crate::duties) async fn today(desk: Desk) -> Result<Response, Error> {
    // Who only reads owes nothing.
    if desk.actor.role == Role::Supervisor {
        return Ok(redirect("/don-doc"));
    }
    let at = moment(&desk.app);
    if in_commune(&desk) { commune(&desk, at).await } else { office(&desk, at).await }
}

async fn commune(desk: &Desk, at: Moment) -> Result<Response, Error> {
    let conn = desk.app.db.read();
    let scope = &desk.actor.scope;
    let mut work = commune_work(conn, scope, at.day).await?;
    // What somebody else pays is only compared: nothing is to be done with its lists.
    let compared = |code: &str| desk.app.catalogue.programme(code).is_some_and(|p| p.read_only);
    work.lists.retain(|list| !compared(&list.programme_code));
    let files = ready_files(conn, scope).await?;
    let names = InAreas { app: &desk.app, day: at.day };
    let unit = Unit::of(&desk.actor);
    let (_, mut units) = chase::histories(&desk.app, scope, HISTORY_DAYS).await?;
    let (record, days) = units.remove(&unit).unwrap_or_default();
    let update = update_of(desk, at, &record, &days).await?;
    let lines = rules::commune_lines(&work, &update, &files, &names, at);
    let lines = with_others(desk, at, lines).await?;
    let start = lines.is_empty() && work.lists.is_empty() && work.to_pay.approved == 0;
    let lead = if work.to_pay.approved > 0 {
        format!(
            "{} Xã đã chi {} trong {} khoản được duyệt.",
            rules::until_close(at),
            Dong(work.to_pay.paid),
            Dong(work.to_pay.approved)
        )
    } else {
        format!("{} Xã chưa có khoản nào được duyệt.", rules::until_close(at))
    };
    let unit = in_sentence(&desk.actor.display_name);
    let view = Today {
        notes: notes(desk, at, &record, &days).await?,
        act_id: new_id(desk.app.clock.now())?.to_string(),
        own_history: true,
        done: format!("Hôm nay xã đã xong. {}", rules::until_close(at)),
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

/// How the commune stands with its daily update.
async fn update_of(
    desk: &Desk,
    at: Moment,
    record: &Record,
    days: &[Day],
) -> Result<Update, Error> {
    let today = days.iter().find(|day| day.slot.start == at.day).and_then(|day| day.became);
    let sent = record.acts.iter().rev().find(|act| act.period == at.day);
    let missed = |day: &&Day| day.slot.start < at.day && day.became == Some(Became::Missed);
    Ok(Update {
        today,
        sent_entries: sent.map(figures_of).transpose()?.map(|figures| figures.entries()),
        figures: day_figures(desk.app.db.read(), &desk.actor.scope, at.day).await?,
        missed: days.iter().rev().filter(missed).map(|day| day.slot.start).collect(),
    })
}

/// Days for which a reminder stays on the page.
const REMINDED_DAYS: i64 = 7;

async fn notes(desk: &Desk, at: Moment, record: &Record, days: &[Day]) -> Result<Vec<Note>, Error> {
    let conn = desk.app.db.read();
    let scope = &desk.actor.scope;
    let now = desk.app.clock.now();
    let since = now - chrono::Duration::days(REMINDED_DAYS);
    let mut reminders = store::reminders(conn, scope, PAYMENT_DAY, since).await?;
    reminders.retain(|one| {
        let day = days.iter().find(|day| day.slot.start == one.period);
        day.is_some_and(|day| matches!(day.became, Some(Became::Open | Became::Missed)))
    });
    let mut reopenings = store::reopenings(conn, scope, since).await?;
    reopenings.retain(|one| one.open_at(now));
    let excused = record.excuses.iter().find(|x| x.period == at.day && x.revoked_at.is_none());
    let mut who: Vec<uuid::Uuid> = reminders.iter().map(|one| one.sent_by).collect();
    who.extend(reopenings.iter().map(|one| one.opened_by));
    who.extend(excused.iter().map(|one| one.excused_by));
    let names = account_names(conn, &who).await?;
    let name = |id| names.get(&id).map_or("Cấp trên", |(name, _)| name.as_str());
    let mut notes: Vec<Note> = reminders
        .iter()
        .map(|one| {
            let mut text = format!(
                "{} nhắc lúc {}: gửi báo cáo chi trả ngày {}.",
                name(one.sent_by),
                moment_words(one.sent_at, at.day),
                vi_date(one.period)
            );
            if !one.words.is_empty() {
                text.push_str(&format!(" “{}”", one.words));
            }
            Note { kind: "canh", text }
        })
        .collect();
    notes.extend(reopenings.iter().map(|one| Note {
        kind: "",
        text: format!(
            "{} đã mở lại sổ ngày {} đến {}: {}. Khoản ghi cho ngày ấy trong lúc này không bị tính trễ.",
            name(one.opened_by),
            vi_date(one.day),
            moment_words(one.until_at, at.day),
            one.reason
        ),
    }));
    notes.extend(excused.iter().map(|one| Note {
        kind: "",
        text: format!("{} miễn báo cáo hôm nay: {}.", name(one.excused_by), one.reason),
    }));
    Ok(notes)
}

async fn office(desk: &Desk, at: Moment) -> Result<Response, Error> {
    let app = &desk.app;
    let names = InAreas { app, day: at.day };
    let district = desk.actor.role == Role::District;
    let (states, limit): (&[&str], u64) =
        if district { (&["submitted"], LISTS_NAMED) } else { (&["appraised"], 0) };
    let work = office_work(app.db.read(), &desk.actor.scope, at.day, states, limit).await?;
    let silent = silent_today(desk, at, &names).await?;
    let lines = if district {
        rules::district_lines(&work, &silent, &names, at.day)
    } else {
        rules::province_lines(&work, &silent, &names, at.day)
    };
    let lines = with_others(desk, at, lines).await?;
    let paying = match (work.communes.len(), silent.len()) {
        (0, 0) => "Không xã nào còn người chờ chi.".to_owned(),
        (left, 0) => format!("{left} xã còn người chưa chi; hôm nay xã nào cũng đã báo cáo."),
        (left, silent) => {
            format!("{left} xã còn người chưa chi, {silent} xã hôm nay chưa gửi báo cáo.")
        }
    };
    let lead = format!("{} {paying}", rules::until_close(at));
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

/// The lines with those of the rooms that ask and order.
async fn with_others(desk: &Desk, at: Moment, lines: Vec<Line>) -> Result<Vec<Line>, Error> {
    let (conn, scope) = (desk.app.db.read(), &desk.actor.scope);
    let voices = feedback::waiting(conn, scope, at.day).await?;
    let orders = steering::waiting(conn, scope, at.day).await?;
    Ok(rules::with_orders(rules::with_voices(lines, &voices, at.day), &orders, at.day))
}

/// Communes whose update of today is not in.
async fn silent_today(desk: &Desk, at: Moment, names: &InAreas<'_>) -> Result<Vec<String>, Error> {
    let Some(slot) = chase::todays_slot(&desk.app, at.day) else { return Ok(Vec::new()) };
    let now = desk.app.clock.now();
    let records = chase::payment_records(&desk.app, &desk.actor.scope, at.day, at.day).await?;
    Ok(records
        .iter()
        .filter(|(_, record)| not_in(record, &slot, now))
        .map(|(unit, _)| names.commune_now(&unit.district, &unit.commune))
        .collect())
}

fn not_in(record: &Record, slot: &Slot, now: chrono::DateTime<chrono::Utc>) -> bool {
    matches!(record.known.day(slot, now).became, Some(Became::Open | Became::Missed))
}

/// What all three pages have in common.
fn frame(desk: &Desk, at: Moment, unit: &str, lead: String, lines: Vec<Line>) -> Today {
    let calendar = desk.app.areas.calendar();
    let lines: Vec<Shown> = lines
        .into_iter()
        .enumerate()
        .map(|(place, line)| Shown {
            due: rules::due_words(&line.due, at, calendar),
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
        closes: hour_of(at),
        notes: Vec::new(),
        lines,
        act_id: String::new(),
        own_history: false,
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
        name: names.commune_now(&commune.district_code, &commune.commune_code),
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
